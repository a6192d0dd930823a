"""JSON -> dataclasses. Fields that a class does not know are left out, as newer services have more.

The names of JSON become Python's: `receivedAt` is `received_at`, `from` is `from_`.
"""

import dataclasses
import keyword
import re
import types
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mayfly_client.errors import UnexpectedAnswer

T = TypeVar("T")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLAIN = (str, int, float, bool)


def python_name(name: str) -> str:
    """The name of a field or parameter in Python."""
    snake = _HUMP.sub("_", name).lower().replace("-", "_")
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def decoded(document: Any, form: type[T]) -> T:
    """The document as this type; UnexpectedAnswer says where it is something else."""
    found: T = _decoded(document, form, "the answer")
    return found


def _decoded(value: Any, form: Any, where: str) -> Any:
    if form is Any or form is object:
        return value
    origin = get_origin(form)
    if origin in (Union, types.UnionType):
        inner = [each for each in get_args(form) if each is not type(None)]
        return None if value is None else _decoded(value, inner[0], where)
    if origin is list:
        (item,) = get_args(form)
        _check(value, list, where)
        return [_decoded(each, item, f"{where}[{at}]") for at, each in enumerate(value)]
    if origin is dict:
        _check(value, dict, where)
        item = get_args(form)[1]
        return {name: _decoded(each, item, f"{where}.{name}") for name, each in value.items()}
    if form is datetime:
        return _time(value, where)
    if dataclasses.is_dataclass(form):
        return _made(value, form, where)
    _check(value, (int, float) if form is float else form, where)
    return value


def _made(value: Any, form: Any, where: str) -> Any:
    _check(value, dict, where)
    hints, given = _hints(form), {python_name(name): each for name, each in value.items()}
    fields = {}
    for each in dataclasses.fields(form):
        if each.name in given:
            fields[each.name] = _decoded(given[each.name], hints[each.name], f"{where}.{each.name}")
        elif each.default is dataclasses.MISSING:
            raise UnexpectedAnswer(f"{where} has no {each.name}: this is no Mayfly, or another one")
    return form(**fields)


@cache
def _hints(form: Any) -> Mapping[str, Any]:
    return get_type_hints(form)


def _time(value: Any, where: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise UnexpectedAnswer(f"{where} is no time") from error


def _check(value: Any, form: Any, where: str) -> None:
    wrong = isinstance(value, bool) and form is not bool and form in (int, (int, float))
    if wrong or not isinstance(value, form):
        raise UnexpectedAnswer(f"{where} is not what it should be")
