"""Drafts made into messages (RFC 5322, RFC 2045).

What is composed has lines of ASCII only, so that no host on the way has to change it, and a
signature over it holds. It is read back before anybody gets it (docs/decisions/0039).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidInput
from mayfly.sending.draft import Correspondent, Draft, ListUnsubscribe, check
from mayfly.sending.mime import (
    Part,
    address_field,
    field,
    file_part,
    multipart,
    text_field,
    text_part,
)
from mayfly.sending.models import FileLine, HistoryEvent, OutgoingMail, Recipient, State
from mayfly.sending.proofread import proofread

LOOP_MARK = "X-Mayfly-Forwarded"
"""A field of every forward, which nobody else can set. What has it is forwarded no further."""
_SPARE_BYTES = 1024  # for the fields that say what the body is


def outgoing_mail(
    account: str, id: str, draft: Draft, now: datetime, most_file_bytes: int
) -> tuple[OutgoingMail, bytes]:
    """The message that is kept of a draft accepted now, and its bytes; raises as `compose`."""
    due_at = draft.scheduled_at or now
    raw = compose(draft, id, due_at, most_file_bytes)
    recipients = tuple(
        Recipient(each.address, name, each.display)
        for name, correspondents in (("to", draft.to), ("cc", draft.cc), ("bcc", draft.bcc))
        for each in correspondents
    )
    scheduled = draft.scheduled_at is not None
    state = State.SCHEDULED if scheduled else State.QUEUED
    mail = OutgoingMail(
        account=account,
        id=id,
        sender=draft.sender.address,
        sender_shown=draft.sender.display,
        subject=draft.subject,
        recipients=recipients,
        # What is kept for a year in the one, the bucket forgets after weeks in the other.
        object_key=f"{'later' if due_at - now > limits.OUTGOING_KEPT else 'soon'}/{id}",
        size_bytes=len(raw),
        created_at=now,
        expires_at=due_at + limits.OUTGOING_KEPT,
        due_at=due_at,
        state=state,
        scheduled_at=draft.scheduled_at,
        reply_to=tuple(each.display for each in draft.reply_to),
        files=tuple(
            FileLine(each.filename, each.content_type, len(each.content)) for each in draft.files
        ),
        round_began=due_at,
        history=(HistoryEvent(now, "accepted"),),
    )
    return mail, raw


def compose(draft: Draft, id: str, date: datetime, most_file_bytes: int) -> bytes:
    """The message, with `id` in its Message-ID and without Bcc.

    InvalidInput or BodyTooLarge say what cannot be sent.
    """
    check(draft, most_file_bytes)
    fields = dict(_fields(draft, id, date))
    _check_sizes(fields)
    body = _body(draft, id)
    raw = b"".join((*fields.values(), b"MIME-Version: 1.0\r\n", *body.pieces))
    if len(raw) > limits.MAX_SENT_BYTES:
        raise BodyTooLarge(f"a mail may have {limits.MAX_SENT_BYTES} bytes, files in base64")
    own = [each.partition(b":")[0].decode("ascii") for each in body.fields]
    proofread(raw, draft, [*fields, "MIME-Version", *own])
    return raw


def _check_sizes(fields: Mapping[str, bytes]) -> None:
    """No more than those who read mail read of a header: ourselves, and Postfix."""
    most, most_together = limits.MIME.header_bytes, limits.MIME.header_block_bytes
    for name, octets in fields.items():
        if len(octets) > most:
            field = "replyTo" if name == "Reply-To" else name.lower()
            raise InvalidInput(f"{field} is too long: encoded, it may have {most} bytes")
    if sum(map(len, fields.values())) > most_together - _SPARE_BYTES:
        raise InvalidInput(f"to, cc, replyTo and headers may have {most_together} bytes, encoded")


def _fields(draft: Draft, id: str, date: datetime) -> Iterator[tuple[str, bytes]]:
    """Those of the message itself, by their names."""
    # First of all, and of a known form.
    yield "Message-ID", field("Message-ID", [f"<{id}@{draft.sender.domain}>"])
    yield "Date", field("Date", [format_datetime(date)])
    several = (("From", (draft.sender,)), ("To", draft.to), ("Cc", draft.cc))
    for name, correspondents in (*several, ("Reply-To", draft.reply_to)):
        if correspondents:
            yield name, address_field(name, [(each.name, each.address) for each in correspondents])
    yield "Subject", text_field("Subject", draft.subject)
    if draft.unsubscribing:
        yield from _unsubscribing(draft.unsubscribing)
    if draft.loop_mark:
        yield LOOP_MARK, text_field(LOOP_MARK, draft.loop_mark)
    for name, value in draft.headers.items():
        yield name, text_field(name, value)


def _unsubscribing(how: ListUnsubscribe) -> Iterator[tuple[str, bytes]]:
    targets = [f"<{how.url}>"] if how.url else []
    if how.mailto:
        targets.append(f"<mailto:{Correspondent.parse(how.mailto).address}>")
    yield "List-Unsubscribe", field("List-Unsubscribe", ", ".join(targets).split(" "))
    if how.url:
        one_click = "List-Unsubscribe=One-Click"
        yield "List-Unsubscribe-Post", field("List-Unsubscribe-Post", [one_click])


def _body(draft: Draft, id: str) -> Part:
    texts = [] if draft.text is None else [text_part("plain", draft.text)]
    if draft.html is not None:
        html = text_part("html", draft.html)
        inline = [file_part(each) for each in draft.files if each.content_id]
        texts.append(multipart("related", [html, *inline], id) if inline else html)
    body = multipart("alternative", texts, id) if len(texts) > 1 else texts[0]
    files = [file_part(each) for each in draft.files if not each.content_id]
    return multipart("mixed", [body, *files], id) if files else body
