"""What the person who deploys has chosen: the file, and the account it leads to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.cloud import config_file
from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment
from infra.deploying.account import CANNOT, Account, Ended, own_region, reason


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
        """The number of the account, and who asks."""
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
