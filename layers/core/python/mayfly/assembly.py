"""The one place where flows get their adapters, and the only reader of the environment.

A function asks `here()` for the flow it runs; what it does not ask for is never made, so that a
cold start pays for its own clients only. Which flow takes what stands in `mail_flows`,
`inbox_flows`, `account_flows`, `hosting_flows`, `relay_flows`, `sending_flows` and `health_flows`:
each is upon the one before.
"""

import os
from functools import cache

from mayfly.health.wiring import HealthFlows
from mayfly.settings import Settings


class Assembly(HealthFlows):
    """The flows of one deployment over its adapters."""


@cache
def here() -> Assembly:
    """The assembly of the environment this process runs in."""
    return Assembly(Settings.from_environment(os.environ))


def stack_name() -> str:
    """What the deployment of this process is called."""
    return os.environ.get("STACK_NAME", Settings().stack_name)


def ready(*flows: str) -> None:
    """In Lambda, make these flows while the function starts, where there is CPU to spare.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        for flow in flows:
            getattr(here(), flow)
