"""`make destroy`: takes the deployment away, so that no message comes in while it goes."""

import argparse
import time
from collections.abc import Callable
from typing import Any

from infra.deploying import commandline
from infra.deploying.account import Ended, Own
from infra.deploying.deploy import agree, build_and_synthesize
from infra.deploying.stack import Kept, Stack, can_go, how_to_go_on

_EVERYTHING = {"deletionProtection": "false", "terminationProtection": "false"}
_SECONDS_BETWEEN_LOOKS = 3.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `make destroy` takes as ARGS."""
    parser.add_argument("--yes", action="store_true", help="do not ask for the stack's name")
    parser.add_argument(
        "--everything",
        action="store_true",
        help="keep nothing: mail, accounts, keys and identities go, too",
    )


def main(given: argparse.Namespace, pause: Callable[[float], None] = time.sleep) -> int:
    """0 once the stack is gone, or was not there."""
    own = Own.read()
    number, arn = own.who()
    name = own.deployment.stack_name
    print(f"Account {number} as {arn}, region {own.region}", flush=True)
    stack = Stack.find(own.account, name)
    if stack is None:
        print(f"There is no stack {name} here: nothing to do.")
        return 0
    _check(stack)
    take_away(own, stack, everything=given.everything, yes=given.yes, pause=pause)
    return 0


def take_away(
    own: Own,
    stack: Stack,
    *,
    everything: bool,
    yes: bool,
    let_go: Callable[[Own, Stack], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Say what goes and what is kept, ask unless `yes` is said, and delete the stack."""
    kept = _kept(stack, everything)
    _say_what_goes(stack, kept, everything)
    agree(yes, f"Take {stack.name} away?", stack.name)
    if everything and can_go(stack.kept) and not stack.can_only_be_deleted:
        (let_go or _let_all_go)(own, stack)
    take_no_mail(own.account.client("ses"), stack.name)
    print("  SES takes no mail for it any more", flush=True)
    delete(own.account.client("cloudformation"), stack, pause)
    print("\n".join([f"{stack.name} is gone.", *how_to_go_on(kept, own)]))


def _check(stack: Stack) -> None:
    if stack.is_protected:
        raise Ended(
            f"{stack.name} is protected. Nothing was changed. "
            "Say terminationProtection = false in mayfly.toml, make deploy, and come again"
        )
    if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
        raise Ended(f"{stack.name} is {stack.status}: wait until CloudFormation is done")


def _kept(stack: Stack, everything: bool) -> list[Kept]:
    if everything:
        # The template of one that can only be deleted cannot be changed to release anything.
        return can_go(stack.kept) if stack.can_only_be_deleted else []
    return stack.kept


def _say_what_goes(stack: Stack, kept: list[Kept], everything: bool) -> None:
    print(f"\nThe stack {stack.name} goes: functions, APIs, page, queues, alarms, receipt rule.")
    if kept and everything:
        print(f"It is {stack.status}, and can no longer be changed to release the following.")
    if kept:
        print("Kept, and paid for until you remove it:")
        print("\n".join(f"  {each.kind:<28} {each.name}" for each in kept), flush=True)
    elif everything or stack.is_made:
        print("Nothing is kept: all mail, accounts and keys go, for good.", flush=True)


def _let_all_go(own: Own, stack: Stack) -> None:
    """What is kept otherwise goes with the stack: its template has to say so first."""
    configured = own.deployment.settings.domains
    gone = ",".join(each for each in stack.domains if each not in configured)
    assembly = build_and_synthesize(own, {**_EVERYTHING, "removeDomains": gone})
    if commandline.deploy(own.region, assembly):
        raise Ended("The stack could not be changed to keep nothing. It is there as before.")


def take_no_mail(ses: Any, stack: str) -> None:
    """End our rule set, or take our rule out of somebody else's, before all else."""
    active = ses.describe_active_receipt_rule_set()
    name, rule = active.get("Metadata", {}).get("Name"), f"{stack}-receive"
    if name == stack:
        ses.set_active_receipt_rule_set()  # without a name: none is active
    elif rule in [each["Name"] for each in active.get("Rules", [])]:
        ses.delete_receipt_rule(RuleSetName=name, RuleName=rule)


def delete(cloudformation: Any, stack: Stack, pause: Callable[[float], None]) -> None:
    """Delete it and tell what goes; Ended with what could not go."""
    stack_id = stack.described["StackId"]
    printed = {each["EventId"] for each in _events(cloudformation, stack_id)}
    cloudformation.delete_stack(StackName=stack_id)
    failed = []
    while True:
        for each in reversed(_events(cloudformation, stack_id)):
            if each["EventId"] not in printed:
                printed.add(each["EventId"])
                failed += [each] if each["ResourceStatus"] == "DELETE_FAILED" else []
                _tell(each)
        (found,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
        if found["StackStatus"] == "DELETE_COMPLETE":
            return
        if found["StackStatus"] == "DELETE_FAILED":
            reasons = "\n".join(f"  {each.get('ResourceStatusReason', '')}" for each in failed[:5])
            raise Ended(f"Not all could go:\n{reasons}\nGive the same command again.")
        pause(_SECONDS_BETWEEN_LOOKS)


def _events(cloudformation: Any, stack_id: str) -> list[dict[str, Any]]:
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    return [each for page in pages for each in page["StackEvents"]]


def _tell(event: dict[str, Any]) -> None:
    status = event["ResourceStatus"]
    if status in ("DELETE_COMPLETE", "DELETE_FAILED", "DELETE_SKIPPED"):
        word = {"DELETE_COMPLETE": "gone", "DELETE_SKIPPED": "kept"}.get(status, "FAILED")
        print(f"  {word:<7} {event['ResourceType']:<34} {event['LogicalResourceId']}", flush=True)
