"""Takes orders to send mail from the queue, and sends what is due.

SQS calls it with some records and repeats those named in the answer.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import each_alone, postponed
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import ForeignNotice
from mayfly.forwarding.models import ForwardOrder
from mayfly.forwarding.sqs import read_order
from mayfly.kit.log import describe, logger_of, metrics_of
from mayfly.sending.sqs import read_job

logger = logger_of("send_mail")
metrics = metrics_of("send_mail")
ready("sending.worker")


@metrics.log_metrics
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry the orders out with the flows of this deployment."""
    return postponed(event, carry_out(event, here()), here().adapters.retries.postpone)


def carry_out(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Carry out each order on its own; one that fails takes none of its neighbours along."""
    return each_alone(event, lambda record: _carried_out(record, flows))


def _carried_out(record: dict[str, Any], flows: Assembly) -> bool:
    named: dict[str, Any] = {"record": record["messageId"]}
    try:
        try:
            order = read_job(record["body"])
        except ForeignNotice:
            forward = read_order(record["body"])
            if forward is None:
                raise
            return _forwarded(forward, flows, named)
        named |= {"mail": order.mail, "round": order.round}
        outcome = flows.sending.worker.carry_out(order)
    except Exception as error:
        metrics.add_metric("OrderFailed", MetricUnit.Count, 1)
        known = {"reason": str(error)} if isinstance(error, ForeignNotice) else {}
        logger.error("Order not carried out", **named, **describe(error) | known)
        return False
    metrics.add_metric(f"Order.{outcome}", MetricUnit.Count, 1)
    logger.info("Order carried out", outcome=outcome.value, **named)
    return True


def _forwarded(order: ForwardOrder, flows: Assembly, named: dict[str, Any]) -> bool:
    named |= {"mail": order.message.mail}
    counts = flows.forwarding.forwarder.carry_out(order)
    for name, number in (("Forwarded", counts.queued), ("ForwardSkipped", counts.skipped)):
        if number:
            metrics.add_metric(name, MetricUnit.Count, number)
    logger.info("Message forwarded", queued=counts.queued, skipped=counts.skipped, **named)
    return True
