"""Refusals as boto3 raises them, and what the engine does not know."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError


class Unsupported(NotImplementedError):
    """An operation, a parameter or a part of an expression that no adapter uses; it names it."""


_classes: dict[str, type[ClientError]] = {}


def error_class(code: str) -> type[ClientError]:
    """The class of the errors with this code: always the same one."""
    found = _classes.get(code)
    # Two threads may both make one; both get the one that was put first.
    return found or _classes.setdefault(code, type(code, (ClientError,), {}))


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


class Client:
    """What all clients share. What a subclass has no method for is `Unsupported`."""

    service = ""
    exceptions = Exceptions()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"{self.service}: {name}")


def check_known(operation: str, more: Mapping[str, Any]) -> None:
    """Unsupported if an operation was given parameters that it does not know."""
    if more:
        raise Unsupported(f"{operation}: {', '.join(sorted(more))}")


def answered(**fields: Any) -> dict[str, Any]:
    """What boto3 makes of an answer."""
    return {**fields, "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}
