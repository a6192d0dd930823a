"""Asks the breaker of a deployment how it is, or puts it back: `python -m infra.breaker reset`."""

import argparse
import json
import sys
from typing import Any

import boto3

from infra.cloud.deployment import Deployment
from infra.cloud.environment import ALIAS


def is_its_function(kind: str, logical_id: str) -> bool:
    """Whether a resource of the stack is the function that has the breaker."""
    return kind == "AWS::Lambda::Function" and "SweepFunction" in logical_id


def ask(wish: str, stack_name: str, session: Any = boto3) -> dict[str, Any]:
    """What the deployment's function answers to `status` or `reset`, with the caller's rights."""
    pages = session.client("cloudformation").get_paginator("list_stack_resources")
    (name,) = [
        each["PhysicalResourceId"]
        for page in pages.paginate(StackName=stack_name)
        for each in page["StackResourceSummaries"]
        if is_its_function(each["ResourceType"], each["LogicalResourceId"])
    ]
    answer = session.client("lambda").invoke(
        FunctionName=f"{name}:{ALIAS}", Payload=json.dumps({"breaker": wish}).encode()
    )
    told: dict[str, Any] = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise SystemExit(f"the breaker did not answer: {told.get('errorMessage')}")
    return told


def main(arguments: list[str]) -> None:
    """Print the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wish", choices=("status", "reset"))
    parser.add_argument("--stack", default=Deployment.__dataclass_fields__["stack_name"].default)
    given = parser.parse_args(arguments)
    print(json.dumps(ask(given.wish, given.stack)))


if __name__ == "__main__":
    main(sys.argv[1:])
