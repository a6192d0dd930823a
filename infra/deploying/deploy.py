"""`make deploy`: looks first, says what will happen, deploys, and says what is left to do."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.cloud.functions import vendor
from infra.deploying import commandline
from infra.deploying.account import Ended
from infra.deploying.assembly import Assembly, difference
from infra.deploying.before import Before
from infra.deploying.checks import CHECKS
from infra.deploying.finding import State, looked
from infra.deploying.kept import kept_file
from infra.deploying.next_steps import next_steps
from infra.deploying.own import Own
from infra.deploying.stack import Stack


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `make deploy` takes as ARGS."""
    parser.add_argument("--yes", action="store_true", help="do not ask before anything is made")
    parser.add_argument(
        "--remove-domain",
        action="append",
        default=[],
        metavar="DOMAIN",
        help="a domain that may be taken out of the deployment",
    )
    parser.add_argument(
        "--shorten-lifetimes",
        action="store_true",
        help="mail that is there may end before its time, as shorter lifetimes would have it",
    )
    parser.add_argument(
        "--attach",
        action="store_true",
        help="take what `make destroy` has kept into the new stack",
    )


def main(given: argparse.Namespace) -> int:
    """0 once the stack is what `mayfly.toml` says."""
    more = {"removeDomains": ",".join(given.remove_domain)} if given.remove_domain else {}
    own = Own.read(**more)
    number, arn = own.who()
    print(f"Account {number} as {arn}, region {own.region}", flush=True)
    assembly = build_and_synthesize(own, more)
    stack = Stack.find(own.account, own.deployment.stack_name)
    left = left_by_an_earlier_one(kept_file(own), stack, assembly, given.attach)
    names = frozenset(name for each in left.values() for name in each.values())
    may = given.shorten_lifetimes
    before = Before(own.account, own.region, own.deployment, stack, assembly, names, may)
    _look(before)
    _say_what_will_happen(before)
    agree(given.yes, "Deploy?")
    if left and commandline.attach(own.region, assembly, left):
        raise Ended("What was kept could not be attached: it is there as before.")
    if commandline.deploy(own.region, assembly):
        _say_how_to_go_on(own)
        return 1
    if given.attach:
        kept_file(own).unlink(missing_ok=True)
    stack = Stack.find(own.account, own.deployment.stack_name)
    if stack is not None:
        print("\n".join(["", *next_steps(stack, own.deployment)]))
    return 0


def left_by_an_earlier_one(
    file: Path, stack: Stack | None, assembly: Assembly, attach: bool
) -> dict[str, dict[str, str]]:
    """What has still to be imported, as `kept.mapping_of` has it; Ended if it cannot be."""
    there = stack.resources if stack and stack.is_made else {}
    if not file.is_file():
        if attach and not there:
            raise Ended(f"Nothing to attach: no {file.name}")
        return {}
    if not attach:
        if not there:
            print(f"  {file.name} names what an earlier stack has left: ARGS=--attach takes it in")
        return {}
    named: dict[str, dict[str, str]] = json.loads(file.read_text())
    found = {each: names for each, names in named.items() if each in assembly.declared}
    if not found:
        raise Ended(f"Nothing to attach: {file.name} names nothing that this stack would have")
    if not there:
        return found
    others = [each for each in found if there.get(each, ("", ""))[1] not in found[each].values()]
    if others:
        raise Ended(f"Nothing to attach: the stack is there, with {', '.join(others)} of its own")
    print(f"  The stack has already what {file.name} names: nothing is to be imported")
    return {}


def build_and_synthesize(own: Own, more: Mapping[str, str]) -> Assembly:
    """Third-party code, and the template of the file's values with `more` on top."""
    if "VENDOR_LAYER" not in os.environ:
        print("Third-party code for Lambda …", flush=True)
        try:
            vendor.build(vendor.LAYER, vendor.LOCK_FILE, vendor.run)
        except subprocess.CalledProcessError as error:
            raise Ended("It could not be fetched, see above. Is this machine online?") from error
    print("The template …", flush=True)
    commandline.synthesize(own.region, own.file, commandline.OUTPUT, more)
    return Assembly(commandline.OUTPUT, own.deployment.stack_name)


def _look(before: Before) -> None:
    found = []
    for each in looked(CHECKS, before):
        print(each, flush=True)
        found.append(each)
    if any(each.state is State.WRONG for each in found):
        raise Ended("Nothing was made or changed. Mend what is wrong, and give the command again.")


def _say_what_will_happen(before: Before) -> None:
    there = before.stack.declared if before.stack else {}
    print(f"\nThe stack {before.deployment.stack_name}, {'updated' if there else 'new'}:")
    changes = difference(there, before.assembly.declared) or ["nothing changes"]
    print("\n".join(f"  {each}" for each in changes), flush=True)


def agree(
    said: bool, question: str, answer: str = "yes", ask: Callable[[str], str] = input
) -> None:
    """Go on if the person has agreed, or does now; Ended otherwise."""
    if said:
        return
    try:
        typed = ask(f"{question} Type {answer} to go on: ")
    except EOFError as error:
        raise Ended("\nNobody is there to ask: say it with ARGS=--yes", 2) from error
    if typed.strip() != answer:
        raise Ended("Nothing was changed.")


def _say_how_to_go_on(own: Own) -> None:
    stack = Stack.find(own.account, own.deployment.stack_name)
    status = f"The stack is {stack.status}. " if stack else ""
    print(
        "\nThe deployment failed. The first line above that says FAILED has the reason, "
        f"else the last. {status}\n"
        "CloudFormation takes back what it made. Mend it, and give the same command again.",
        file=sys.stderr,
    )
