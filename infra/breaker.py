"""Asks the breaker of a deployment how it is, or puts it back: `python -m infra.breaker reset`."""

import argparse
import json
import os
import sys
from typing import Any

import boto3

from infra.cloud import config_file
from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment
from infra.cloud.functions.environment import ALIAS

_STACK = Deployment.__dataclass_fields__["stack_name"].default


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
    payload: dict[str, Any] = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise SystemExit(f"the breaker did not answer: {payload.get('errorMessage')}")
    return payload


def main(arguments: list[str]) -> None:
    """Print the answer. Stack and region are those of `mayfly.toml`, if it is there."""
    own = _own()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wish", choices=("status", "reset"))
    parser.add_argument("--stack", default=own.stack_name if own else _STACK)
    given = parser.parse_args(arguments)
    session = boto3.Session(region_name=own.region or None) if own else boto3
    print(json.dumps(ask(given.wish, given.stack, session)))


def _own() -> Deployment | None:
    file = config_file.file_of(os.environ)
    if file is None or not file.is_file():
        return None
    try:
        return Deployment.from_context(config_file.read(file))
    except InvalidContext as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main(sys.argv[1:])
