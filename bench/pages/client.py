"""The modules of `clients/python/mayfly_client/api/`: every operation of the API, by subject.

They are written from the OpenAPI document, so an operation is declared where the service has it,
and nowhere else. What a service answers becomes dataclasses, what it takes keyword arguments.
"""

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.corpus import ROOT
from mayfly.openapi import document
from mayfly_client.decoding import python_name

FOLDER = ROOT / "clients" / "python" / "mayfly_client" / "api"
_SECRET = ("access_token", "token", "key", "secret", "password", "session_token", "download_url")
_SECRET_FIELDS = (("FileLink", "url"), ("Upload", "url"), ("Upload", "fields"))
_CREDENTIALS = {
    "accessToken": "token",
    "accountToken": "token",
    "apiKey": "api_key",
    "adminKey": "admin_key",
}
_BEST_FIRST = ("admin_key", "api_key", "token")
_PATH_NAMES = {"id": "message_id"}
_NUMBERS = ("uid", "number")
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_TIMES = ("since", "before")
_IDEMPOTENCY = "Idempotency-Key"
_ALSO = {"mark_message": ("token",)}  # as spam, which only its holder may
_LEFT_OUT_HEADERS = ("X-Altcha",)  # the client sends it by itself
_HEAD = '''"""{title}: {about}.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject, new_key
'''


def pages() -> dict[Path, Callable[[], str]]:
    """Each module's path, and what makes its text."""
    names = [each["name"] for each in _document()["tags"]]
    made = {FOLDER / f"{module(name)}.py": _maker(name) for name in names}
    return {FOLDER / "__init__.py": _index, **made}


def _maker(tag: str) -> Callable[[], str]:
    return lambda: _modules()[tag]


def module(tag: str) -> str:
    """The module of a tag, which is its attribute of a client, too."""
    return tag.lower().replace(" ", "_")


def _class(tag: str) -> str:
    return "".join(each[0].upper() + each[1:] for each in tag.split()) + "Api"


@cache
def _document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document("")))
    return found


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = _document()["components"]["schemas"]
    return found


@cache
def _modules() -> dict[str, str]:
    """The texts, by tag. A class stands in the first module that needs it."""
    made: dict[str, str] = {}
    homes: dict[str, str] = {}
    for tag in _document()["tags"]:
        name = tag["name"]
        operations = [_Written(*each) for each in _operations(name)]
        needed = [form for each in operations for form in each.forms()]
        own = [form for form in dict.fromkeys(needed) if form not in homes]
        homes |= dict.fromkeys(own, module(name))
        lines = [_HEAD.format(title=name[0].upper() + name[1:], about=_small(tag["description"]))]
        lines += [f"from mayfly_client.api.{homes[form]} import {form}" for form in needed]
        lines = [each for each in lines if f".{module(name)} import" not in each]
        lines += [_dataclass(form) for form in own]
        lines += [f"class {_class(name)}(Subject[M]):", f'    """{_whole(tag["description"])}"""']
        lines += [text for each in operations for text in each.methods()]
        made[name] = _formatted("\n".join(lines))
    return made


def _operations(tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in _document()["paths"].items():
        for method, each in methods.items():
            if each["tags"] == [tag]:
                yield method.upper(), path, each


def _index() -> str:
    names = [each["name"] for each in _document()["tags"]]
    lines = ['"""Every operation of the API, by subject. Written by `make pages`."""', ""]
    lines += [f"from mayfly_client.api.{module(each)} import {_class(each)}" for each in names]
    lines += ["from mayfly_client.flows import M, Runs", "", ""]
    lines += ["class Api(Runs[M]):", '    """The subjects of the API."""']
    for tag in _document()["tags"]:
        name = tag["name"]
        lines += ["", "    @property", f"    def {module(name)}(self) -> {_class(name)}[M]:"]
        lines += [f'        """{_whole(tag["description"])}"""']
        lines += [f"        return {_class(name)}(self)"]
    return _formatted("\n".join(lines))


def _formatted(text: str) -> str:
    """In the one format, with the imports that it needs, in their order."""
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    for command in (["check", "--quiet", "--fix", "--select", "I,F401"], ["format", "--quiet"]):
        where = ["--stdin-filename", str(FOLDER / "x.py"), "-"]
        run = subprocess.run(
            [*ruff, *command, *where], input=text, capture_output=True, text=True, check=False
        )
        if not run.stdout:
            raise ValueError(f"{run.stderr}\n{text}")
        text = run.stdout
    return text


def _small(text: str) -> str:
    return text[0].lower() + text[1:].rstrip(".") if text[1:2].islower() else text.rstrip(".")


def _whole(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _docstring(text: str, indent: str) -> str:
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


def _reference(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _dataclass(name: str) -> str:
    schema = _schemas()[name]
    lines = ["", "", "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {name}:"]
    lines.append(_docstring(_whole(schema["description"]), "    "))
    lines.append("")
    required = schema.get("required", ())
    for wire, each in schema["properties"].items():
        field, form = python_name(wire), _answer_type(each)
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
    return f'"{form}"' if _schemas().get(plain.rstrip("]"), {}).get("properties") else form


def _answer_type(schema: Mapping[str, Any]) -> str:
    """The type of what is answered. One of several words is a str: newer services know more."""
    if name := _reference(schema):
        return name if "properties" in _schemas()[name] else "str"
    if "anyOf" in schema:
        inner = [each for each in schema["anyOf"] if each.get("type") != "null"]
        only = {**schema, **inner[0]}
        only.pop("anyOf", None)
        form = _answer_type(only) if len(inner) == 1 else "Any"
        return f"{form} | None" if len(inner) < len(schema["anyOf"]) and form != "Any" else form
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    if kind == "array":
        return f"list[{_answer_type(schema['items'])}]"
    if kind == "string" and schema.get("format") == "date-time":
        return "datetime"
    if kind == "object":
        return f"dict[str, {_values(schema)}]"
    return _PLAIN.get(str(kind), "Any")


def _values(schema: Mapping[str, Any]) -> str:
    more = schema.get("additionalProperties")
    if schema.get("properties"):
        return _answer_type(next(iter(schema["properties"].values())))
    return _answer_type(more) if isinstance(more, dict) else "Any"


def _given_type(schema: Mapping[str, Any], wire: str) -> str:
    """The type of what a caller gives."""
    if name := _reference(schema):
        found = _schemas()[name]
        return "Mapping[str, Any]" if "properties" in found else _given_type(found, wire)
    if "anyOf" in schema:
        inner = [each for each in schema["anyOf"] if each.get("type") != "null"]
        more = {name: each for name, each in schema.items() if name != "anyOf"}
        return " | ".join(dict.fromkeys(_given_type({**more, **each}, wire) for each in inner))
    words = [each for each in schema.get("enum", ()) if each is not None]
    if set(words) == {"true", "false"} or set(words) == {"0", "1"}:
        return "bool"
    if words:
        return f"Literal[{', '.join(map(repr, words))}]"
    kind = schema.get("type")
    if kind == "array":
        return f"Sequence[{_given_type(schema['items'], wire)}]"
    if kind == "string" and (schema.get("format") == "date-time" or wire in _TIMES):
        return "datetime | str"
    return _PLAIN.get(str(kind), "Mapping[str, Any]")


class _Written:
    """One operation, as methods of its subject: one, or two where there are two kinds of answer."""

    def __init__(self, method: str, path: str, described: dict[str, Any]) -> None:
        self._method = method
        self._path = path
        self._described = described
        self._name: str = described["operationId"]
        self._answers = [
            (kind, each.get("schema", {}))
            for status, answer in described["responses"].items()
            if status.startswith("2")
            for kind, each in answer.get("content", {}).items()
        ]

    def forms(self) -> Iterator[str]:
        """The classes that it answers, what is in them included."""
        for _, schema in self._answers:
            yield from _forms(schema, ())

    def methods(self) -> Iterator[str]:
        """Their source."""
        parameters = {each["name"]: each for each in self._described.get("parameters", ())}
        json_type = next((_answer_type(each) for kind, each in self._answers if "json" in kind), "")
        if "link" in parameters:
            yield self._text("", "bytes", {"link": None})
            yield self._text("_link", json_type, {"link": '"1"'})
        elif len(self._answers) > 1 and "format" in parameters:
            words = [each for each in parameters["format"]["schema"]["enum"] if each != "json"]
            yield self._text("", json_type, {"format": '"json"'})
            yield self._text("_text", "str", {}, {"format": words})
        else:
            yield self._text("", json_type or self._other_type(), {})

    def _other_type(self) -> str:
        _, schema = self._answers[0]
        return "bytes" if schema.get("format") == "binary" else "str"

    def _text(
        self,
        suffix: str,
        answers: str,
        fixed: Mapping[str, str | None],
        words: Mapping[str, list[str]] | None = None,
    ) -> str:
        path, query, headers, body = self._parameters()
        query = {name: each for name, each in query.items() if name not in fixed}
        signature = ["self", *(f"{_path_name(each)}: {_path_type(each)}" for each in path)]
        wanted, optional = [], []
        for wire, (schema, required) in {**query, **headers, **body}.items():
            form = _given_type(schema, wire)
            if words and wire in words:
                form = f"Literal[{', '.join(map(repr, words[wire]))}]"
                optional.append(f"{python_name(wire)}: {form} = {words[wire][0]!r}")
            elif required:
                wanted.append(f"{python_name(wire)}: {form}")
            else:
                optional.append(f"{python_name(wire)}: {form} | None = None")
        named = [*wanted, *optional]
        given = ", ".join([*signature, *(["*"] if named else []), *named])
        return "\n".join(
            [
                f"    @operation({self._method!r}, {self._path!r}, {answers}{self._takes()})",
                f"    def {self._name}{suffix}({given}) -> Sent:",
                _docstring(self._about(suffix, fixed), "        "),
                f"        return Sent({self._sent(path, query, headers, body, fixed)})",
                "",
            ]
        )

    def _about(self, suffix: str, fixed: Mapping[str, str | None]) -> str:
        if suffix == "_link":
            return f"{self._described['summary']}: where it is, for a few minutes."
        if suffix == "_text":
            return f"{self._described['summary']}, as text."
        about = self._described.get("description", "")
        return f"{_whole(self._described['summary'])} {_whole(about) if about else ''}".strip()

    def _parameters(self) -> tuple[list[str], dict[str, Any], dict[str, Any], dict[str, Any]]:
        path: list[str] = []
        query: dict[str, Any] = {}
        headers: dict[str, Any] = {}
        for each in self._described.get("parameters", ()):
            if each["in"] == "path":
                path.append(each["name"])
            elif each["name"] not in _LEFT_OUT_HEADERS:
                kind = query if each["in"] == "query" else headers
                kind[each["name"]] = (each["schema"], each.get("required", False))
        content = self._described.get("requestBody", {}).get("content", {})
        schema = _schemas()[_reference(content["application/json"]["schema"])] if content else {}
        required = schema.get("required", ())
        body = {
            name: (each, name in required) for name, each in schema.get("properties", {}).items()
        }
        return path, query, headers, body

    def _sent(
        self,
        path: list[str],
        query: dict[str, Any],
        headers: dict[str, Any],
        body: dict[str, Any],
        fixed: Mapping[str, str | None],
    ) -> str:
        said = [f"({', '.join(map(_path_name, path))}{',' * (len(path) == 1)})"] if path else []
        words = [f'"{wire}": {python_name(wire)}' for wire in query]
        words += [f'"{wire}": {value}' for wire, value in fixed.items() if value is not None]
        if words:
            said.append(f"query={{{', '.join(words)}}}")
        if "requestBody" in self._described:
            words = [f'"{wire}": {python_name(wire)}' for wire in body]
            said.append(f"body={{{', '.join(words)}}}")
        if headers:
            lines = [
                f'"{each}": {python_name(each)}' + (" or new_key()" if each == _IDEMPOTENCY else "")
                for each in headers
            ]
            said.append(f"headers={{{', '.join(lines)}}}")
        return ", ".join(said)

    def _takes(self) -> str:
        names = {_CREDENTIALS.get(each) for one in self._described["security"] for each in one}
        found = [each for each in _BEST_FIRST if each in names | {*_ALSO.get(self._name, ())}]
        return f", ({', '.join(map(repr, found))},)" if found else ""


def _path_name(wire: str) -> str:
    return _PATH_NAMES.get(wire, python_name(wire))


def _path_type(wire: str) -> str:
    return "int | str" if wire in _NUMBERS else "str"


def _forms(schema: Any, above: tuple[str, ...]) -> Iterator[str]:
    """The classes in a schema, those first that others need."""
    if isinstance(schema, list):
        for each in schema:
            yield from _forms(each, above)
    if not isinstance(schema, dict):
        return
    name = _reference(schema)
    if name and name not in above and "properties" in _schemas()[name]:
        yield from _forms(_schemas()[name]["properties"], (*above, name))
        yield name
    for word in ("items", "anyOf", "additionalProperties"):
        yield from _forms(schema.get(word), above)
    for each in schema.values() if "properties" not in schema and not name else ():
        if isinstance(each, dict) and ("type" in each or "$ref" in each or "anyOf" in each):
            yield from _forms(each, above)
