"""What is logged of an unexpected error, and the metrics that functions count with.

An error's kind and place are logged, and not its text: that, and a traceback ends with it, may hold
what a caller sent, as an address, a subject or a token.
"""

import os
import traceback
from typing import Any

from aws_lambda_powertools import Metrics

from mayfly.settings import Settings

NAMESPACE = "Mayfly"
STACK = "stack"


def metrics_of(service: str) -> Metrics:
    """The metrics of a function: an alarm of one stack must not ring for another's.

    The name of the stack goes with each, in the same set of dimensions, so that none is paid twice.
    """
    metrics = Metrics(namespace=NAMESPACE, service=service)
    stack = os.environ.get("STACK_NAME", Settings().stack_name)
    metrics.set_default_dimensions(**{STACK: stack})
    return metrics


def aws_code(error: BaseException) -> str:
    """What AWS called the failure, as in `ThrottlingException`; empty if it was not AWS."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def describe(error: Exception) -> dict[str, Any]:
    """The fields of the line that is logged of an error."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return {"error": type(error).__name__, "reason": aws_code(error), "where": where}
