"""`make configure`: asks a few questions, and writes `mayfly.toml`."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.cloud import config_file, context
from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment, context_values
from infra.deploying.account import CANNOT, Account, Ended, own_file
from infra.deploying.questions import NONE, Questions, flag_of
from infra.deploying.stack import Stack
from infra.deploying.writing import ASKED, changed_text, new_text, write

_MEANT = {
    "domains": "the domain of the mail; again, or with commas, for several",
    "hostedZoneId": f"the Route 53 zone for DNS records: its id, id=name, or {NONE}",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `make configure` takes as ARGS: an answer for each question, and more."""
    for name in ASKED:
        if name != "hostedZoneName":
            meant = _MEANT.get(name, context_values()[name].metadata["help"])
            parser.add_argument(
                flag_of(name), dest=name, action="append", help=meant.replace("%", "%%")
            )
    parser.add_argument(
        "--remove-domain",
        action="append",
        default=[],
        metavar="DOMAIN",
        help="a deployed domain that shall go",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other value, see docs/deploying.md",
    )


def main(given: argparse.Namespace) -> int:
    """0 once the file says what was answered; Ended says what cannot be."""
    file = own_file()
    text = config_file.text_of(file) if file.is_file() else new_text()
    before = {each.name: each.value for each in config_file.entries(file, text)}
    if file.is_file():
        _check_what_is_there(file, text)
    flags = {n: ",".join(each) for n in ASKED if (each := getattr(given, n, None)) is not None}
    # A change of one value asks for no other again.
    asks = sys.stdin.isatty() and not (file.is_file() and (flags or given.set))
    questions = Questions(flags, before, input if asks else None, print)
    try:
        answers = {**questions.put(), **_set(given.set)}
        domains: list[str] = answers["domains"]  # type: ignore[assignment]  # the question's
        deployed = _deployed(before, answers)
        answers["removeDomains"] = removed(before, domains, given.remove_domain, deployed)
        changes = _changes(before, answers)
        after = changed_text(file, text, changes)
        config_file.checked(file, after)
    except InvalidContext as error:
        raise Ended(f"{error}. Nothing was written", 2) from error
    if changes or not file.is_file():
        write(file, after)
    _tell(file, before, changes)
    return 0


def _check_what_is_there(file: Path, text: str) -> None:
    try:
        config_file.checked(file, text)
    except InvalidContext as error:
        raise Ended(f"{error}\nMend that line first; nothing was written") from error


def _set(texts: list[str]) -> dict[str, object]:
    """Any other values, each in the form of its default."""
    found: dict[str, object] = {}
    for each in texts:
        name, _, value = each.partition("=")
        context.check_name(name, context_values())
        if name in ASKED or name == "removeDomains":
            raise InvalidContext(f"{name} has a flag of its own")
        found[name] = context.typed(name, value, context_values()[name].default)
    return found


def removed(
    before: Mapping[str, object], domains: list[str], flags: list[str], deployed: list[str]
) -> list[str]:
    """The domains that may go; Ended if one that is deployed was left out without a word."""
    named = _spelt(flags)
    gone = [each for each in deployed if each not in (*domains, *named)]
    if gone:
        raise Ended(
            f"{', '.join(gone)} would be taken out of the deployment. Nothing was written. "
            f"Name all domains, or add --remove-domain {','.join(gone)}",
            2,
        )
    listed = context.text(before.get("removeDomains", ""))
    may_go = dict.fromkeys([*filter(None, listed.split(",")), *named])
    return [each for each in may_go if each not in domains]


def _deployed(before: Mapping[str, object], answers: Mapping[str, object]) -> list[str]:
    """What is deployed, or may be as far as anybody knows: what the file has."""
    name = str(answers.get("stackName", before.get("stackName", "Mayfly")))
    try:
        stack = Stack.find(Account(str(answers["region"])), name)
        return stack.domains if stack else []
    except CANNOT:
        listed = context.text(before.get("domains", "")).split(",")
        names = [each for each in listed if each.strip()]
        may_go = context.text(before.get("removeDomains", "")).split(",")
        return [each for each in _spelt(names) if each not in may_go]


def _spelt(names: list[str]) -> list[str]:
    return list(Deployment.from_context({"domains": names}).settings.domains) if names else []


def _changes(
    before: Mapping[str, object], answers: Mapping[str, object]
) -> dict[str, object | None]:
    """The answers that differ from the file; an empty one takes the value out."""
    values = {name: None if value in ("", [], ()) else value for name, value in answers.items()}
    return {
        name: value
        for name, value in values.items()
        if _as_text(value) != _as_text(before.get(name)) or (value is None and name in before)
    }


def _as_text(value: object) -> str:
    return NONE if value is None else context.text(value)


def _tell(file: Path, before: Mapping[str, object], changes: Mapping[str, object | None]) -> None:
    for name, value in changes.items():
        was = f"{_as_text(before[name])} -> " if name in before else ""
        print(f"  {name}: {was}{_as_text(value)}")
    print(f"{file.name} is written." if changes else f"{file.name} stays as it is.")
    print("Next: make bootstrap (once per account and region), then make deploy")
