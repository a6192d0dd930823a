"""The JSON object that a request has as its body, and the kinds of its fields."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput

NO_FIELDS: Mapping[str, int] = MappingProxyType({})
_NOT_JSON = "the body is not JSON in UTF-8"
_SHOWN_CHARS = 40


class NotJson(InvalidInput):
    """What came is no JSON at all; other InvalidInput is about what it says."""


def json_object(
    body: bytes, content_type: str, longer: Mapping[str, int] = NO_FIELDS
) -> dict[str, Any]:
    """The object, {} without a body; InvalidInput, with the reason, for anything else.

    What it was called (`content_type`) decides nothing, but is named if it may be the mistake.
    """
    if not body.strip():
        return {}
    try:
        # Not json.loads(body), which would read UTF-16, too (RFC 8259 section 8.1: UTF-8 alone).
        text = body.decode("utf-8-sig")
    except ValueError as error:
        raise NotJson(_not_json(content_type)) from error
    return read_object(text, "the body", _not_json(content_type), longer)


def read_object(
    text: str, what: str, not_json: str, longer: Mapping[str, int] = NO_FIELDS
) -> dict[str, Any]:
    """The one place where JSON of callers is read: an object, or InvalidInput with the reason.

    A name that is there twice is refused: which of the two counts, RFC 8259 section 4 leaves open.
    NotJson if it is none. No text in it is longer than `limits.MAX_FIELD_CHARS`, except in the
    fields that `longer` has, with what each may have. The caller bounds the text itself.
    """
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_refused)
    except RecursionError as error:
        raise InvalidInput(f"{what} is nested too deep") from error
    except ValueError as error:
        raise NotJson(not_json) from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{what} must be a JSON object")
    for name, value in document.items():
        _check_length(name, value, longer.get(name, limits.MAX_FIELD_CHARS))
    return document


def _check_length(name: str, value: object, most: int) -> None:
    """InvalidInput that names the field, if a text anywhere in it is longer, or lies too deep."""
    level = [value]
    for _ in range(limits.MAX_NESTING + 1):
        inner: list[object] = []
        for each in level:
            if isinstance(each, str) and len(each) > most:
                raise InvalidInput(
                    f"{_shown(name)} has {len(each)} characters; {most} are possible"
                )
            if isinstance(each, list):
                inner += each
            elif isinstance(each, dict):
                inner += [*each, *each.values()]
        if not inner:
            return
        level = inner
    raise InvalidInput(
        f"{_shown(name)} is nested too deep: {limits.MAX_NESTING} levels are possible"
    )


def _shown(name: str) -> str:
    shown = name[:_SHOWN_CHARS]
    return shown if shown.isascii() and shown.isprintable() else repr(shown)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidInput(f"the field {name[:_SHOWN_CHARS]!r} is there twice")
        found[name] = value
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")  # RFC 8259 section 6


def _not_json(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if not kind or kind.endswith("json"):
        return _NOT_JSON
    return f"{_NOT_JSON}; it was sent as {kind[:_SHOWN_CHARS]!r}"


def only_fields(document: Mapping[str, Any], *names: str) -> None:
    """InvalidInput, by name, for fields that are not among these."""
    unknown = sorted(set(document) - set(names))
    if unknown:
        shown = ", ".join(repr(name[:40]) for name in unknown[:5])
        raise InvalidInput(f"unknown field {shown}; possible: {', '.join(names)}")


def json_text(value: object) -> str:
    """The value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def written(frame: object) -> str:
    """A frame of the WebSocket, or a value in one, as it is sent."""
    # A lone surrogate that a client sent cannot be sent back.
    return json_text(frame).encode("utf-8", "replace").decode()
