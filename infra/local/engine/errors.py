"""Refusals as boto3 raises them, and what the engine does not know."""

from functools import cache
from typing import Any

from botocore.exceptions import ClientError


class Unsupported(NotImplementedError):
    """An operation, a parameter or a part of an expression that no adapter uses; it names it."""


@cache
def error_class(code: str) -> type[ClientError]:
    """The class of the errors with this code: always the same one."""
    return type(code, (ClientError,), {})


class Exceptions:
    """`client.exceptions`, as boto3's clients have it."""

    def __getattr__(self, name: str) -> type[ClientError]:
        if name.startswith("_"):
            raise AttributeError(name)
        return error_class(name)


def refused(
    code: str, message: str, operation: str, status: int = 400, **extra: Any
) -> ClientError:
    """The error that boto3 makes of AWS's answer; `extra` stands beside its `Error`."""
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0},
        **extra,
    }
    return error_class(code)(answer, operation)
