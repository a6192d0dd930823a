"""The environment variables of the functions: fields of `Settings`, and no other names."""

from collections.abc import Mapping
from dataclasses import fields

from infra.cloud import context
from infra.cloud.deployment import MADE_HERE
from mayfly.settings import Settings

ALIAS = "live"
"""What every function is called by."""
METRICS_NAMESPACE = "Mayfly"
STACK_DIMENSION = "stack"
"""As `mayfly.kit.log` has them."""


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
