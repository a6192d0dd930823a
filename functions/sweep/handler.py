"""Looks, every hour, for accepted mail without an outcome, and replays it."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from mayfly.aws.assembly import here, ready
from mayfly.domain.identity import mail_key
from mayfly.domain.notice import ses_name

logger = Logger(service="sweep")
metrics = Metrics(namespace="Mayfly", service="sweep")
ready("sweeper")


@metrics.log_metrics
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """One sweep; its findings are metrics, and an alarm watches how far it is behind.

    It also notes where the day's mails begin, so that the budget knows it within an hour.
    """
    findings = here().sweeper.sweep()
    metrics.add_metric("SweptMails", MetricUnit.Count, findings.mails)
    metrics.add_metric("MailRecovered", MetricUnit.Count, findings.recovered)
    metrics.add_metric("MailCleared", MetricUnit.Count, findings.cleared)
    metrics.add_metric("SweepBehind", MetricUnit.Seconds, findings.behind.total_seconds())
    here().budget.begin_day()
    for key in findings.replayed:
        logger.info("Mail replayed", mail=mail_key(key), message_id=ses_name(key))
    logger.info("Swept", mails=findings.mails, recovered=findings.recovered)
    return {"mails": findings.mails, "recovered": findings.recovered, "cleared": findings.cleared}
