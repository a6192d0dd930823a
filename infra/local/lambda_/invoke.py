"""Calls the functions as Lambda does: by name, with an event and a context."""

import importlib
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.account import ACCOUNT, REGION
from mayfly import functions
from mayfly.functions import FUNCTIONS, Function

Handler = Callable[[dict[str, Any], Any], Any]
Handlers = Mapping[str, Handler]
"""The handlers by the name of their function."""

_BY_NAME = {each.name: each for each in FUNCTIONS}
# There is nothing to deploy here, and the laptop makes its keys itself.
_NOT_HERE = {
    each.name for each in (*functions.OF_THE_DEPLOYMENT, *functions.ARCHIVING, functions.ADMIN_KEY)
}


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a function about the invocation.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function: Function
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    log_stream_name: str = "laptop"
    _ends_at: float = field(default=0.0)

    @property
    def function_name(self) -> str:
        """The function's name."""
        return self.function.name

    @property
    def memory_limit_in_mb(self) -> str:
        """What the cloud would give; nothing is limited here."""
        return str(self.function.memory_mb)

    @property
    def invoked_function_arn(self) -> str:
        """The ARN with the alias that the cloud calls."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function.name}:live"

    @property
    def log_group_name(self) -> str:
        """Where the cloud would log to."""
        return f"/aws/lambda/{self.function.name}"

    def get_remaining_time_in_millis(self) -> int:
        """Until the function's timeout; nothing ends it here but its caller."""
        return max(0, round((self._ends_at - time.monotonic()) * 1000))


def imported_handlers() -> Handlers:
    """The functions of the blueprint. They read the environment: set it first."""
    return {each.name: _imported(each.handler) for each in FUNCTIONS if each.name not in _NOT_HERE}


def invoke(handlers: Handlers, name: str, event: dict[str, Any]) -> Any:
    """What the function answers; what it raises is raised."""
    function = _BY_NAME[name]
    ends_at = time.monotonic() + function.timeout.total_seconds()
    return handlers[name](event, Context(function, _ends_at=ends_at))


def _imported(handler: str) -> Handler:
    module_name, _, name = handler.rpartition(".")
    module = importlib.import_module(module_name)
    if hasattr(module, "metrics"):
        _count_nothing(module.metrics)
    found: Handler = getattr(module, name)
    return found


class _Nothing(dict[str, Any]):
    """Metrics that are not kept."""

    def __setitem__(self, name: str, metric: Any) -> None:
        """Forget it."""


def _count_nothing(metrics: Any) -> None:
    """Keep Powertools from writing metrics for CloudWatch to the terminal.

    `POWERTOOLS_METRICS_DISABLED` alone lets one line through for each hundred values, and all
    functions of a process share one dictionary, which is not made for their threads.
    """
    metrics.provider.metric_set = _Nothing()
    warnings.filterwarnings("ignore", message="No application metrics to publish")
