"""Reading CDK context: text from the command line, JSON from `cdk.json`, TOML from a file."""

import difflib
import re
from collections.abc import Collection, Iterable


class InvalidContext(Exception):
    """A context value that cannot be used; the message names it and says what would do."""


def name(field: str) -> str:
    """The context name of a field: camel case."""
    head, *rest = field.split("_")
    return head + "".join(word.capitalize() for word in rest)


def text(given: object) -> str:
    """A context value as an environment variable has it: lists become comma-separated."""
    if isinstance(given, list | tuple):
        return ",".join(str(item) for item in given)
    if isinstance(given, bool):
        return "true" if given else "false"
    return str(given)


def typed(name: str, given: object, default: object) -> object:
    """The value in the type of the field's default; InvalidContext if it has none."""
    written = text(given).strip()
    if isinstance(default, bool):
        check(written in {"true", "false"}, f"{name} must be true or false, not {written!r}")
        return written == "true"
    if isinstance(default, int):
        check(written.isdecimal(), f"{name} must be a whole number, not {written!r}")
        return int(written)
    if isinstance(default, tuple):
        return tuple(each.strip() for each in written.split(",") if each.strip())
    return written


def check_single(name: str, given: object, default: object) -> None:
    """InvalidContext for a table, or for a list where there is one value."""
    check(not isinstance(given, dict), f"{name} must be a value, not a table")
    several = isinstance(given, list | tuple)
    check(not several or isinstance(default, tuple), f"{name} must be one value, not a list")


def check_names(given: Iterable[str], known: Collection[str]) -> None:
    """InvalidContext if a name is none that is known; those with punctuation are the CDK's own."""
    for name in given:
        if re.fullmatch(r"\w+", name):
            check_name(name, known)


def check_name(name: str, known: Collection[str]) -> None:
    """InvalidContext unless it is known."""
    if name not in known:
        alike = difflib.get_close_matches(name, known, n=1)
        meant = f"did you mean {alike[0]}?" if alike else f"there are {', '.join(known)}"
        raise InvalidContext(f"no such context value: {name}; {meant}")


def check(holds: bool, message: str) -> None:
    """InvalidContext with the message unless it holds."""
    if not holds:
        raise InvalidContext(message)
