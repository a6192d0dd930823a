"""Makes exports that were asked for, and goes on with those that took longer than it may.

SQS calls it with one at a time, and again with what is not done: that is how a long one goes on,
and how one that failed is tried again.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import each_alone, postponed
from mayfly import limits
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import ForeignNotice
from mayfly.exports.sqs import read_export_job
from mayfly.kit.log import describe, logger_of, metrics_of

logger = logger_of("export_mail")
metrics = metrics_of("export_mail")
ready("exports.maker")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make the exports with the flows of this deployment."""
    try:
        return postponed(event, make(event, here()), here().adapters.retries.postpone)
    finally:
        if metrics.metric_set:
            metrics.flush_metrics()


def make(
    event: dict[str, Any], flows: Assembly, time: timedelta = limits.EXPORT_TIME
) -> dict[str, Any]:
    """Make each of the records' exports, so far as it comes in this time."""
    return each_alone(event, lambda record: _is_made(record, flows, time))


def _is_made(record: dict[str, Any], flows: Assembly, time: timedelta) -> bool:
    named: dict[str, Any] = {"record": record["messageId"]}
    try:
        holder, export = read_export_job(record["body"])
        named["export"] = export
        is_done = flows.exports.maker.make(holder, export, time)
    except Exception as error:
        metrics.add_metric("ExportFailed", MetricUnit.Count, 1)
        known = {"reason": str(error)} if isinstance(error, ForeignNotice) else {}
        logger.error("Export not made", **named, **describe(error) | known)
        return False
    logger.info("Export made" if is_done else "Export goes on", **named)
    return is_done
