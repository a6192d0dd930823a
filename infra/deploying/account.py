"""The AWS account and the file of whoever deploys, and why something cannot be seen."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from infra.cloud import config_file
from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment

CANNOT = (BotoCoreError, ClientError)
"""What a call raises that AWS has not answered, or has refused."""
_CONFIG = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "max_attempts": 3}
)
_LOG_IN = "set AWS_PROFILE, or run `aws configure` or `aws sso login`"
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized")
_OLD = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_WRONG = ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch")


class Ended(Exception):
    """The command ends here; the message says why, and what to do. `status` is its exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Account:
    """Clients for one region; empty is that of the environment or the profile."""

    region: str = ""
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The same one each time."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service, config=_CONFIG)
        return self._clients[service]

    @cached_property
    def _session(self) -> Any:
        return boto3.Session(region_name=self.region or None)


def own_region() -> str:
    """The region of the environment or the profile, empty if there is none."""
    try:
        return str(boto3.Session().region_name or "")
    except BotoCoreError:
        return ""


def code_of(error: Exception) -> str:
    """AWS's word for what went wrong, empty if AWS did not say it."""
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else ""


def reason(error: Exception) -> str:
    """Why a call failed, in one line, with what to do where that is known."""
    if isinstance(error, NoCredentialsError):
        return f"there are no AWS credentials: {_LOG_IN}"
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError | ReadTimeoutError):
        return f"AWS does not answer: {_one_line(error)}"
    if isinstance(error, ClientError):
        if (code := code_of(error)) in _DENIED:
            return f"your credentials may not ask ({error.operation_name})"
        if code in _OLD:
            return f"your credentials have expired: {_LOG_IN}"
        if code in _WRONG:
            return f"AWS does not know these credentials: {_LOG_IN}"
        message = error.response["Error"].get("Message") or code
        return f"{error.operation_name}: {message}"
    return _one_line(error)


def _one_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error)).strip()


@dataclass(frozen=True)
class Own:
    """A checked `mayfly.toml`, and the account in its region."""

    file: Path
    values: Mapping[str, object]
    deployment: Deployment
    account: Account

    @classmethod
    def read(cls, **more: str) -> Self:
        """The file with these values on top; Ended says what is missing or wrong."""
        file = own_file()
        if not file.is_file():
            raise Ended(f"{file} is not there: `make configure` asks a few questions and writes it")
        try:
            values = {**config_file.read(file), **more}
            deployment = Deployment.from_context(values)
        except InvalidContext as error:
            raise Ended(str(error)) from error
        region = deployment.region or own_region()
        if not region:
            raise Ended(f"Which region? Put region into {file.name}, or set AWS_REGION")
        return cls(file, values, deployment, Account(region))

    @property
    def region(self) -> str:
        """Where the stack is, or will be."""
        return self.account.region

    def who(self) -> tuple[str, str]:
        """The number of the account, and the ARN of the caller."""
        try:
            found = self.account.client("sts").get_caller_identity()
        except CANNOT as error:
            raise Ended(reason(error)) from error
        return found["Account"], found["Arn"]


def own_file() -> Path:
    """Which file is the user's; Ended if there shall be none."""
    file = config_file.file_of(os.environ)
    if file is None:
        raise Ended(
            f"{config_file.VARIABLE} is empty: it names the file that `make configure` writes"
        )
    return file
