"""The flows that say how the service is, over their adapters."""

from functools import cache, cached_property
from typing import Any

from botocore.config import Config

from mayfly.breaker.api_stage import ApiStage
from mayfly.breaker.apigateway import ApiThrottle
from mayfly.breaker.service import Breaker, Intakes
from mayfly.health.checks import Check, HealthChecks
from mayfly.health.dynamodb import DynamoRequestTally
from mayfly.health.metrics import MetricsService, RequestMeter
from mayfly.health.sqs import SqsQueues
from mayfly.kit.dynamodb.keys import requests_key
from mayfly.kit.dynamodb.table import Table
from mayfly.rate_limits.dynamodb import DynamoBudgets
from mayfly.sending.wiring import SendingFlows

CHECKING_CONFIG = Config(
    connect_timeout=1,
    read_timeout=1.5,
    retries={"total_max_attempts": 1},
)
"""For clients of their own: what does not answer at once is not well."""


class HealthFlows(SendingFlows):
    """What is measured, and what is looked after."""

    @cached_property
    def meter(self) -> RequestMeter:
        """Counts of answered requests."""
        return RequestMeter(self._request_tally, self.now)

    @cached_property
    def _request_tally(self) -> DynamoRequestTally:
        return DynamoRequestTally(self.counting_client, self.table)

    @cached_property
    def queues(self) -> SqsQueues:
        """The queues; no client is made before somebody asks how full they are."""
        urls = {"notices": self.settings.queue_url, "orders": self.settings.order_queue_url}
        return SqsQueues(
            lambda: self._checking_client("sqs"), {name: url for name, url in urls.items() if url}
        )

    @cached_property
    def gauges(self) -> MetricsService:
        """What all processes have stored."""
        return MetricsService(
            self._request_tally,
            self.deliveries,
            self.watching,
            self.outbox,
            self.host,
            self.queues,
            self.now,
        )

    @cached_property
    def breaker(self) -> Breaker:
        """What ends a flood that costs too much."""
        return Breaker(
            DynamoBudgets(self.table),
            self.deliveries,
            self._request_tally,
            Intakes([self.receipt_rule, self.api_throttle]),
            self.settings.daily_budget_usd,
            self.now,
        )

    @cached_property
    def api_throttle(self) -> ApiThrottle:
        """How many requests the APIs let through; no client is made before the breaker asks."""
        stages = [ApiStage.parse(each) for each in self.settings.api_stages]
        return ApiThrottle(cache(self.client), stages)

    @cached_property
    def examiner(self) -> HealthChecks:
        """Everything that requests need, and the queue that mail comes by."""
        checks: dict[str, Check] = {
            "table": self._ask_table,
            "bucket": self._ask_bucket,
            "token_keys": self.tokens.check_keys,
            "queue": self.queues.depths,
        }
        return HealthChecks(checks)

    def _ask_table(self) -> object:
        table = Table(self._checking_client("dynamodb"), self.table.name, self.table.pause)
        return table.get(requests_key(0))

    def _ask_bucket(self) -> object:
        return self._checking_client("s3").head_bucket(Bucket=self.settings.mail_bucket)

    @cached_property
    def _checking_clients(self) -> dict[str, Any]:
        return {}

    def _checking_client(self, service: str) -> Any:
        if service not in self._checking_clients:
            made = self.client(service, config=CHECKING_CONFIG)
            self._checking_clients.setdefault(service, made)
        return self._checking_clients[service]
