"""What functions are given: environment variables, and shares of the account's concurrency.

An account has a quota of concurrent executions for all its functions: 10 if it is new, 1,000
otherwise. Queues wait; clients do not. So what queues wake gets a part, and no more.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from infra.cloud import context
from mayfly.settings import Settings

MADE_HERE = frozenset(each.name for each in fields(Settings) if each.metadata["is_made"])
"""The settings that the stack makes itself: no context values."""
ALIAS = "live"
"""What every function is called by."""
METRICS_NAMESPACE = "Mayfly"
STACK_DIMENSION = "stack"
"""As `mayfly.kit.log` has them."""
OF_A_NEW_ACCOUNT = 10
_LEFT_TO_OTHERS = 100
"""What AWS wants to stay unreserved; an account with less cannot reserve anything."""
_FEWEST = 2
"""SQS's smallest maximum concurrency."""
_MOST_NOTICES = 50
"""Far more than SES's mail needs: three at once handle some thirty messages a second."""
_MOST_WEBHOOKS = 10
"""Each takes ten webhooks at a time."""
_MOST_SENDING = 5
"""SES's rate is what limits them, and the functions wait for it."""


def settings_environment(settings: Settings, made: Mapping[str, str]) -> dict[str, str]:
    """Every setting as a variable: those of the deployment, and those that the stack made.

    TypeError if `made` is not exactly the settings that a stack makes, so that a misspelt or
    forgotten name fails at synth and not in the first function that reads it.
    """
    if set(made) != MADE_HERE:
        raise TypeError(f"the stack makes {sorted(MADE_HERE)}, not {sorted(made)}")
    values = {each.name: context.text(getattr(settings, each.name)) for each in fields(Settings)}
    return {name.upper(): value for name, value in (values | dict(made)).items()}


def powertools_environment(service: str, log_sample: int) -> dict[str, str]:
    """What Powertools for AWS Lambda reads: it writes the logs and the metrics as JSON.

    Warnings and errors always, and what is said of all went well by so many invocations in 100.
    """
    is_sampled = log_sample < 100
    return {
        "POWERTOOLS_SERVICE_NAME": service,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": "WARNING" if is_sampled else "INFO",
        "POWERTOOLS_LOGGER_SAMPLE_RATE": str(log_sample / 100 if is_sampled else 0),
    }


@dataclass(frozen=True, slots=True)
class Shares:
    """How many invocations at once take notices, orders to send, SES's later words, and webhooks:
    those of slow receivers have as many again.

    `reserved` is what receiving has for itself, 0 where the account has too little to reserve.
    """

    notices: int
    orders: int
    events: int
    webhooks: int
    reserved: int


def shares_of(quota: int) -> Shares:
    """Three in ten for mail that comes in, one in ten each for mail that goes out and its events,
    and one in twenty each for webhooks and for those of slow receivers.

    What is left, some of a small quota and nearly all of a large one, is for clients of the API.
    """
    notices = _between(quota * 3 // 10, _MOST_NOTICES)
    sending = _between(quota // 10, _MOST_SENDING)
    can_reserve = quota - notices >= _LEFT_TO_OTHERS
    webhooks = _between(quota // 20, _MOST_WEBHOOKS)
    return Shares(notices, sending, sending, webhooks, notices if can_reserve else 0)


def _between(share: int, most: int) -> int:
    return max(_FEWEST, min(share, most))
