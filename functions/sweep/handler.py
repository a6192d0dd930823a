"""Looks, every hour, for accepted mail without an outcome, and more often at what the day costs."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from functions.metering import metrics_of
from mayfly.aws.assembly import here, ready
from mayfly.domain.identity import mail_key
from mayfly.domain.notice import ses_name
from mayfly.domain.spending import Stage

logger = Logger(service="sweep")
metrics = metrics_of("sweep")
ready("sweeper")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What the event asks of the breaker: `look`, `status` or `reset`; without that one sweep."""
    if asked := event.get("breaker"):
        return _ask_breaker(asked)
    try:
        return _sweep()
    finally:
        metrics.flush_metrics()


def _ask_breaker(asked: str) -> dict[str, Any]:
    """Alarms watch how much is spent: a metric that is never told of is not paid for."""
    breaker = here().breaker
    found = {"look": breaker.look, "status": breaker.status, "reset": breaker.reset}[asked]()
    if asked == "look" and (found.is_tripped or found.stage is not Stage.WITHIN):
        metrics.add_metric("BudgetPercent", MetricUnit.Percent, found.percent)
        metrics.add_metric("BreakerTripped", MetricUnit.Count, int(found.is_tripped))
        metrics.flush_metrics()
    if found.is_tripped:
        logger.error("DAILY_BUDGET_USD is overspent: no mail is taken; make breaker-reset ends it")
    logger.info("Breaker", asked=asked, percent=found.percent, tripped=found.is_tripped)
    return {
        "tripped": found.is_tripped,
        "day": found.spending.day.isoformat(),
        "dollars": round(found.spending.dollars, 4),
        "budget": found.budget_usd,
        "percent": found.percent,
    }


def _sweep() -> dict[str, Any]:
    """One sweep; its findings are metrics, and an alarm watches how far it is behind.

    It also notes where the day's mails begin, so that the budget knows it within an hour, and looks
    whether SES takes mail at all.
    """
    findings = here().sweeper.sweep()
    metrics.add_metric("SweptMails", MetricUnit.Count, findings.mails)
    metrics.add_metric("MailRecovered", MetricUnit.Count, findings.recovered)
    metrics.add_metric("MailCleared", MetricUnit.Count, findings.cleared)
    metrics.add_metric("SweepBehind", MetricUnit.Seconds, findings.behind.total_seconds())
    here().budget.begin_day()
    if not (here().receipt_rule.is_in_force() or here().breaker.status().is_tripped):
        # What the breaker did has an alarm of its own.
        metrics.add_metric("ReceivingOff", MetricUnit.Count, 1)
        logger.error("No active receipt rule brings mail here")
    for key in findings.replayed:
        logger.info("Mail replayed", mail=mail_key(key), message_id=ses_name(key))
    logger.info("Swept", mails=findings.mails, recovered=findings.recovered)
    return {"mails": findings.mails, "recovered": findings.recovered, "cleared": findings.cleared}
