"""Whose account the laptop's AWS is, and where."""

REGION = "us-east-1"
ACCOUNT = "123456789012"


def queue_arn(name: str) -> str:
    """The ARN of a queue of this account."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
