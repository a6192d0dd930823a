"""What the HTTP API logs and counts for its operator: not a word of its callers'."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from mayfly.kit.log import metrics_of

logger = Logger(service="http_api")
metrics = metrics_of("http_api")


def count(event: str) -> None:
    """One more of these, as a metric of CloudWatch's (Embedded Metric Format)."""
    metrics.add_metric(event, MetricUnit.Count, 1)
    metrics.flush_metrics()
