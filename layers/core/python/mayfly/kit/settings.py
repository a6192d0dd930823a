"""How settings are declared and read: a field in upper case is its environment variable."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from typing import Any, Self

from mayfly.errors import InvalidInput

Check = Callable[[Any], object]
HOST_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
_MOST_PORT = 65535
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def within(least: int = 0, most: int | None = None, zero: str = "") -> Check:
    """Whether a number is from `least` to `most`, or 0 if `zero` says what that means."""

    def check(number: int) -> int:
        is_high = most is not None and number > most
        if (number < least or is_high) and not (zero and number == 0):
            raise InvalidInput(f"must be {_range(least, most, zero)}")
        return number

    return check


def _range(least: int, most: int | None, zero: str) -> str:
    nothing = f"0 ({zero})" if zero else "0"
    first = str(least) if least else nothing
    both = f"{first} or more" if most is None else f"from {first} to {most}"
    return f"{both}, or {nothing}" if zero and least else both


_NUMBER = within()
_NO_LIMIT = within(zero="no limit")


def setting(
    default: Any, meaning: str, check: Check | None = None, *, is_secret: bool = False
) -> Any:
    """One setting. `check` brings a value to its one spelling; InvalidInput says why it cannot.

    A number without a check is 0 or more.
    """
    return _field(default, meaning, check, is_secret=is_secret)


def limit(default: int, meaning: str) -> Any:
    """How many of something there may be; 0 is no limit."""
    return _field(default, meaning, _NO_LIMIT)


def made(default: Any, meaning: str, check: Check | None = None) -> Any:
    """What the stack makes and sets, and nobody chooses."""
    return _field(default, meaning, check, is_made=True)


def _field(
    default: Any,
    meaning: str,
    check: Check | None,
    *,
    is_made: bool = False,
    is_secret: bool = False,
) -> Any:
    if check is None and type(default) is int:
        check = _NUMBER
    facts = {"help": meaning, "check": check, "is_made": is_made}
    return field(default=default, repr=not is_secret, metadata=facts)


class FromEnvironment:
    """Reads the fields of a dataclass from environment variables, and checks each."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Take what is set, the default for the rest; InvalidInput names a value that is none."""
        values: dict[str, object] = {}
        for each in fields(cls):  # type: ignore[arg-type]  # every subclass is a dataclass
            text = environment.get(each.name.upper())
            if text is not None:
                values[each.name] = _read(each.name.upper(), text, type(each.default))
        return cls(**values)

    def __post_init__(self) -> None:
        """Bring each value to its one spelling; InvalidInput names the one that cannot be used."""
        for each in fields(self):  # type: ignore[arg-type]  # as above
            if check := each.metadata["check"]:
                try:
                    checked = check(getattr(self, each.name))
                except InvalidInput as error:
                    name, reason = each.name.upper(), str(error)
                    gap = " " if reason.startswith("must ") else ": "
                    raise InvalidInput(f"{name}{gap}{reason}") from error
                object.__setattr__(self, each.name, checked)


def _read(name: str, text: str, kind: type) -> object:
    text = text.strip()
    if kind is tuple:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    if kind is bool:
        if text.lower() not in _TRUE | _FALSE:
            raise InvalidInput(f"{name} must be on or off, not {text!r}")
        return text.lower() in _TRUE
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise InvalidInput(f"{name} must be a whole number, not {text!r}") from error
    return text


def is_url(pattern: str, text: str) -> bool:
    """Whether the text is as the pattern has it, with a port, if any, that there can be."""
    found = re.fullmatch(pattern, text)
    return found is not None and int(found["port"] or 0) <= _MOST_PORT
