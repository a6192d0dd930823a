"""Looks, every hour, for accepted mail without an outcome, and replays it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from functions.metering import metrics_of
from mayfly.aws.assembly import here, ready
from mayfly.domain.identity import mail_key
from mayfly.domain.notice import ses_name

logger = Logger(service="sweep")
metrics = metrics_of("sweep")
ready("sweeper")


@metrics.log_metrics
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
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
    if not here().receipt_rule.is_in_force():  # a metric that is never told of is not paid for
        metrics.add_metric("ReceivingOff", MetricUnit.Count, 1)
        logger.error("No active receipt rule brings mail here")
    for key in findings.replayed:
        logger.info("Mail replayed", mail=mail_key(key), message_id=ses_name(key))
    logger.info("Swept", mails=findings.mails, recovered=findings.recovered)
    return {"mails": findings.mails, "recovered": findings.recovered, "cleared": findings.cleared}
