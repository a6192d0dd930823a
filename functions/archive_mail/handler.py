"""Copies raw messages into the archive, where the deployer has one.

SNS hands each notice of SES to two queues: to that of `inbound_mail`, and to this function's. So
receiving neither waits for the archive nor fails with it.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import each_alone, postponed
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import Contended, NotAMail
from mayfly.kit.log import describe, logger_of, metrics_of
from mayfly.receiving.notice import read

logger = logger_of("archive_mail")
metrics = metrics_of("archive_mail")
ready("archive.service")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Archive the records with the flows of this deployment."""
    try:
        return postponed(event, archive(event, here()), here().adapters.retries.postpone)
    finally:
        if metrics.metric_set:
            metrics.flush_metrics()


def archive(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Each record on its own; one that fails takes none of its neighbours along."""
    return each_alone(event, lambda record: _is_archived(record, flows))


def _is_archived(record: dict[str, Any], flows: Assembly) -> bool:
    named: dict[str, Any] = {"record": record.get("messageId")}
    try:
        notice = read(record["body"])
        named |= {"mail": notice.mail}
        outcome = flows.archive.service.keep(notice)
    except NotAMail:
        return True
    except Contended:  # receiving is not done with it
        logger.info("Not archived yet", **named)
        return False
    except Exception as error:
        metrics.add_metric("ArchiveFailed", MetricUnit.Count, 1)
        logger.error("Mail not archived", **named, **describe(error))
        return False
    logger.info("Archive", outcome=outcome.value, **named)
    return True
