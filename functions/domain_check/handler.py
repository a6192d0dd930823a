"""Looks, every hour, whether accounts' domains still show whose they are."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from mayfly.assembly import here, ready
from mayfly.kit.log import metrics_of

logger = Logger(service="domain_check")
metrics = metrics_of("domain_check")
ready("domain_checks.service")
_METRICS = {
    "looked_at": "DomainsInspected",
    "suspended": "DomainsSuspended",
    "restored": "DomainsRestored",
    "lapsed": "ClaimsLapsed",
    "removed": "DomainsRemoved",
    "failed": "DomainsNotInspected",
    "untold": "OwnersNotTold",
}


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """One look; what became of the domains is in metrics and in each domain's history."""
    found: dict[str, Any] = asdict(here().domain_checks.service.inspect())
    for name, metric in _METRICS.items():
        if found[name]:  # a metric that is never written is not paid for
            metrics.add_metric(metric, MetricUnit.Count, found[name])
    if any(found.values()):
        metrics.flush_metrics()
    logger.info("Inspected", **found)
    return found
