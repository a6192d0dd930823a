"""Variables of one message, checked before a template sees them."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def usable(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables without those that are null: these are missing, and a template says so.

    InvalidInput names the one that cannot be.
    """
    try:
        size = len(json.dumps(variables, ensure_ascii=False).encode())
    except (UnicodeEncodeError, ValueError) as error:
        raise InvalidInput("variables must be Unicode text, and numbers that JSON has") from error
    if size > limits.TEMPLATE_VARIABLES_BYTES:
        raise InvalidInput(f"variables may have {limits.TEMPLATE_VARIABLES_BYTES} bytes as JSON")
    for name in variables:
        if not _NAME.fullmatch(name) or len(name) > limits.TEMPLATE_VARIABLE_CHARS:
            raise InvalidInput(
                f"variables: no name of a variable: {name[:40]!r}; letters, digits and _ are"
                f" possible, up to {limits.TEMPLATE_VARIABLE_CHARS}"
            )
    return {
        name: _plain(value, f"variables.{name}", limits.TEMPLATE_VARIABLE_DEPTH)
        for name, value in variables.items()
        if value is not None
    }


def _plain(value: Any, where: str, depth: int) -> Any:
    if isinstance(value, dict | list):
        if not depth:
            most = limits.TEMPLATE_VARIABLE_DEPTH
            raise InvalidInput(f"{where[:80]} is nested too deep: {most} levels are possible")
        if isinstance(value, list):
            return [_plain(each, f"{where}[]", depth - 1) for each in value]
        return {
            name: _plain(each, f"{where}.{name}", depth - 1)
            for name, each in value.items()
            if each is not None
        }
    if value is None:
        raise InvalidInput(f"{where[:80]} cannot be null")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{where[:80]} must be a number that ends")
    if isinstance(value, int) and abs(value) >= 2**53:
        raise InvalidInput(f"{where[:80]} must be a number below 2^53; longer ones can be text")
    return value
