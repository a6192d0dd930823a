"""Takes wakes from the queues, and sends what waits for those webhooks, several at a time.

SQS calls it with some records and repeats those named in the answer.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import threading
from collections import Counter
from concurrent.futures import Executor
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import postponed
from mayfly import functions
from mayfly.adapters import Adapters
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import ForeignNotice
from mayfly.kit.log import describe, logger_of, metrics_of
from mayfly.webhooks.ports import ExpiryLook
from mayfly.webhooks.sqs import read_job

logger = logger_of("webhooks")
metrics = metrics_of("webhooks")
ready("webhooks.worker")


@cache
def _pool(adapters: Adapters) -> Executor:
    return adapters.side_by_side(functions.WEBHOOK_BATCH, "webhooks")


@metrics.log_metrics
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work on them with the flows of this deployment."""
    answer = work(event, here(), _pool(here().adapters))
    return postponed(event, answer, here().adapters.retries.postpone)


def work(event: dict[str, Any], flows: Assembly, pool: Executor | None = None) -> dict[str, Any]:
    """Work on each on its own: one that waits for its receiver holds up none of its neighbours."""
    records, tally = event["Records"], Tally()
    if pool is None or len(records) == 1:
        done = [_worked(record, flows, tally) for record in records]
    else:
        done = list(pool.map(lambda record: _worked(record, flows, tally), records))
    for name, count in tally.counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]}
            for record, is_done in zip(records, done, strict=True)
            if not is_done
        ]
    }


class Tally:
    """How often each outcome came, of all threads together."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, name: str) -> None:
        """Count one more."""
        with self._lock:
            self.counts[name] += 1


def _worked(record: dict[str, Any], flows: Assembly, tally: Tally) -> bool:
    named: dict[str, Any] = {"record": record["messageId"]}
    try:
        job = read_job(record["body"])
        if isinstance(job, ExpiryLook):
            flows.webhooks.expiry.look(job)
            return True
        named |= {"webhook": job.webhook}
        flows.webhooks.worker.work(
            job, record["messageId"], lambda outcome: tally.note(f"Webhook.{outcome}")
        )
    except Exception as error:
        tally.note("WebhookFailed")
        known = {"reason": str(error)} if isinstance(error, ForeignNotice) else {}
        logger.error("Webhook not worked on", **named, **describe(error) | known)
        return False
    logger.info("Webhook worked on", **named)
    return True
