"""An inbox: what comes in, waiting for it, and its end. The same for every kind of inbox."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self, Unpack

from mayfly_client.api.private_inboxes import PrivateInboxesApi
from mayfly_client.errors import MayflyError, NotFound, Unauthenticated, WaitTimeout
from mayfly_client.exporting import exported
from mayfly_client.flows import Answer, Async, Call, Flow, M, Runs, Sync, flow
from mayfly_client.mails import Attachment, Mail, mail_of
from mayfly_client.places import PRIVATE, Place
from mayfly_client.sending import Sender
from mayfly_client.waits import CODE, LINK, MESSAGE, ROOM_SECONDS, Filter, Given, told, waited

_GONE = (NotFound, Unauthenticated)  # the token of a private inbox ends with it, or before
_TOLD = 20  # messages that a WaitTimeout looks at


@dataclass(frozen=True, slots=True)
class Opened:
    """An inbox and what opens it. `id` is what its paths have; of a public one its address."""

    place: Place
    id: str
    address: str
    token: str = field(default="", repr=False)
    token_expires_at: datetime | None = None


class InboxFlows(Runs[M]):
    """What can be done with an inbox."""

    def __init__(self, client: Runs[M], sender: Sender, opened: Opened, after: int = 0) -> None:
        self._client = client
        self._sender = sender
        self._opened = opened
        self.given = Given(after)  # what its waits have given out; the commands keep it

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address}>"

    @property
    def address(self) -> str:
        """Mail to it comes in here."""
        return self._opened.address

    @property
    def id(self) -> str:
        """What the API calls it."""
        return self._opened.id

    @property
    def kind(self) -> str:
        """`private`, `public` or `mailbox`."""
        return self._opened.place.kind

    @property
    def token(self) -> str:
        """What opens it: to be kept as a password is."""
        return self._opened.token

    @property
    def token_expires_at(self) -> datetime | None:
        """From then on the token opens nothing; None if that is not known, or never."""
        return self._opened.token_expires_at

    def run(self, flow: Flow[Any]) -> Any:
        """As its client runs it."""
        return self._client.run(flow)

    def answer(self, call: Call[Any]) -> Flow[Answer]:
        """With its token."""
        return self._sender.answer(call)

    @flow
    def wait_for_code(self, *, timeout: float = 60, **filters: Unpack[Filter]) -> Flow[str]:
        """The code of the next message that has one; WaitTimeout if none comes in time.

        A message gives its code to one wait only; see `wait_for_message` for what counts as next.
        """
        found = yield from self._waited(CODE, timeout, filters)
        return str(found.value)

    @flow
    def wait_for_link(self, *, timeout: float = 60, **filters: Unpack[Filter]) -> Flow[str]:
        """The link to open in the next message that asks to confirm something by one."""
        found = yield from self._waited(LINK, timeout, filters)
        return str(found.value)

    @flow
    def wait_for_message(self, *, timeout: float = 60, **filters: Unpack[Filter]) -> Flow[Mail]:
        """The next message, with its bodies; WaitTimeout if none comes in time.

        Next is what no wait of this object has given out before, and what came after the inbox was
        made, or opened: so nothing is missed that came before the wait began.
        """
        found = yield from self._waited(MESSAGE, timeout, filters)
        mail = yield from self._opened_mail(mail_of(found.message).id)
        return mail

    @flow
    def messages(self, *, after: int = 0, **filters: Unpack[Filter]) -> Flow[list[Mail]]:
        """All messages with a number above `after`, in the order in which they came."""
        found: list[Mail] = []
        while True:
            listed, seen = yield from self._listed(after, **filters)
            found += [mail_of(each) for each in listed]
            if seen <= after:
                return found
            after = seen

    @flow
    def message(self, message: Mail | str, *, safe_html: bool = False) -> Flow[Mail]:
        """The whole message; with `safe_html`, without scripts, forms and remote images."""
        mail = yield from self._opened_mail(_id(message), "safe" if safe_html else None)
        return mail

    @flow
    def raw(self, message: Mail | str) -> Flow[bytes]:
        """The message as it came in, byte for byte."""
        place = self._opened.place
        content: bytes = yield from self.call(
            place.of_message(place.sources, self.id, _id(message))
        )
        return content

    @flow
    def attachment(self, message: Mail | str, attachment: Attachment | str) -> Flow[bytes]:
        """The bytes of an attachment of a message that was opened."""
        place = self._opened.place
        parts = (_id(message), attachment if isinstance(attachment, str) else attachment.id)
        content: bytes = yield from self.call(place.of_message(place.files, self.id, *parts))
        return content

    @flow
    def mark(
        self,
        message: Mail | str,
        *,
        is_read: bool | None = None,
        is_spam: bool | None = None,
        is_flagged: bool | None = None,
        folder: str | None = None,
    ) -> Flow[None]:
        """Mark a message. `is_flagged` and `folder` are for mailboxes of an account."""
        named = {"is_read": is_read, "is_flagged": is_flagged, "folder": folder}
        if self.kind == "mailbox" and is_spam is not None:
            named["folder"] = "spam" if is_spam else "inbox"
        else:
            named["is_spam"] = is_spam
        given = {name: each for name, each in named.items() if each is not None}
        place = self._opened.place
        yield from self.call(place.of_message(place.marks, self.id, _id(message), **given))

    @flow
    def delete_message(self, message: Mail | str) -> Flow[None]:
        """Delete a message for good."""
        place = self._opened.place
        yield from self.call(place.of_message(place.removes, self.id, _id(message)))

    @flow
    def clear(self, **filters: Unpack[Filter]) -> Flow[int]:
        """Delete the messages that the filter means, of which there must be one; how many."""
        deleted, after = 0, 0
        while True:
            call = self._opened.place.clears.of(None, self.id, after=after, **filters)
            found = yield from self.call(call)
            deleted, after = deleted + int(found.deleted), found.seq
            if not found.more:
                return deleted

    @flow
    def send_sample(self) -> Flow[None]:
        """Have the service send a message with a code here, the way of all mail."""
        yield from self.call(self._opened.place.samples.of(None, self.id))

    @flow
    def export(self, format: str = "zip", *, timeout: float = 300) -> Flow[bytes]:
        """All messages as one file: a `zip` of messages as they came, or an `mbox`."""
        content = yield from exported(self, self._opened, format, self._sender.now, timeout)
        return content

    @flow
    def rotate(self, token_ttl_seconds: int = 3600) -> Flow[str]:
        """Exchange a private inbox's token for a new one; the old one is dead at once."""
        if self._opened.place is not PRIVATE:
            raise ValueError("only the tokens of private inboxes are exchanged")
        rotate = PrivateInboxesApi.rotate_token
        found = yield from self.call(rotate.of(None, self.id, token_ttl_seconds=token_ttl_seconds))
        self._opened = Opened(
            PRIVATE, self.id, self.address, found.access_token, found.token_expires_at
        )
        self._sender = self._sender.with_token(found.access_token)
        return found.access_token

    @flow
    def delete(self) -> Flow[None]:
        """Wipe the inbox with all it holds. One that is gone already is no error."""
        gone = _GONE if self._opened.place is PRIVATE else (NotFound,)
        with suppress(*gone):
            yield from self.call(self._opened.place.ends.of(None, self.id))

    def _opened_mail(self, message: str, html: str | None = None) -> Flow[Mail]:
        place = self._opened.place
        given = {} if html is None else {"html": html}
        found = yield from self.call(place.of_message(place.opens, self.id, message, **given))
        return mail_of(found)

    def _listed(self, after: int, **filters: Any) -> Flow[tuple[Sequence[Any], int]]:
        place = self._opened.place
        since = str(after) if place is PRIVATE else after
        given = {place.after: since, "limit": place.page, **filters}
        call = place.lists.of(None, self.id, **given)
        answer = yield from self.answer(call)
        return place.listed(call.read(answer), answer)

    def _waited(self, require: str, timeout: float, filters: Filter) -> Flow[Any]:
        asks = _Asks(self, require, filters)
        found = yield from waited(asks, self.given, require, timeout, self.given.start)
        if found is None:
            subjects = yield from self._subjects()
            raise WaitTimeout(told(require, filters), timeout, subjects)
        return found

    def _subjects(self) -> Flow[list[str]]:
        """Those of what came in; what goes wrong here is not what the caller has to hear of."""
        try:
            listed, _ = yield from self._listed(self.given.start)
        except MayflyError:
            return []
        return [str(each.subject) for each in listed[:_TOLD]]


class _Asks:
    """The waits of one inbox."""

    def __init__(self, inbox: InboxFlows[Any], require: str, filters: Filter) -> None:
        self._inbox = inbox
        self._given = {"require": require, **filters}

    def ask(self, after: int, seconds: int) -> Flow[tuple[Any, Answer]]:
        waits = self._inbox._opened.place.waits
        call = waits.of(None, self._inbox.id, after=after, timeout=seconds, **self._given)
        answer = yield from self._sender(seconds).answer(call)
        return call.read(answer), answer

    def _sender(self, seconds: int) -> Sender:
        """One that is not much longer about it than the service waits, whatever happens."""
        sender, most = self._inbox._sender, seconds + ROOM_SECONDS
        patience = replace(sender.patience, seconds=min(sender.patience.seconds, most))
        return replace(sender, seconds=min(sender.seconds, most), patience=patience)

    def now(self) -> float:
        return self._inbox._sender.now()


def _id(message: Mail | str) -> str:
    return message if isinstance(message, str) else message.id


class Inbox(InboxFlows[Sync]):
    """An inbox. As a context, it is deleted at the end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.delete()
            return
        with suppress(MayflyError):  # what went wrong before is what has to be heard of
            self.delete()


class AsyncInbox(InboxFlows[Async]):
    """An inbox, in an event loop. As a context, it is deleted at the end."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            await self.delete()
            return
        with suppress(MayflyError):
            await self.delete()
