"""Secrets Manager: secrets with their current version and the one before. For one run."""

import uuid
from typing import Any

from infra.local.account import ACCOUNT, REGION
from infra.local.engine.errors import Client, answered, check_known, refused

_STAGES = ("AWSCURRENT", "AWSPREVIOUS")


class SecretsManager(Client):
    """The calls of boto3's client that are used here."""

    service = "secretsmanager"

    def __init__(self) -> None:
        """No secrets yet."""
        self._secrets: dict[str, list[tuple[str, str]]] = {}  # (version, value), newest first

    def create_secret(self, *, Name: str, SecretString: str | None = None, **more: Any) -> Any:
        """A secret, with a value or without."""
        check_known("create_secret", more)
        if Name in self._secrets:
            why = "The operation failed because the secret already exists."
            raise refused("ResourceExistsException", why, "CreateSecret")
        self._secrets[Name] = []
        if SecretString is not None:
            return self.put_secret_value(SecretId=Name, SecretString=SecretString)
        return answered(ARN=_arn(Name), Name=Name)

    def put_secret_value(self, *, SecretId: str, SecretString: str, **more: Any) -> Any:
        """The value that was current becomes the previous one."""
        check_known("put_secret_value", more)
        version = str(uuid.uuid4())
        versions = self._found(SecretId, "PutSecretValue")
        self._secrets[SecretId] = [(version, SecretString), *versions[:1]]
        return answered(
            ARN=_arn(SecretId), Name=SecretId, VersionId=version, VersionStages=[_STAGES[0]]
        )

    def get_secret_value(
        self, *, SecretId: str, VersionStage: str = _STAGES[0], **more: Any
    ) -> Any:
        """The value that has this label."""
        check_known("get_secret_value", more)
        versions = self._found(SecretId, "GetSecretValue")
        number = _STAGES.index(VersionStage) if VersionStage in _STAGES else len(versions)
        if number >= len(versions):
            why = (
                "Secrets Manager can't find the specified secret value for staging label: "
                f"{VersionStage}"
            )
            raise refused("ResourceNotFoundException", why, "GetSecretValue")
        version, value = versions[number]
        return answered(
            ARN=_arn(SecretId),
            Name=SecretId,
            VersionId=version,
            SecretString=value,
            VersionStages=[VersionStage],
        )

    def _found(self, name: str, operation: str) -> list[tuple[str, str]]:
        if name not in self._secrets:
            why = "Secrets Manager can't find the specified secret."
            raise refused("ResourceNotFoundException", why, operation)
        return self._secrets[name]


def _arn(name: str) -> str:
    return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}"
