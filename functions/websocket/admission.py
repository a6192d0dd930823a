"""The way of one frame past the limits of its connection and of its client address.

Counting must never be why a frame fails: whatever goes wrong with it, the frame goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from mayfly.assembly import Assembly
from mayfly.errors import PushFailed, RateLimited
from mayfly.kit.log import aws_code
from mayfly.mail.address import Address
from mayfly.rate_limits.frames import Caller
from mayfly.rate_limits.models import Client
from mayfly.subscriptions import frames as socket
from mayfly.subscriptions.service import Subscriber

logger = Logger(service="websocket")
metrics = Metrics(namespace="Mayfly", service="websocket")


@dataclass(frozen=True, slots=True)
class Admission:
    """Decides whether a frame is worked on, and counts each that was refused."""

    caller: Caller
    flows: Assembly

    @classmethod
    def of(cls, event: dict[str, Any], flows: Assembly) -> "Admission":
        """The caller that is counted: the connection, and the address that API Gateway saw."""
        context = event["requestContext"]
        address = context.get("identity", {}).get("sourceIp", "")
        client = Client.at(address).key if address else ""
        return cls(Caller(context["connectionId"], client), flows)

    @property
    def visitor(self) -> Subscriber:
        """For the flows that watch."""
        return Subscriber(self.caller.client, self._admit_replay)

    def ask_to_connect(self) -> None:
        """RateLimited if the address connects too often, or nobody may for the rest of the day."""
        self._ask_the_budget()
        _counted(lambda: self.flows.rate_limits.frames.connect(self.caller))

    def ask(self, request: socket.Request | None) -> None:
        """RateLimited if there were too many frames; None is one that cannot be read."""
        is_cheap = request is None or isinstance(request, socket.Ping)
        _counted(lambda: self.flows.rate_limits.frames.admit(self.caller, is_cheap=is_cheap))

    def _ask_the_budget(self) -> None:
        """BudgetSpent when no mail comes that anybody could hear of; open connections stay."""
        try:
            self.flows.rate_limits.budget.admit(lambda: False)
        except RateLimited:
            raise
        except Exception as error:
            logger.warning("Budget not known", reason=aws_code(error))

    def refused(self) -> None:
        """End the connection of a client that goes on and on past a limit."""
        if self.flows.rate_limits.frames.refused(self.caller):
            try:
                self.flows.adapters.sockets.close(self.caller.connection)
                logger.info("Connection ended", connection=self.caller.connection)
            except PushFailed as error:
                logger.warning("Connection not ended", error=type(error).__name__)

    def _admit_replay(self, address: Address, messages: int) -> None:
        limiter = self.flows.rate_limits.frames
        _counted(lambda: limiter.admit_replay(self.caller, str(address), messages))


def _counted(ask: Callable[[], None]) -> None:
    try:
        ask()
    except RateLimited:
        raise
    except Exception as error:
        logger.warning("Not counted", error=type(error).__name__, reason=aws_code(error))
        metrics.add_metric("RateLimitUnavailable", MetricUnit.Count, 1)
        metrics.flush_metrics()
