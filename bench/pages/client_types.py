"""The types in the client's modules: classes of what is answered, hints of what is given."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mayfly.openapi import document
from mayfly_client.decoding import python_name

_SECRET = ("access_token", "token", "key", "secret", "password", "session_token", "download_url")
_SECRET_FIELDS = (("FileLink", "url"), ("Upload", "url"), ("Upload", "fields"))
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_TIMES = ("since", "before")


@cache
def api_document() -> dict[str, Any]:
    """The description of the API, as clients get it."""
    found: dict[str, Any] = json.loads(json.dumps(document("")))
    return found


def schemas() -> dict[str, Any]:
    """Its classes, by name."""
    found: dict[str, Any] = api_document()["components"]["schemas"]
    return found


def small(text: str) -> str:
    """As the part of a sentence."""
    return text[0].lower() + text[1:].rstrip(".") if text[1:2].islower() else text.rstrip(".")


def whole(text: str) -> str:
    """As a sentence."""
    return text if text.endswith((".", "?")) else f"{text}."


def docstring(text: str, indent: str) -> str:
    """A text as a docstring: the first sentence by itself, if there are more."""
    text = " ".join(text.replace("\\", "\\\\").split())
    wrapped = textwrap.wrap(text, 92 - len(indent))
    if len(wrapped) == 1:
        return f'{indent}"""{text}"""'
    first, _, rest = text.partition(". ")
    lines = textwrap.wrap(f"{first}.", 92 - len(indent)) if rest else wrapped
    if rest:
        lines += ["", *textwrap.wrap(rest, 92 - len(indent))]
    return "\n".join([f'{indent}"""{lines[0]}', *(f"{indent}{each}" for each in lines[1:])]) + (
        f'\n{indent}"""'
    )


def reference(schema: Mapping[str, Any]) -> str:
    """The class that it refers to, "" for none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def dataclass_of(name: str) -> str:
    """The source of a class."""
    schema = schemas()[name]
    lines = ["", "", "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {name}:"]
    lines.append(docstring(whole(schema["description"]), "    "))
    lines.append("")
    required = schema.get("required", ())
    for wire, each in schema["properties"].items():
        field, form = python_name(wire), answer_type(each)
        options = []
        if wire not in required:
            form = form if form.endswith("None") else f"{form} | None"
            options.append("default=None")
        if field in _SECRET or (name, field) in _SECRET_FIELDS:
            options.append("repr=False")
        default = f" = field({', '.join(options)})" if options else ""
        if options == ["default=None"]:
            default = " = None"
        lines.append(f"    {field}: {_late(form)}{default}")
    return "\n".join([*lines, "", ""])


def _late(form: str) -> str:
    """Quoted where it names a class, which may stand below."""
    plain = form.replace("list[", "").replace("dict[", "").rstrip("]").removesuffix(" | None")
    return f'"{form}"' if schemas().get(plain.rstrip("]"), {}).get("properties") else form


def answer_type(schema: Mapping[str, Any]) -> str:
    """The type of what is answered. One of several words is a str: newer services know more."""
    if name := reference(schema):
        return name if "properties" in schemas()[name] else "str"
    if "anyOf" in schema:
        inner = [each for each in schema["anyOf"] if each.get("type") != "null"]
        only = {**schema, **inner[0]}
        only.pop("anyOf", None)
        form = answer_type(only) if len(inner) == 1 else "Any"
        return f"{form} | None" if len(inner) < len(schema["anyOf"]) and form != "Any" else form
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    if kind == "array":
        return f"list[{answer_type(schema['items'])}]"
    if kind == "string" and schema.get("format") == "date-time":
        return "datetime"
    if kind == "object":
        return f"dict[str, {_values(schema)}]"
    return _PLAIN.get(str(kind), "Any")


def _values(schema: Mapping[str, Any]) -> str:
    more = schema.get("additionalProperties")
    if schema.get("properties"):
        return answer_type(next(iter(schema["properties"].values())))
    return answer_type(more) if isinstance(more, dict) else "Any"


def given_type(schema: Mapping[str, Any], wire: str) -> str:
    """The type of what a caller gives."""
    if name := reference(schema):
        found = schemas()[name]
        return "Mapping[str, Any]" if "properties" in found else given_type(found, wire)
    if "anyOf" in schema:
        inner = [each for each in schema["anyOf"] if each.get("type") != "null"]
        more = {name: each for name, each in schema.items() if name != "anyOf"}
        return " | ".join(dict.fromkeys(given_type({**more, **each}, wire) for each in inner))
    words = [each for each in schema.get("enum", ()) if each is not None]
    if set(words) == {"true", "false"} or set(words) == {"0", "1"}:
        return "bool"
    if words:
        return f"Literal[{', '.join(map(repr, words))}]"
    kind = schema.get("type")
    if kind == "array":
        return f"Sequence[{given_type(schema['items'], wire)}]"
    if kind == "string" and (schema.get("format") == "date-time" or wire in _TIMES):
        return "datetime | str"
    return _PLAIN.get(str(kind), "Mapping[str, Any]")


def forms_in(schema: Any, above: tuple[str, ...]) -> Iterator[str]:
    """The classes in a schema, those first that others need."""
    if isinstance(schema, list):
        for each in schema:
            yield from forms_in(each, above)
    if not isinstance(schema, dict):
        return
    name = reference(schema)
    if name and name not in above and "properties" in schemas()[name]:
        yield from forms_in(schemas()[name]["properties"], (*above, name))
        yield name
    for word in ("items", "anyOf", "additionalProperties"):
        yield from forms_in(schema.get(word), above)
    for each in schema.values() if "properties" not in schema and not name else ():
        if isinstance(each, dict) and ("type" in each or "$ref" in each or "anyOf" in each):
            yield from forms_in(each, above)
