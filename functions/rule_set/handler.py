"""Makes the deployment's receipt rule take effect, and undoes it when the stack goes.

An account has one active rule set per region, and activating one silently ends the other. So this
looks first, and touches nobody else's set unless the deployment says how.
"""

import time
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import ClientError

from functions.custom_resource import Refusal, serve
from functions.rule_set.rule_sets import GUARD, Guard, RuleSets

logger = Logger()

# SES takes one such call a second from the whole account; boto3 backs off up to 20 s.
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "max_attempts": 7})
_CHECKED = "checked"


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> None:
    """Do what CloudFormation asks."""
    serve(event, _settle, logger)


def _settle(event: dict[str, Any], done: str) -> str:
    wish = event["ResourceProperties"]
    ses = boto3.client("ses", config=_CONFIG)
    rule_sets = RuleSets(ses, wish["RuleSetName"], wish["RuleName"])
    guards = event.get("ResourceType") == GUARD
    if event["RequestType"] == "Delete":
        if not guards:
            rule_sets.undo(done)
        return done
    try:
        if guards:
            Guard(rule_sets, time.sleep).check(wish, event.get("OldResourceProperties", {}))
            return _CHECKED
        return rule_sets.take_effect(wish["IfAnotherIsActive"])
    except Refusal:
        if event["RequestType"] == "Update" and _is_rolled_back(event["StackId"]):
            return done  # as it was before: a refusal now would leave the stack between two states
        raise


def _is_rolled_back(stack_id: str) -> bool:
    """Whether CloudFormation is taking the last change back: it asks for the same in both cases."""
    cloudformation = boto3.client("cloudformation", config=_CONFIG)
    try:
        (stack,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    except ClientError as error:
        logger.error("Nobody knows whether this is taken back", reason=str(error))
        return False
    return "ROLLBACK" in stack["StackStatus"]
