"""Templates of messages: what an account keeps of one, and what is made of it."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

from mayfly.errors import CONFLICT, InvalidInput, MayflyError, NotFound


@dataclass(frozen=True, slots=True)
class Parts:
    """The source of a template: `html` or `mjml`, or neither if there is `text`."""

    subject: str = field(repr=False)
    text: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    mjml: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a template. Its `html` is ready to be rendered: MJML was compiled to it."""

    number: int
    parts: Parts
    html: str | None = field(repr=False)
    variables: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EditionLine:
    """What a template knows of one of its versions; `size_bytes` is what it takes to keep it."""

    number: int
    created_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Template:
    """A template of an account. `editions` are the versions that are kept, oldest first."""

    account: str
    id: str
    name: str = field(repr=False)
    created_at: datetime
    updated_at: datetime
    editions: tuple[EditionLine, ...]
    revision: int = 1

    @property
    def version(self) -> int:
        """The number of its latest version."""
        return self.editions[-1].number

    @property
    def size_bytes(self) -> int:
        """What all of its versions take."""
        return sum(each.size_bytes for each in self.editions)

    def edited(self, name: str, line: EditionLine | None, now: datetime, most: int) -> "Template":
        """With this name, and with another version if there is one; the newest so many stay."""
        editions = self.editions if line is None else (*self.editions, line)[-most:]
        return replace(
            self, name=name, editions=editions, updated_at=now, revision=self.revision + 1
        )


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template says with the variables of one message."""

    subject: str = field(repr=False)
    text: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)


def template_id(text: str) -> str:
    """The id of a template in its one spelling; TemplateNotFound for what cannot be one."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise TemplateNotFound("no such template") from error


class BrokenTemplate(InvalidInput):
    """A template that is not kept; the message says which part, which line, and why."""

    def __init__(self, part: str, line: int | None, why: str) -> None:
        """Put the place before the reason."""
        super().__init__(f"{part}, line {line}: {why}" if line else f"{part}: {why}")


class TemplateNotFound(NotFound):
    """The account has no template with this id, or the template no such version."""


class TemplatesFull(MayflyError):
    """The account has as many templates, or as many bytes of them, as it may have."""

    kind = CONFLICT
