"""The stack that is deployed, as CloudFormation knows it, and what outlives it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from botocore.exceptions import ClientError

from infra.deploying.account import Account, Own

GUARD = "Custom::DeploymentGuard"
_NOT_MADE = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_COMPLETE")
_RECORD = "Publish this record"
_KEPT = ("Retain", "RetainExceptOnCreate")
_IDENTIFIERS = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Id",
    "AWS::KMS::Key": "KeyId",
    "AWS::SES::EmailIdentity": "EmailIdentity",
}
"""What CloudFormation can import, and the property by which it knows one."""
_OF_THE_ACCOUNT = ("AWS::ApiGateway::Account", "AWS::IAM::Role")
"""What stays whatever is said: others may rely on the account's role for API Gateway's logs."""
_RECORD_SET = "AWS::Route53::RecordSet"
_REMOVE = {
    "AWS::DynamoDB::Table": "aws dynamodb delete-table --table-name {name}",
    "AWS::S3::Bucket": "aws s3 rb --force s3://{name}",
    "AWS::SecretsManager::Secret": "aws secretsmanager delete-secret --secret-id {name}",
    "AWS::KMS::Key": "aws kms schedule-key-deletion --key-id {name}",
    "AWS::SES::EmailIdentity": "aws sesv2 delete-email-identity --email-identity {name}",
}
_FUNCTION, _RESERVED = "AWS::Lambda::Function", "ReservedConcurrentExecutions"


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource that outlives the stack."""

    logical_id: str
    kind: str
    name: str


@dataclass(frozen=True)
class Stack:
    """One that is there, in whatever state."""

    account: Account
    name: str
    described: Mapping[str, Any]

    @classmethod
    def find(cls, account: Account, name: str) -> Self | None:
        """The stack of this name, None if there is none."""
        cloudformation = account.client("cloudformation")
        try:
            (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return None
            raise
        return cls(account, name, found)

    @property
    def status(self) -> str:
        """CloudFormation's word for its state."""
        return str(self.described["StackStatus"])

    @property
    def is_made(self) -> bool:
        """Whether it has been deployed at least once."""
        return self.status not in _NOT_MADE

    @property
    def is_mayfly(self) -> bool:
        """Whether its template is one of ours, as far as there is one."""
        told = str(self._template.get("Description", "")) if self.is_made else ""
        return not self.is_made or told.startswith("Mayfly")

    @property
    def can_only_be_deleted(self) -> bool:
        """Whether CloudFormation refuses to update it."""
        return self.status.startswith("DELETE_") or self.status == "ROLLBACK_FAILED"

    @property
    def is_protected(self) -> bool:
        """Whether AWS refuses to delete it."""
        return bool(self.described.get("EnableTerminationProtection"))

    @property
    def outputs(self) -> dict[str, str]:
        """What it tells, by name."""
        return {each["OutputKey"]: each["OutputValue"] for each in self._outputs}

    @property
    def records(self) -> list[tuple[str, str, str]]:
        """The DNS records that somebody has to publish: name, type and value."""
        told = [e["OutputValue"] for e in self._outputs if e.get("Description") == _RECORD]
        parts = (re.split(r"\s+", each, maxsplit=2) for each in sorted(told))
        return [(name, kind, value) for name, kind, value in parts]

    @property
    def domains(self) -> list[str]:
        """The domains that it was deployed for; those of a failed creation do not count."""
        guards = [each for each in self.declared.values() if each["Type"] == GUARD]
        return [name for each in guards for name in each["Properties"].get("Domains", [])]

    @property
    def declared(self) -> dict[str, Any]:
        """The resources of its template by logical id, none while it is not made."""
        found: dict[str, Any] = self._template.get("Resources", {}) if self.is_made else {}
        return found

    @cached_property
    def resources(self) -> dict[str, tuple[str, str]]:
        """Type and physical id of what is there, by logical id."""
        cloudformation = self.account.client("cloudformation")
        pages = cloudformation.get_paginator("list_stack_resources")
        return {
            each["LogicalResourceId"]: (each["ResourceType"], each.get("PhysicalResourceId", ""))
            for page in pages.paginate(StackName=self.name)
            for each in page["StackResourceSummaries"]
            if each["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def find_one(self, kind: str, word: str) -> str | None:
        """The physical id of the first resource of this type with this word in its logical id."""
        for logical_id, (each, name) in self.resources.items():
            if each == kind and word in logical_id:
                return name
        return None

    @property
    def kept(self) -> list[Kept]:
        """What stays when it is deleted, or has stayed when that failed half way."""
        return [
            Kept(logical_id, each["Type"], name)
            for logical_id, each in self.declared.items()
            if each.get("DeletionPolicy") in _KEPT
            # What could not be made is listed without a name.
            and (name := self.resources.get(logical_id, ("", ""))[1])
            and not each["Type"].startswith("Custom::")
        ]

    @cached_property
    def _template(self) -> dict[str, Any]:
        answer = self.account.client("cloudformation").get_template(
            StackName=self.name, TemplateStage="Original"
        )
        body = answer["TemplateBody"]
        found: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
        return found

    @property
    def _outputs(self) -> list[dict[str, str]]:
        outputs: list[dict[str, str]] = self.described.get("Outputs", [])
        return outputs


def can_go(kept: Sequence[Kept]) -> list[Kept]:
    """What a template can let go with its stack."""
    return [each for each in kept if each.kind not in _OF_THE_ACCOUNT]


def mapping_of(kept: Sequence[Kept]) -> dict[str, dict[str, str]]:
    """What tells `cdk import` which resource is which."""
    return {
        each.logical_id: {_IDENTIFIERS[each.kind]: each.name}
        for each in kept
        if each.kind in _IDENTIFIERS
    }


def how_to_go_on(kept: Sequence[Kept], own: Own) -> Iterator[str]:
    """Lines that say so; what can be imported is written to a file beside `mayfly.toml`."""
    if not kept:
        return
    file = kept_file(own)
    file.write_text(json.dumps(mapping_of(kept), indent=2) + "\n")
    yield f"{file.name} names what is kept. To deploy again with it: make deploy ARGS=--attach"
    yield "To remove it instead, for good:"
    for each in kept:
        if each.kind in _REMOVE:
            yield f"  {_REMOVE[each.kind].format(name=each.name)} --region {own.region}"
    if any(each.kind == _RECORD_SET for each in kept):
        yield "Records in the hosted zone stay, too: remove them in the Route 53 console."


def kept_file(own: Own) -> Path:
    """Where the names of what is kept stand."""
    return own.file.with_suffix(".kept.json")


def quota_for(account: Account, stack: Stack | None) -> tuple[int, int]:
    """What is for this deployment, and what others have reserved of the account's quota."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    quota = int(limits["ConcurrentExecutions"])
    reserved = quota - int(limits.get("UnreservedConcurrentExecutions", quota))
    # What the deployed functions have reserved is theirs to share again.
    others = max(0, reserved - _own(stack))
    return quota - others, others


def _own(stack: Stack | None) -> int:
    declared = stack.declared.values() if stack else ()
    functions = (each.get("Properties", {}) for each in declared if each["Type"] == _FUNCTION)
    return sum(int(each.get(_RESERVED, 0)) for each in functions)
