"""Every field that callers of the HTTP API can fill in, as the API's own document has it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mayfly.api import ROUTES
from tests.functions.http import DOCUMENT
from tests.project.test_every_caller import BODIES

EACH = "[]"
"""In a path of names: any item of a list, or any name of an object that takes every name."""
_HOLE = "here goes what is tried"
_SOURCES = ("functions/http_api", "layers/core/python/mayfly")
_HEADER = re.compile(r"headers(?:\.get\(|\[)\"([a-z-]+)\"|\"([a-z-]+)\" (?:not )?in \w+\.headers")


@dataclass(frozen=True)
class Field:
    """One field of one operation: where in its body, or which parameter."""

    operation: str
    place: str
    path: tuple[str, ...]
    kind: str = "string"

    def __str__(self) -> str:
        return f"{self.operation}-{self.place}-{'.'.join(self.path)}"

    def body(self, value: str) -> str:
        """The body of a sound request with this JSON in the field."""
        sent = json.loads(json.dumps(_sound(self.operation)))
        _put(sent, self.path, _HOLE)
        return json.dumps(sent).replace(f'"{_HOLE}"', value)


def body_fields() -> list[Field]:
    """The fields of all bodies, those in lists and objects as well as these themselves."""
    return [
        Field(route.operation, "body", path, kind)
        for route in ROUTES
        if (schema := _body_schema(route.operation)) is not None
        for path, kind in dict(_leaves(schema, ())).items()
    ]


def parameters() -> list[Field]:
    """The parameters of all paths, queries and headers."""
    return [
        Field(route.operation, each["in"], (each["name"],))
        for route in ROUTES
        for each in _operation(route.operation).get("parameters", [])
    ]


def headers() -> list[str]:
    """The names of all header fields that the API looks at."""
    root = Path(__file__).parents[2]
    texts = [
        source.read_text("utf-8") for each in _SOURCES for source in (root / each).rglob("*.py")
    ]
    return sorted({first or second for text in texts for first, second in _HEADER.findall(text)})


def _operation(name: str) -> dict[str, Any]:
    route = next(each for each in ROUTES if each.operation == name)
    found: dict[str, Any] = DOCUMENT["paths"][route.path][route.method.lower()]
    return found


def _body_schema(operation: str) -> dict[str, Any] | None:
    described = _operation(operation).get("requestBody")
    return described["content"]["application/json"]["schema"] if described else None


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _leaves(
    schema: dict[str, Any], path: tuple[str, ...], inside: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Of a schema that holds itself, as tests of rules do, down to where it begins again."""
    name = schema.get("$ref", "")
    if name in inside:
        return
    schema, inside = _resolved(schema), (*inside, name) if name else inside
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _leaves(each, path, inside)
    kinds = schema.get("type", "one value" if "const" in schema else ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if path and kind != "null":
            yield path, kind
    for name, each in schema.get("properties", {}).items():
        yield from _leaves(each, (*path, name), inside)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _leaves(schema["additionalProperties"], (*path, EACH), inside)
    if "items" in schema:
        yield from _leaves(schema["items"], (*path, EACH), inside)


def _sound(operation: str) -> Any:
    if operation in BODIES:
        return BODIES[operation]
    schema = _resolved(_body_schema(operation) or {})
    return schema.get("examples", [{}])[0]


def _put(sent: Any, path: tuple[str, ...], value: object) -> None:
    """Put the value there; a list or an object of every name gets one item for it."""
    name, rest = path[0], path[1:]
    if isinstance(sent, list):
        if not rest:
            sent[:] = [value]
            return
        sent[:] = [sent[0] if sent and isinstance(sent[0], dict) else {}]
        _put(sent[0], rest, value)
    elif not rest:
        sent[name if name != EACH else "X-Made-Up"] = value
    else:
        if not isinstance(sent.get(name), list | dict):
            sent[name] = [] if rest[0] == EACH and name != "headers" else {}
        _put(sent[name], rest, value)
