"""What the WebSocket tells its operator: log lines and metrics, without a word of its callers'."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="websocket")
metrics = Metrics(namespace="Mayfly", service="websocket")


def count(event: str) -> None:
    """One more of these, as a metric of CloudWatch's (Embedded Metric Format)."""
    metrics.add_metric(event, MetricUnit.Count, 1)
    metrics.flush_metrics()
