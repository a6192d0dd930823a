"""Takes what SES says of mail that was sent from the queue, and notes it.

SQS calls it with up to ten records and repeats those named in the answer.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import each_alone, postponed
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import ForeignNotice, NotAMail
from mayfly.kit.log import describe, metrics_of
from mayfly.sending.ses_events import read

logger = Logger(service="mail_events")
metrics = metrics_of("mail_events")
ready("sending.events")


@metrics.log_metrics
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Note the events with the flows of this deployment."""
    return postponed(event, note(event, here()), here().adapters.retries.postpone)


def note(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Note each event on its own; one that fails takes none of its neighbours along."""
    return each_alone(event, lambda record: _noted(record, flows))


def _noted(record: dict[str, Any], flows: Assembly) -> bool:
    named: dict[str, Any] = {"record": record["messageId"]}
    try:
        found = read(record["body"])
        named |= {"mail": found.mail, "kind": found.kind}
        settled = flows.sending.events.settle(found)
    except NotAMail as reason:
        logger.info("Nothing to note", reason=str(reason))
        return True
    except Exception as error:
        metrics.add_metric("EventFailed", MetricUnit.Count, 1)
        known = {"reason": str(error)} if isinstance(error, ForeignNotice) else {}
        logger.error("Event not noted", **named, **describe(error) | known)
        return False
    metrics.add_metric(f"Event.{found.kind}", MetricUnit.Count, 1)
    logger.info("Event noted", settled=settled.value, **named)
    return True
