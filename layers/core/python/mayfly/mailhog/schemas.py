"""MailHog's JSON, field for field."""

from collections.abc import Iterable, Sequence
from typing import Self

import msgspec

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import View
from mayfly.mail.mime.models import ParsedMail
from mayfly.mail.mime.parser import parse
from mayfly.mailhog.contents import Piece, Splitter
from mayfly.messages.models import Message


class Path(View, rename="pascal", kw_only=True):
    """An address of the envelope."""

    relays: None = None
    mailbox: str
    domain: str
    params: str = ""

    @classmethod
    def of(cls, address: str) -> Self:
        """The address in its two halves."""
        mailbox, at, domain = address.rpartition("@")
        return cls(mailbox=mailbox if at else domain, domain=domain if at else "")


class Mime(View, rename="pascal", kw_only=True):
    """The parts of a multipart."""

    parts: list["Part"]


class Part(View, rename={"headers": "Headers", "body": "Body", "size": "Size", "mime": "MIME"}):
    """A message's content, or one part of it."""

    headers: dict[str, list[str]]
    body: str
    size: int
    mime: Mime | None = None

    @classmethod
    def of(cls, piece: Piece) -> Self:
        """The piece with its own parts."""
        return cls(
            headers=piece.headers, body=piece.body, size=piece.size, mime=mime_of(piece.pieces)
        )


def mime_of(pieces: Iterable[Piece] | None) -> Mime | None:
    """The parts, null of what has none."""
    return None if pieces is None else Mime(parts=[Part.of(each) for each in pieces])


class Raw(View, rename="pascal", kw_only=True):
    """The message as it was sent."""

    from_: str = msgspec.field(name="From")
    to: list[str]
    data: str
    helo: str = ""


class Whole(
    View,
    rename={
        **{"id": "ID", "mime": "MIME"},
        **{each: each.capitalize() for each in ("to", "content", "created", "raw")},
    },
):
    """A message; MailHog has no smaller form of it."""

    id: str
    from_: Path = msgspec.field(name="From")
    to: list[Path]
    content: Part
    created: str
    mime: Mime | None
    raw: Raw

    @classmethod
    def of(cls, message: Message, inbox: Inbox, raw: bytes) -> Self:
        """The message, taken apart as it is: MailHog's clients decode it themselves.

        To whom it was sent is known of this inbox alone. MailHog, which takes mail for everybody,
        has all recipients there: so To has those that the headers name as well.
        """
        data = raw.decode("utf-8", "replace")
        piece = Splitter(limits.MIME).split(data)
        mail = parse(raw, limits.MIME)
        sender, to = _sender(message, mail), _recipients(mail, inbox)
        return cls(
            id=str(message.id),
            from_=Path.of(sender),
            to=list(map(Path.of, to)),
            content=Part(headers=piece.headers, body=piece.body, size=piece.size),
            created=precise_stamp(message.summary.received_at),
            mime=mime_of(piece.pieces),
            raw=Raw(from_=sender, to=to, data=data),
        )

    def cut(self) -> Self:
        """The message without what makes it large: its source, and the bodies of long parts."""
        light = [_without_body(each) for each in self.mime.parts] if self.mime else []
        body = self.content.body
        return msgspec.structs.replace(
            self,
            content=msgspec.structs.replace(self.content, body="" if self.mime else _cut(body)),
            mime=Mime(parts=light) if self.mime else None,
            raw=msgspec.structs.replace(self.raw, data=""),
        )

    def bare(self) -> Self:
        """The message without any body: JSON writes a byte in six where it is no text."""
        content = msgspec.structs.replace(self.content, body="")
        raw = msgspec.structs.replace(self.raw, data="")
        return msgspec.structs.replace(self, content=content, mime=None, raw=raw)


_PART_CHARS = 20_000


def _without_body(part: Part) -> Part:
    mime = Mime(parts=[_without_body(each) for each in part.mime.parts]) if part.mime else None
    body = "" if part.mime or len(part.body) > _PART_CHARS else part.body
    return msgspec.structs.replace(part, body=body, mime=mime)


def _cut(body: str) -> str:
    return "" if len(body) > limits.MAX_LISTED_BYTES else body


class Wholes(View):
    """A list."""

    total: int
    count: int
    start: int
    items: Sequence[Whole]


def envelope_sender(mail: ParsedMail) -> str:
    """Where the mail came from, "" if nothing says so."""
    value = next((value for name, value in mail.headers if name.lower() == "return-path"), "")
    return value.strip().removeprefix("<").removesuffix(">")


def _sender(message: Message, mail: ParsedMail) -> str:
    return envelope_sender(mail) or message.summary.from_address


def _recipients(mail: ParsedMail, inbox: Inbox) -> list[str]:
    named = [each.address for each in (*mail.to, *mail.cc) if each.address]
    own = str(inbox.shown_address)
    is_named = own in map(_untagged, named)
    return list(dict.fromkeys(named if is_named else [*named, own]))


def _untagged(address: str) -> str:
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
