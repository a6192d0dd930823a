"""Takes notices of accepted email from the queue and puts the mail into its recipients' inboxes.

SQS calls it with up to ten records and repeats those named in the answer.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import each_alone, postponed
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import MayflyError, NotAMail
from mayfly.kit.log import describe, metrics_of
from mayfly.receiving.models import Outcome, Stored
from mayfly.receiving.notice import read

logger = Logger(service="inbound_mail")
metrics = metrics_of("inbound_mail")
ready("receiving.receiver")


@metrics.log_metrics
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Settle the records with the flows of this deployment."""
    return postponed(event, settle(event, here()), here().adapters.retries.postpone)


def settle(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Settle each record on its own; one that fails takes none of its neighbours along."""
    return each_alone(event, lambda record: _settled(record, flows))


def _settled(record: dict[str, Any], flows: Assembly) -> bool:
    """Whether the record is done with. If not, SQS keeps it and, in the end, sets it aside."""
    named: dict[str, Any] = {"record": record.get("messageId")}
    try:
        notice = read(record["body"])
        named |= {"mail": notice.mail, "message_id": notice.message_id}
        outcomes = flows.receiving.receiver.receive(notice)
    except NotAMail as reason:
        metrics.add_metric("NothingToDeliver", MetricUnit.Count, 1)
        logger.info("Nothing to deliver", reason=str(reason))
        return True
    except Exception as error:
        metrics.add_metric("MailFailed", MetricUnit.Count, 1)
        if isinstance(error, MayflyError):
            name = type(error).__name__
            logger.error("Mail not settled", error=name, reason=str(error), **named)
        else:
            logger.error("Mail not settled", **describe(error), **named)
        with suppress(Exception):  # what kept the mail from being settled may keep this, too
            flows.adapters.deliveries.count_failure()
        return False
    _count(outcomes)
    logger.info("Mail settled", outcomes=[_name(each) for each in outcomes], **named)
    return True


def _count(outcomes: Iterable[Outcome]) -> None:
    metrics.add_metric("NoticeSettled", MetricUnit.Count, 1)
    for outcome in outcomes:
        if not outcome.repeated:
            metrics.add_metric("MailAccepted", MetricUnit.Count, 1)
            metrics.add_metric(_name(outcome), MetricUnit.Count, 1)


def _name(outcome: Outcome) -> str:
    return "MailStored" if isinstance(outcome, Stored) else f"MailDropped.{outcome.reason}"
