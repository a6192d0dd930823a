"""Templates put together with variables, by MiniJinja, within bounds.

Each rendering has its fuel: the engine takes some for every instruction, and for what filters and
operators make, by its size. Values are escaped in HTML, always.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.sending.field_rules import check_text
from mayfly.templates.language import FILTERS
from mayfly.templates.models import BrokenTemplate, Edition, Rendered
from mayfly.templates.values import usable

if TYPE_CHECKING:
    from minijinja import Environment, TemplateError

FUNCTIONS = ("cycler", "debug", "dict", "joiner", "namespace", "range")
"""What the engine offers to call, and templates may not: a namespace can hold itself, for one."""
OTHER_FILTERS = (
    *("attr", "batch", "bool", "chain", "e", "escape", "format", "groupby", "indent", "lines"),
    *(
        "list",
        "map",
        "pprint",
        "reject",
        "rejectattr",
        "replace",
        "safe",
        "select",
        "selectattr",
        "slice",
    ),
    *("split", "striptags", "tojson", "unique", "wordwrap", "zip"),
)
"""What it has beside our `FILTERS`."""
_NAMES = {"subject": "subject.txt", "text": "text.txt", "html": "body.html"}


class Renderer:
    """One version of a template, ready to be put together with variables, again and again."""

    def __init__(self, subject: str, text: str | None, html: str | None) -> None:
        given = {"subject": subject, "text": text, "html": html}
        self._sources = {name: source for name, source in given.items() if source is not None}

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """What renders this version."""
        return cls(edition.parts.subject, edition.parts.text, edition.html)

    @cached_property
    def _engine(self) -> "Environment":
        from minijinja import TemplateError

        engine = bare_engine()
        for part, source in self._sources.items():
            try:
                engine.add_template(_NAMES[part], source)
            except TemplateError as error:
                raise BrokenTemplate(part, error.line, _told(error)) from error
        return engine

    def check(self) -> None:
        """BrokenTemplate, with the line, if the engine cannot read it."""
        assert self._engine

    def render(self, variables: Mapping[str, Any]) -> Rendered:
        """The message with these variables.

        InvalidInput names the part, the line, and the variable that is missing, or says what there
        is too much of.
        """
        values = usable(variables)
        made = {part: self._part(part, values) for part in self._sources}
        check_text("subject", made["subject"], limits.SENT_SUBJECT_CHARS)
        return Rendered(**made)

    def _part(self, part: str, variables: Mapping[str, Any]) -> str:
        from minijinja import TemplateError

        try:
            made = self._engine.render_template(_NAMES[part], **variables)
        except TemplateError as error:
            raise _refusal(part, error) from error
        if len(made.encode()) > limits.RENDERED_BYTES:
            raise InvalidInput(f"{part} may have {limits.RENDERED_BYTES} bytes with its variables")
        return made


def bare_engine() -> "Environment":
    """The engine without anything that templates may not use."""
    from minijinja import Environment

    engine = Environment(
        undefined_behavior="strict",
        fuel=limits.TEMPLATE_FUEL,
        debug=True,  # without it, an error does not name what is undefined
        pycompat=False,
        auto_escape_callback=lambda name: name.endswith(".html"),
    )
    for name in FUNCTIONS:
        engine.remove_global(name)
    for name in OTHER_FILTERS:
        engine.remove_filter(name)
    return engine


def _refusal(part: str, error: "TemplateError") -> InvalidInput:
    place = f"{part}, line {error.line}" if error.line else part
    if error.kind == "UndefinedError":
        return InvalidInput(f"variables: {_told(error)} ({place})")
    if error.kind == "OutOfFuel":
        return InvalidInput(
            f"{place}: it takes too many steps with these variables (TEMPLATE_FUEL)"
        )
    return InvalidInput(f"{place}: {_told(error)}")


def _told(error: "TemplateError") -> str:
    return (error.detail or error.kind)[:200]


assert FILTERS.isdisjoint(OTHER_FILTERS)
