"""`make deploy`: looks first, says what will happen, deploys, and says what is left to do."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from infra.cloud.deployment import Deployment
from infra.cloud.functions import vendor
from infra.cloud.functions.environment import OF_A_NEW_ACCOUNT
from infra.deploying import commandline
from infra.deploying.account import Ended, Own
from infra.deploying.assembly import Assembly, difference
from infra.deploying.checks import CHECKS
from infra.deploying.finding import Before, State, run_checks
from infra.deploying.stack import Stack, kept_file


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
        "--attach", action="store_true", help="take what `make destroy` has kept into the new stack"
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
    """What has still to be imported, as `stack.mapping_of` has it; Ended if it cannot be."""
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
    for each in run_checks(CHECKS, before):
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
    agreed: bool, question: str, answer: str = "yes", ask: Callable[[str], str] = input
) -> None:
    """Go on if the person has agreed, or does now; Ended otherwise."""
    if agreed:
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


def next_steps(stack: Stack, deployment: Deployment) -> list[str]:
    """The addresses, and what is left to do, as lines."""
    outputs = stack.outputs
    lines = [f"{stack.name} is deployed."]
    lines += [f"  page       {outputs['PageUrl']}"] if "PageUrl" in outputs else []
    lines += [
        f"  API        {outputs.get('ApiUrl', '')}",
        f"  WebSocket  {outputs.get('SocketUrl', '')}",
    ]
    lines += ["", "What is left to do:"]
    for number, (first, *more) in enumerate(_steps(stack, deployment), start=1):
        lines += [f"  {number}. {first}", *(f"     {each}" for each in more)]
    return lines


def _steps(stack: Stack, deployment: Deployment) -> Iterator[list[str]]:
    if records := stack.records:
        wide = max(len(name) for name, _, _ in records)
        lines = (f"{name:<{wide}}  {kind:<5}  {value}" for name, kind, value in records)
        yield ["Publish these DNS records; mail comes minutes later.", *lines]
    yield [
        "Say in DNS who may send in the name of the domains, so that nobody else can:",
        *(line for each in deployment.settings.domains for line in _texts(each, deployment)),
    ]
    if deployment.alarm_mail:
        yield [f"Confirm the mail that AWS sends to {deployment.alarm_mail}: else no alarm comes."]
    else:
        yield ["Have alarms mailed: make configure ARGS='--alarm-mail you@example.org'"]
    if deployment.concurrency <= OF_A_NEW_ACCOUNT:
        yield [
            "Ask AWS for 1,000 concurrent executions (Service Quotas, AWS Lambda); then:",
            "make configure ARGS='--concurrency 1000' && make deploy",
        ]
    if deployment.settings.sending or deployment.settings.sender_address:
        yield ["Ask AWS for production access of SES, if the account is in its sandbox."]
    if not deployment.termination_protection and deployment.deletion_protection:
        yield [
            "Once it works, protect it: terminationProtection = true in mayfly.toml, make deploy."
        ]
    yield ["make doctor says what is not right yet."]


def _texts(domain: str, deployment: Deployment) -> list[str]:
    """SPF and DMARC: of a domain that sends, and of one that does not."""
    sends = deployment.settings.sender_address.endswith(f"@{domain}")
    spf = "v=spf1 include:amazonses.com -all" if sends else "v=spf1 -all"
    return [f'{domain}  TXT  "{spf}"', f'_dmarc.{domain}  TXT  "v=DMARC1; p=reject"']
