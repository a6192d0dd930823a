"""What outlives a stack: how to take it into a new one, and how to remove it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.deploying.own import Own
from infra.deploying.stack import Kept

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
_RECORD = "AWS::Route53::RecordSet"
_REMOVE = {
    "AWS::DynamoDB::Table": "aws dynamodb delete-table --table-name {name}",
    "AWS::S3::Bucket": "aws s3 rb --force s3://{name}",
    "AWS::SecretsManager::Secret": "aws secretsmanager delete-secret --secret-id {name}",
    "AWS::KMS::Key": "aws kms schedule-key-deletion --key-id {name}",
    "AWS::SES::EmailIdentity": "aws sesv2 delete-email-identity --email-identity {name}",
}


def can_go(kept: Sequence[Kept]) -> list[Kept]:
    """What a template can let go with its stack."""
    return [each for each in kept if each.kind not in _OF_THE_ACCOUNT]


def mapping_of(kept: Sequence[Kept]) -> dict[str, dict[str, str]]:
    """How `cdk import` is told which resource is which."""
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
    if any(each.kind == _RECORD for each in kept):
        yield "Records in the hosted zone stay, too: remove them in the Route 53 console."


def kept_file(own: Own) -> Path:
    """Where the names of what is kept stand."""
    return own.file.with_suffix(".kept.json")
