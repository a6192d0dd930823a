"""Looks for accepted mail without an outcome, and each minute at what the day costs.

The bucket tells of each raw mail by a queue, and SQS calls it with those of some minutes; the clock
calls it every hour.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from functions.journal import trouble
from functions.metering import metrics_of
from functions.records import each_alone, postponed, wait_after
from mayfly.aws.assembly import Assembly, here, ready
from mayfly.blueprint import limits
from mayfly.domain.identity import mail_key
from mayfly.domain.notice import ses_name
from mayfly.domain.spending import Stage
from mayfly.sweeping import Found
from mayfly.wire.arrivals import read

logger = Logger(service="sweep")
metrics = metrics_of("sweep")
ready("sweeper")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look at the raw mails of records; else what the event asks of the breaker; else one sweep.

    The breaker is asked to `look`, for its `status` or to `reset`. `{"round": "now"}` begins a
    round of the sweep that is not due.
    """
    if asked := event.get("breaker"):
        return _ask_breaker(asked)
    try:
        if "Records" in event:
            answer = look_at(event, here())
            return postponed(event, answer, here().retries.postpone, _next_look)
        return _sweep(at_once=event.get("round") == "now")
    finally:
        if metrics.metric_set:
            metrics.flush_metrics()


def look_at(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Look at the raw mails of each record; SQS keeps those that have no outcome yet."""
    seen: Counter[Found] = Counter()
    answer = each_alone(event, lambda record: _looked_at(record, flows, seen))
    _tell(seen.total(), seen[Found.RECOVERED], seen[Found.CLEARED])
    logger.info("Looked", found={found.value: count for found, count in seen.items()})
    return answer


def _looked_at(record: dict[str, Any], flows: Assembly, seen: Counter[Found]) -> bool:
    """Whether its mails have an outcome; one that was replayed is looked at once more."""
    settings = flows.settings
    try:
        mails = read(record["body"], settings.mail_bucket, settings.raw_prefix)
        found = [flows.sweeper.look(raw) for raw in mails]
    except Exception as error:
        metrics.add_metric("ArrivalFailed", MetricUnit.Count, 1)
        logger.error("Raw mail not looked at", record=record["messageId"], **trouble(error))
        return False
    seen.update(found)
    for raw, each in zip(mails, found, strict=True):
        if each in (Found.RECOVERED, Found.NO_MAIL):
            _name(raw.key, "Mail replayed" if each is Found.RECOVERED else "No mail to look at")
    return not {Found.ON_ITS_WAY, Found.RECOVERED} & set(found)


def _next_look(times: int) -> timedelta:
    """The first look is early: at the second one a mail is old enough to be missed."""
    return wait_after(max(times - 1, 1), limits.SWEEP_AGAIN, limits.LONGEST_ARRIVAL_WAIT)


def _tell(mails: int, recovered: int, cleared: int) -> None:
    """A metric is paid for by the hour in which it is told of: nothing is told of nothing."""
    told = {"SweptMails": mails, "MailRecovered": recovered, "MailCleared": cleared}
    for name, count in told.items():
        if count:
            metrics.add_metric(name, MetricUnit.Count, count)


def _name(object_key: str, what: str) -> None:
    logger.info(what, mail=mail_key(object_key), message_id=ses_name(object_key))


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


def _sweep(*, at_once: bool) -> dict[str, Any]:
    """One sweep; its findings are metrics, and an alarm watches how far it is behind.

    It also notes where the day's mails begin, so that the budget knows it within an hour, and looks
    whether SES takes mail at all.
    """
    findings = here().sweeper.sweep(at_once=at_once)
    _tell(findings.mails, findings.recovered, findings.cleared)
    metrics.add_metric("SweepBehind", MetricUnit.Seconds, findings.behind.total_seconds())
    here().budget.begin_day()
    if not (here().receipt_rule.is_in_force() or here().breaker.status().is_tripped):
        # What the breaker did has an alarm of its own.
        metrics.add_metric("ReceivingOff", MetricUnit.Count, 1)
        logger.error("No active receipt rule brings mail here")
    for key in findings.replayed:
        _name(key, "Mail replayed")
    logger.info("Swept", mails=findings.mails, recovered=findings.recovered)
    return {"mails": findings.mails, "recovered": findings.recovered, "cleared": findings.cleared}
