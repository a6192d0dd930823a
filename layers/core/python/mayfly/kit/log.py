"""What is logged of an unexpected error, and the metrics that functions count with.

An error's kind and place are logged, and not its text: that, and a traceback ends with it, may hold
what a caller sent, as an address, a subject or a token.
"""

import logging
import os
import traceback
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import (
    RESERVED_LOG_ATTRS,
    LambdaPowertoolsFormatter,
)

from mayfly.settings import Settings

NAMESPACE = "Mayfly"
STACK = "stack"


_OF_THE_RECORD = frozenset(RESERVED_LOG_ATTRS)


class LineFormatter(LambdaPowertoolsFormatter):
    """Writes the lines that Powertools does, in half of its time: each mail has two of them.

    A message is words: one that is JSON is not taken apart.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; that of an exception is left to Powertools."""
        if record.exc_info or record.args or not isinstance(record.msg, str):
            return super().format(record)
        line: dict[str, Any] = dict(self.get_current_keys())
        line.update(self.thread_safe_get_current_keys())
        line["level"] = record.levelname
        line["location"] = f"{record.funcName}:{record.lineno}"
        line["timestamp"] = self.formatTime(record)
        for name, value in vars(record).items():
            if name not in _OF_THE_RECORD:
                line[name] = value
        line["message"] = record.msg
        line["xray_trace_id"] = self._get_latest_trace_id()
        return self.serialize({name: value for name, value in line.items() if value is not None})


def logger_of(service: str) -> Logger:
    """The log of a function."""
    return Logger(service=service, logger_formatter=LineFormatter())


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
