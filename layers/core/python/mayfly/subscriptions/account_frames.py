"""The frames of the WebSocket for accounts (document 001): all new mail of all their mailboxes,
and what becomes of their domains.

| a client sends                                           | and is answered                     |
| -------------------------------------------------------- | ----------------------------------- |
| `{"type": "subscribe", "account": true, "token": …}`     | `{"type": "subscribed", …}`         |
| the same with `"filter": {…}`: only what it means         | the same                            |
| `{"type": "unsubscribe", "account": true}`               | `{"type": "unsubscribed", …}`       |
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Self

from mayfly import limits
from mayfly.domains.models import MailDomain
from mayfly.errors import InvalidInput
from mayfly.filters.fields import filter_of
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import stamp
from mayfly.kit.http.body import only_fields, written
from mayfly.kit.http.schemas import Time, View, about
from mayfly.kit.tokens.models import AccessToken
from mayfly.mailboxes.threads import ThreadedMessage
from mayfly.messages.models import Content
from mayfly.messages.schemas import overflow
from mayfly.subscriptions.models import INBOX_FULL


@dataclass(frozen=True, slots=True)
class SubscribeAccount:
    """The wish to hear of all mail of an account; its token never shows in a log."""

    token: str = field(repr=False)
    wanted: Filter = EVERYTHING


@dataclass(frozen=True, slots=True)
class UnsubscribeAccount:
    """The wish to hear no more of any account."""


AccountRequest = SubscribeAccount | UnsubscribeAccount


def read(frame: dict[str, Any]) -> AccountRequest:
    """A frame that has `account`; InvalidInput says what is wrong with it."""
    if frame["account"] is not True:
        raise InvalidInput('"account" must be true')
    if "email" in frame:
        raise InvalidInput('subscribe to an address or to an account: "email" or "account"')
    if frame["type"] == "unsubscribe":
        only_fields(frame, "type", "account")
        return UnsubscribeAccount()
    if "after" in frame:
        raise InvalidInput('there is no replay for accounts, and no "after": list the mailboxes')
    only_fields(frame, "type", "account", "token", "filter")
    if not isinstance(frame.get("token"), str):
        raise InvalidInput('"token" must be a token of the account or its session')
    return SubscribeAccount(frame["token"], wanted(frame))


def wanted(frame: dict[str, Any]) -> Filter:
    """The filter of a frame, whose fields are those of queries; InvalidInput names the mistake."""
    fields = frame.get("filter", {})
    if not isinstance(fields, dict):
        raise InvalidInput('"filter" must be an object')
    return filter_of(fields)


def subscribed(mailboxes: Sequence[Inbox], expires_at: datetime) -> str:
    """The answer to `subscribe`: every message above a mailbox's number will be announced."""
    return written(
        {
            "type": "subscribed",
            "account": True,
            "replay": False,
            "expiresAt": stamp(expires_at),
            "mailboxes": [
                {
                    "mailboxId": str(each.id),
                    "email": str(each.shown_address),
                    "lastNumber": each.sequence,
                }
                for each in mailboxes
            ],
        }
    )


def unsubscribed() -> str:
    """The answer to `unsubscribe`."""
    return written({"type": "unsubscribed", "account": True})


def new_email(filed: ThreadedMessage, content: Content) -> str:
    """The announcement of a message, with as much of its bodies as a frame holds."""
    found, mail = filed.message, content.mail
    email = _email(filed)
    frame = {
        "type": "new_email",
        "folderId": found.folder.number,
        "mailboxId": str(found.id.inbox),
        "email": email,
    }
    room = limits.MAX_FRAME_BYTES - _size(frame)
    # The text may take half, and what the HTML leaves of the rest.
    html_room = max(room // 2, room - _size(mail.text))
    email["bodyHtml"] = _beginning(mail.html, html_room)
    email["bodyText"] = _beginning(mail.text, room - _size(email["bodyHtml"]) + len('""'))
    whole = {"bodyText": mail.text, "bodyHtml": mail.html}
    email["truncated"] = [name for name, body in whole.items() if len(str(email[name])) < len(body)]
    return written(frame)


def inbox_full(mailbox: Inbox) -> str:
    """The word that mail of a mailbox is being dropped, once until its reader makes room."""
    return written(
        {
            "type": INBOX_FULL,
            "mailboxId": str(mailbox.id),
            "email": str(mailbox.shown_address),
            **(overflow(mailbox.overflow) or {}),
        }
    )


def domain_changed(domain: MailDomain) -> str:
    """What a look has changed of a domain; the fields are those of `GET /api/v1/domains/{id}`."""
    missing_since = domain.claim.missing_since
    return written(
        {
            "type": "domain_changed",
            "domain": {
                "id": domain.id,
                "name": domain.name,
                "status": domain.status.value,
                "missingSince": stamp(missing_since) if missing_since else None,
            },
        }
    )


def _email(filed: ThreadedMessage) -> dict[str, object]:
    """The fields of the document, with no bodies yet and room to say that they were cut."""
    found, summary = filed.message, filed.message.summary
    return {
        "id": found.id.sequence,
        "threadId": filed.thread,
        "fromEmail": summary.from_address,
        "fromName": summary.from_name,
        "subject": summary.subject,
        "bodyText": "",
        "bodyHtml": "",
        "isRead": found.is_read,
        "sentAt": stamp(summary.sent_at or summary.received_at),
        "createdAt": stamp(summary.received_at),
        "truncated": ["bodyText", "bodyHtml"],
    }


class SocketToken(View, rename="camel"):
    """A token for the `subscribe` frame."""

    token: Annotated[str, about("For the `subscribe` frame of the WebSocket")]
    expires_at: Annotated[Time, about("Until then it can be used")]

    @classmethod
    def of(cls, made: AccessToken) -> Self:
        """The only document that has the token."""
        return cls(token=made.text, expires_at=stamp(made.expires_at))


def _beginning(body: str, room: int) -> str:
    """As much of the body, in whole characters, as takes `room` bytes more than "" in a frame."""
    beginning = body[: max(room, 0)]  # a character takes a byte at least
    fits, fails = 0, len(beginning) + 1
    while fits + 1 < fails:
        middle = (fits + fails) // 2
        if _size(beginning[:middle]) - len('""') <= room:
            fits = middle
        else:
            fails = middle
    return beginning[:fits]


def _size(value: object) -> int:
    return len(written(value).encode())
