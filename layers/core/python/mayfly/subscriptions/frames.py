"""The frames of the WebSocket (document 000): what clients send, and what they are sent.

| a client sends                                      | and is answered                         |
| --------------------------------------------------- | --------------------------------------- |
| `{"type": "subscribe", "email": …, "after"?: n}`    | `{"type": "subscribed", "email": …, …}` |
| the same with `"token": …`, for a private inbox     | the same                                |
| the same with `"filter": {…}`: only what it means    | the same                                |
| `{"type": "unsubscribe", "email": …}`               | `{"type": "unsubscribed", "email": …}`  |
| `{"type": "ping", "id"?: …}`                        | `{"type": "pong", "id"?: …}`            |
| `"account": true`: see `account_frames`             |                                         |
| anything else, or something that cannot be done     | `{"type": "error", "error": {…}}`       |
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidInput, LimitReached, envelope
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import stamp
from mayfly.kit.http.body import only_fields, read_object, written
from mayfly.mail.address import Address
from mayfly.messages.models import Message
from mayfly.messages.schemas import MessageLine, overflow
from mayfly.subscriptions import account_frames as account_socket
from mayfly.subscriptions.account_frames import AccountRequest
from mayfly.subscriptions.models import INBOX_FULL

SOCKET_TYPES = ("subscribe", "unsubscribe", "ping")
MAX_ID_CHARS = 128
_SHOWN_CHARS = 320
# In this order, what a frame can best do without: the message's detail has all of it.
_CUTS: tuple[tuple[str, object], ...] = (
    ("attachments", []),
    ("preview", ""),
    ("fromName", ""),
    ("subject", ""),
    ("from", ""),
)


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The wish to hear of an address's mail, and first of that above the number `after`.

    A private inbox needs its access token; it never shows in a log.
    """

    email: str
    after: int | None = None
    token: str | None = field(default=None, repr=False)
    wanted: Filter = EVERYTHING


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The wish to hear no more of it. An external inbox is found by its token only."""

    email: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life, which also keeps the connection: API Gateway ends it after 10 idle min."""

    id: str | int | None = None


Request = Subscribe | Unsubscribe | Ping | AccountRequest


def read(body: str) -> Request:
    """Read a client's frame; InvalidInput says what is wrong with any other."""
    frame = _object(body)
    match frame.get("type"):
        case "subscribe" | "unsubscribe" if "account" in frame:
            return account_socket.read(frame)
        case "subscribe":
            only_fields(frame, "type", "email", "after", "token", "filter")
            wanted = account_socket.wanted(frame)
            return Subscribe(_email(frame), _after(frame), _token(frame), wanted)
        case "unsubscribe":
            only_fields(frame, "type", "email", "token")
            return Unsubscribe(_email(frame), _token(frame))
        case "ping":
            only_fields(frame, "type", "id")
            return Ping(_id(frame))
        case _:
            raise InvalidInput(f'"type" must be one of {", ".join(SOCKET_TYPES)}')


def subscribed(inbox: Inbox) -> str:
    """The answer to `subscribe`; every message above `seq` will be announced."""
    return written(
        {
            "type": "subscribed",
            "email": str(inbox.shown_address),
            "seq": inbox.sequence,
            "expiresAt": stamp(inbox.expires_at),
        }
    )


def unsubscribed(address: Address) -> str:
    """The answer to `unsubscribe`."""
    return written({"type": "unsubscribed", "email": str(address)})


def pong(ping: Ping) -> str:
    """The answer to `ping`, with its id if it had one."""
    return written({"type": "pong"} | ({} if ping.id is None else {"id": ping.id}))


def new_message(message: Message, address: Address) -> str:
    """The announcement of a message: the line that lists show, and which address it came to.

    It fits into one frame of API Gateway; what does not is left out.
    """
    data = msgspec.to_builtins(MessageLine.of(message)) | {"email": str(address)}
    text = written({"type": "new-message", "data": data})
    for name, less in _CUTS:
        if len(text.encode()) <= limits.MAX_FRAME_BYTES:
            break
        data[name] = less
        text = written({"type": "new-message", "data": data})
    return text


def inbox_full(inbox: Inbox) -> str:
    """The word that mail of the inbox is being dropped, once until its reader makes room."""
    data = {"email": str(inbox.shown_address), **(overflow(inbox.overflow) or {})}
    return written({"type": INBOX_FULL, "data": data})


def error(failure: Exception, request: Request | None = None) -> str:
    """The answer to what cannot be done: the envelope of the HTTP API, and which address it is."""
    about: dict[str, object] = {}
    match request:
        case Subscribe(email) | Unsubscribe(email):
            about = {"email": email[:_SHOWN_CHARS]}
        case account_socket.SubscribeAccount() | account_socket.UnsubscribeAccount():
            about = {"account": True}
    return written({"type": "error"} | about | envelope(failure))


def replay_cut(address: Address, last: int) -> str:
    """The end of a replay that was too long; `after` is how to ask for what is missing."""
    failure = LimitReached(
        f"{limits.REPLAY_MESSAGES} messages were replayed; subscribe again with"
        f' "after": {last} for those that follow (REPLAY_MESSAGES)'
    )
    return written({"type": "error", "email": str(address), "after": last} | envelope(failure))


def _object(body: str) -> dict[str, Any]:
    if len(body) > limits.MAX_FRAME_BYTES:
        raise BodyTooLarge(f"a frame of {len(body)} characters; {limits.MAX_FRAME_BYTES} can be")
    return read_object(body, "the frame", "the frame is not JSON")


def _email(frame: dict[str, Any]) -> str:
    email = frame.get("email")
    if not isinstance(email, str):
        raise InvalidInput('"email" must be an address')
    return email


def _after(frame: dict[str, Any]) -> int | None:
    after = frame.get("after")
    if after is None:
        return None
    if type(after) is not int or after < 0:
        raise InvalidInput('"after" must be a whole number from 0 on, the "seq" of a message')
    return after


def _token(frame: dict[str, Any]) -> str | None:
    token = frame.get("token")
    if token is not None and not isinstance(token, str):
        raise InvalidInput('"token" must be the access token of a private inbox')
    return token


def _id(frame: dict[str, Any]) -> str | int | None:
    tag = frame.get("id")
    if tag is not None and (type(tag) not in (str, int) or len(str(tag)) > MAX_ID_CHARS):
        raise InvalidInput(
            f'"id" must be a text or whole number of up to {MAX_ID_CHARS} characters'
        )
    return tag
