"""`make doctor`: says what is wrong with the deployment, and what to do about it."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from infra.deploying.account import Ended, Own
from infra.deploying.finding import After, Finding, State, ok, run_checks, wrong
from infra.deploying.health import CHECKS
from infra.deploying.stack import Stack


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `make doctor` takes as ARGS."""
    parser.add_argument("--json", action="store_true", help="for programs")


def main(given: argparse.Namespace) -> int:
    """0 if all was looked at and is well; 1 otherwise."""
    findings = []
    for each in _look():
        findings.append(each)
        if not given.json:
            print(each, flush=True)
    print(_as_json(findings) if given.json else _summary(findings))
    return 0 if is_well(findings) else 1


def _look() -> Iterator[Finding]:
    try:
        own = Own.read()
        number, _ = own.who()
    except Ended as ended:
        yield wrong("account", str(ended), "")
        return
    yield ok("account", f"{number}, region {own.region}")
    stack = Stack.find(own.account, own.deployment.stack_name)
    if stack is None or not stack.is_made:
        text = f"{own.deployment.stack_name} is not deployed there"
        yield wrong("stack", text, "make deploy")
    else:
        after = After(own.account, own.deployment, stack, datetime.now(UTC))
        yield from run_checks(CHECKS, after)


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is wrong; what could not be looked at is not known to be well."""
    return not any(each.state in (State.WRONG, State.UNKNOWN) for each in findings)


def _summary(findings: list[Finding]) -> str:
    states = [each.state for each in findings]
    bad, unseen = states.count(State.WRONG), states.count(State.UNKNOWN)
    if not bad and not unseen:
        return "All is well."
    return f"{bad} wrong, {unseen} not to be looked at, {states.count(State.OK)} ok."


def _as_json(findings: list[Finding]) -> str:
    checks = [asdict(each) for each in findings]
    return json.dumps({"ok": is_well(findings), "checks": checks}, ensure_ascii=False)
