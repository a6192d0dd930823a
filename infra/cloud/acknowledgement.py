"""Findings of cdk-nag that stay, each with its reason beside the construct it is about."""

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept this AwsSolutions finding on this construct and what is below it."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def acknowledge_wildcard(construct: IConstruct, arn: str, reason: str) -> None:
    """Accept that a policy of this construct names the ARN, which has a wildcard."""
    acknowledge(construct, f"IAM5[Resource::{_spelling(Stack.of(construct).resolve(arn))}]", reason)


def _spelling(arn: object) -> str:
    """How cdk-nag writes an ARN: `<Bucket.Arn>/raw/*`."""
    match arn:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(_spelling, parts))
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": str(name)}:
            return f"<{name}>"
        case _:
            return str(arn)
