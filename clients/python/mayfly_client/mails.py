"""A message of an inbox, whatever kind of inbox that is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mayfly_client.errors import UnexpectedAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attachment: what `Inbox.attachment` takes. Lists know no id and no type of it."""

    id: str = ""
    filename: str
    size: int
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message. `id` names it, `number` is its place in the order in which messages came.

    `is_whole` says whether it was opened: the bodies, `code` and `link` of a line in a list may be
    empty for that alone. `answered` is all that the service said of it.
    """

    id: str
    number: int
    sender: str
    sender_name: str
    subject: str
    received_at: datetime
    is_read: bool
    is_spam: bool
    preview: str = ""
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    code: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)
    attachments: tuple[Attachment, ...] = ()
    is_whole: bool = False
    answered: Any = field(default=None, repr=False, compare=False)


def mail_of(answered: Any) -> Mail:
    """What was answered for any kind of inbox, as a Mail."""
    confirmation = getattr(answered, "confirmation", None)
    text = _first(answered, "text_body", "body_text", "body")
    return Mail(
        id=str(answered.uid if hasattr(answered, "uid") else answered.id),
        number=number_of(answered.uid if hasattr(answered, "uid") else answered.seq),
        sender=answered.sender if hasattr(answered, "uid") else answered.from_,
        sender_name=_first(answered, "from_name", "sender_name"),
        subject=answered.subject,
        received_at=answered.received_at,
        is_read=answered.is_read,
        is_spam=answered.is_spam,
        preview=_first(answered, "preview") or text[:250],
        text=text,
        html=_first(answered, "html_body", "body_html", "html"),
        code=confirmation.code if confirmation else None,
        link=confirmation.link if confirmation else None,
        attachments=tuple(_attachment(each) for each in answered.attachments),
        is_whole=confirmation is not None,
        answered=answered,
    )


def number_of(said: int | str) -> int:
    """A number of a message, which some answers have as text; UnexpectedAnswer for what is none."""
    try:
        return int(said)
    except ValueError as error:
        raise UnexpectedAnswer("the answer has no number where there has to be one") from error


def _first(answered: Any, *names: str) -> str:
    return next((str(getattr(answered, name)) for name in names if hasattr(answered, name)), "")


def _attachment(answered: Any) -> Attachment:
    return Attachment(
        id=_first(answered, "id"),
        filename=answered.filename,
        size=answered.size if hasattr(answered, "size") else answered.size_bytes,
        content_type=_first(answered, "content_type"),
    )
