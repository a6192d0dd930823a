"""The JSON object that a request has as its body, and the kinds of its fields."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mayfly.domain.errors import InvalidInput

_NOT_JSON = "the body is not JSON in UTF-8"
_SHOWN_CHARS = 40


def json_object(body: bytes, content_type: str) -> dict[str, Any]:
    """The object, {} without a body; InvalidInput, with the reason, for anything else.

    What it was called (`content_type`) decides nothing, but is named if it may be the mistake. A
    name that is there twice is refused: which of the two counts, RFC 8259 section 4 leaves open.
    """
    if not body.strip():
        return {}
    try:
        # Not json.loads(body), which would read UTF-16, too (RFC 8259 section 8.1: UTF-8 alone).
        text = body.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_not_json(content_type)) from error
    if not isinstance(document, dict):
        raise InvalidInput("the body must be a JSON object")
    return document


def wanted_flag(sent: Mapping[str, Any], name: str) -> bool:
    """The field of this name; InvalidInput if it is neither true nor false."""
    value = sent.get(name)
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false")
    return value


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(f"the field {twice[:_SHOWN_CHARS]!r} is there twice")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")  # RFC 8259 section 6


def _not_json(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if not kind or kind.endswith("json"):
        return _NOT_JSON
    return f"{_NOT_JSON}; it was sent as {kind[:_SHOWN_CHARS]!r}"
