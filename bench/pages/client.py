"""The modules of `clients/python/mayfly_client/api/`: every operation of the API, by subject.

They are written from the OpenAPI document, so an operation is declared where the service has it,
and nowhere else. What a service answers becomes dataclasses, what it takes keyword arguments.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.corpus import ROOT
from bench.pages.client_types import (
    answer_type,
    api_document,
    dataclass_of,
    docstring,
    forms_in,
    given_type,
    reference,
    schemas,
    small,
    whole,
)
from mayfly_client.decoding import python_name

FOLDER = ROOT / "clients" / "python" / "mayfly_client" / "api"
_CREDENTIALS = {
    "accessToken": "token",
    "accountToken": "token",
    "apiKey": "api_key",
    "adminKey": "admin_key",
}
_BEST_FIRST = ("admin_key", "api_key", "token")
_PATH_NAMES = {"id": "message_id"}
_NUMBERS = ("uid", "number")
_FOREIGN = ("agents",)
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


def subjects() -> list[dict[str, str]]:
    """The tags whose operations are the client's: all but those that others' clients speak."""
    tags: list[dict[str, str]] = api_document()["tags"]
    return [each for each in tags if not is_foreign(each["name"])]


def is_foreign(tag: str) -> bool:
    """Whether this subject is for clients that there are already."""
    return tag in _FOREIGN


def pages() -> dict[Path, Callable[[], str]]:
    """Each module's path, and what makes its text."""
    names = [each["name"] for each in subjects()]
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
def _modules() -> dict[str, str]:
    """The texts, by tag. A class stands in the first module that needs it."""
    made: dict[str, str] = {}
    homes: dict[str, str] = {}
    for tag in subjects():
        name = tag["name"]
        operations = [_Written(*each) for each in _operations(name)]
        needed = [form for each in operations for form in each.forms()]
        own = [form for form in dict.fromkeys(needed) if form not in homes]
        homes |= dict.fromkeys(own, module(name))
        lines = [_HEAD.format(title=name[0].upper() + name[1:], about=small(tag["description"]))]
        lines += [f"from mayfly_client.api.{homes[form]} import {form}" for form in needed]
        lines = [each for each in lines if f".{module(name)} import" not in each]
        lines += [dataclass_of(form) for form in own]
        lines += [f"class {_class(name)}(Subject[M]):", f'    """{whole(tag["description"])}"""']
        lines += [text for each in operations for text in each.methods()]
        made[name] = _formatted("\n".join(lines))
    return made


def _operations(tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in api_document()["paths"].items():
        for method, each in methods.items():
            if each["tags"] == [tag]:
                yield method.upper(), path, each


def _index() -> str:
    names = [each["name"] for each in subjects()]
    lines = ['"""Every operation of the API, by subject. Written by `make pages`."""', ""]
    lines += [f"from mayfly_client.api.{module(each)} import {_class(each)}" for each in names]
    lines += ["from mayfly_client.flows import M, Runs", "", ""]
    lines += ["class Api(Runs[M]):", '    """The subjects of the API."""']
    for tag in subjects():
        name = tag["name"]
        lines += ["", "    @property", f"    def {module(name)}(self) -> {_class(name)}[M]:"]
        lines += [f'        """{whole(tag["description"])}"""']
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
            yield from forms_in(schema, ())

    def methods(self) -> Iterator[str]:
        """Their source."""
        parameters = {each["name"]: each for each in self._described.get("parameters", ())}
        json_type = next((answer_type(each) for kind, each in self._answers if "json" in kind), "")
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
            form = given_type(schema, wire)
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
                docstring(self._about(suffix, fixed), "        "),
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
        return f"{whole(self._described['summary'])} {whole(about) if about else ''}".strip()

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
        form = content.get("application/json", {}).get("schema", {})
        schema = schemas().get(reference(form), {})
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
