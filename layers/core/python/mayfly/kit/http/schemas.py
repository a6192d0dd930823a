"""What bodies and answers are made of: one class reads, writes and describes each.

A class of a subject's `schemas.py` is a `Body`, which clients send, or a `View`, which they are
answered with. Its fields are the fields of the JSON; `about` says of each what the OpenAPI document
says, and how an error names what was expected.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.clock import precise_stamp, stamp

Schema = dict[str, Any]


class Body(Struct, forbid_unknown_fields=True, kw_only=True):
    """An object that clients send. Fields that it does not have are refused.

    `EXAMPLE` is shown in the document. `MOST_BYTES` bounds the whole, `WHEN_LARGER` ends the error
    of one that is larger. `LONGER` bounds the characters of fields that may have more than others.
    """

    EXAMPLE: ClassVar[Mapping[str, object]] = {}
    RULES: ClassVar[Mapping[str, object]] = {}
    """Words of JSON Schema on the object as a whole, for the document."""
    MOST_BYTES: ClassVar[int] = limits.MAX_REQUEST_BYTES
    WHEN_LARGER: ClassVar[str] = ""
    LONGER: ClassVar[Mapping[str, int]] = {}


class View(Struct, kw_only=True):
    """An object that clients are answered with. Later versions may have more fields."""

    @classmethod
    def of_model(cls, model: object, **more: Any) -> Self:
        """The view of a model: its fields of the same names, times as stamps, and `more`."""
        for name, write_time in _time_writers(cls).items():
            if name not in more and hasattr(model, name):
                value = getattr(model, name)
                more[name] = write_time(value) if isinstance(value, datetime) else value
        return cls(**more)


def about(description: str = "", must: str = "", **rules: Any) -> Meta:
    """What a field is; `must` ends the sentence "name must be …" of the error.

    Rules that `Meta` has (`ge`, `max_length`, …) are checked of what clients send; `format`,
    `enum` and other words of JSON Schema are only shown.
    """
    checked = {name: rules.pop(name) for name in (*rules,) if name in _CHECKED}
    shown = {name: value for name, value in rules.items() if name != "examples"}
    return Meta(
        description=description or None,
        examples=rules.get("examples"),
        extra_json_schema=shown or None,
        extra={"must": must} if must else None,
        **checked,
    )


_CHECKED = frozenset({"ge", "gt", "le", "lt", "min_length", "max_length", "pattern"})

Count = Annotated[int, Meta(ge=0)]
Uuid = Annotated[str, about(format="uuid")]
Time = Annotated[str, about(format="date-time", examples=["2026-01-31T10:15:30Z"])]
"""As `kit.clock.stamp` writes it."""
PreciseTime = Annotated[str, about(format="date-time", examples=["2026-01-31T10:15:30.000Z"])]
"""As `kit.clock.precise_stamp` writes it."""


@cache
def _time_writers(view: type[View]) -> Mapping[str, Callable[[datetime], str]]:
    """For each field of the view, what writes it if it is a time."""
    kinds = get_type_hints(view, include_extras=True)
    return {
        name: precise_stamp if _has(kinds[name], get_args(PreciseTime)[1]) else stamp
        for name in view.__struct_fields__
    }


def _has(kind: object, meta: object) -> bool:
    return kind is meta or any(_has(each, meta) for each in get_args(kind))


class ErrorDetails(View):
    """What was wrong."""

    code: Annotated[str, about(examples=["VALIDATION_ERROR"])]
    message: Annotated[str, about("What is wrong, for a person")]
    details: Annotated[
        list[str], about("Of a 429: the setting or limit that refused, as in its message")
    ]


class Error(View):
    """Every error of every path; `mayfly.errors.envelope` writes it."""

    error: ErrorDetails


_B = TypeVar("_B")
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_SHOWN_CHARS = 40


def read(document: object, form: type[_B]) -> _B:
    """The document as this form; InvalidInput says which field must be what."""
    try:
        try:
            return msgspec.convert(document, form)
        except UnicodeEncodeError:  # half of a surrogate pair, where a name or a word must be
            msgspec.convert(_in_unicode(document), form)
            raise InvalidInput("the body must be Unicode text") from None
    except msgspec.ValidationError as error:
        raise InvalidInput(_told(str(error), form)) from None
    except RecursionError:
        raise InvalidInput("the body is nested too deep") from None


def _in_unicode(document: object) -> object:
    """The document with a question mark for each half of a surrogate pair."""
    return json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def field_names(form: type[Body]) -> tuple[str, ...]:
    """The names that its JSON may have."""
    return form.__struct_encode_fields__


def _told(said: str, form: type) -> str:
    """An error of msgspec's in the words that the API has for all of them."""
    found = _AT.match(said)
    assert found is not None
    what, path = found["what"], (found["path"] or "").lstrip(".")
    kind, name, innermost = _kind_at(form, path)
    unknown = _UNKNOWN.fullmatch(what)
    if unknown:
        of = f"{path} has no field" if path else "unknown field"
        possible = ", ".join(each.encode_name for each in getattr(_bare(innermost), "fields", ()))
        return f"{of} {unknown[1][:_SHOWN_CHARS]!r}; possible: {possible}"
    missing = _MISSING.fullmatch(what)
    if missing:
        fields = _bare(innermost).fields
        field = next(each for each in fields if each.encode_name == missing[1])
        path = f"{path}.{missing[1]}" if path else missing[1]
        return f"{path} is needed: {_expected(field.type)}"
    return f"{name or 'the body'} must be {_expected(kind)}"


def _kind_at(form: type, path: str) -> tuple[Any, str, Any]:
    """What is expected at this path, or of the list around it where `must` is about that.

    With that path, and the kind at the path asked for itself.
    """
    kind: Any = msgspec.inspect.type_info(form)
    named, upto = kind, ""
    for step in re.finditer(r"\.?([^.\[]+)|\[(\d+|\.\.\.)\]", path):
        kind = _step(_bare(kind), step)
        if kind is None:
            break
        if step[1] or _must(kind) or not _must(named):
            named, upto = kind, path[: step.end()]
    return named if _must(named) else _bare(named), upto, kind


def _step(kind: Any, step: re.Match[str]) -> Any:
    for each in getattr(kind, "types", (kind,)):
        if step[2] is not None:
            inner = getattr(each, "item_type", getattr(each, "value_type", None))
        else:
            fields = getattr(each, "fields", ())
            inner = next((it.type for it in fields if it.encode_name == step[1]), None)
        if inner is not None:
            return inner
    return None


def _must(kind: Any) -> str:
    """The words of `about`, also of what may be null or is one of several."""
    if isinstance(kind, msgspec.inspect.Metadata):
        return (kind.extra or {}).get("must") or _must(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(filter(None, map(_must, kind.types)), "")
    return ""


def _bare(kind: Any) -> Any:
    while isinstance(kind, msgspec.inspect.Metadata):
        kind = kind.type
    if isinstance(kind, msgspec.inspect.UnionType):
        kinds = [each for each in map(_bare, kind.types) if not _is_nothing(each)]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def _is_nothing(kind: Any) -> bool:
    return isinstance(kind, msgspec.inspect.NoneType) or type(kind).__name__ == "UnsetType"


def _expected(kind: Any) -> str:
    """What must be there, in words: those of `about`, else of the type and its bounds."""
    must, kind = _must(kind), _bare(kind)
    if must:
        return must
    match type(kind).__name__:
        case "BoolType":
            return "true or false"
        case "IntType":
            return f"a whole number{_span(kind.ge, kind.le)}"
        case "StrType":
            return f"a string{_length(kind, 'character', 'characters')}"
        case "ListType":
            return f"a list{_length(kind, 'entry', 'entries')}"
        case "EnumType":
            return f"one of: {', '.join(str(each.value) for each in kind.cls)}"
        case "LiteralType":
            return f"one of: {', '.join(map(str, kind.values))}"
        case "UnionType":
            return ", or ".join(_expected(each) for each in kind.types if not _is_nothing(each))
    return "an object"


def _span(least: int | None, most: int | None) -> str:
    if least is None:
        return ""
    return f" from {least}" if most is None else f" from {least} to {most}"


def _length(kind: Any, one: str, many: str) -> str:
    least, most = kind.min_length or 0, kind.max_length
    if most is not None:
        return f" of {least} to {most} {many}" if least else f" of up to {most} {many}"
    if least > 1:
        return f" of at least {least} {many}"
    return f" of at least one {one}" if least and one == "entry" else " that is not empty" * least
