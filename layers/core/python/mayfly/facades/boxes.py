"""One inbox as the base URL of another service: which it is, who asks for it, what they change.

`{inbox}` in a path is a public address, which anybody reads who knows it, or the id of a private
inbox or of an account's mailbox, which opens with a token or key as the password of Basic.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.errors import (
    UNAVAILABLE,
    InvalidInput,
    MayflyError,
    MessageNotFound,
    Unauthenticated,
)
from mayfly.facades.credentials import account_of_key, basic_of
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.access import Bearer, Holder, HoldersMessage, InboxRef, MessageRef, Owner
from mayfly.inboxes.access import active_inbox as _active_inbox
from mayfly.inboxes.access import held_inbox as _held_inbox
from mayfly.inboxes.ids import InboxId, MessageId, partition_of
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import BUSY, Caller
from mayfly.mail.address import Address
from mayfly.messages.models import Change, Message
from mayfly.messages.search import Look

_UNFINISHED = "this is more than one request may do: some is done; ask again"
_Thing = TypeVar("_Thing")
_HOW = "send the inbox's token, or an API key of its account, as the password of Basic"


class NotAllYet(MayflyError):
    """What was to be done to many messages is done to some; the same request goes on with it."""

    kind = UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Box:
    """The inbox of a base URL, as the caller asks for it.

    `token` is the access token that deleting from a public one needs, "" if none came along.
    """

    flows: Assembly
    ref: InboxRef
    token: str = field(default="", repr=False)

    def inbox(self) -> Inbox:
        """The inbox; InboxNotFound if it is not active, or not theirs."""
        reader = self.flows.messages.reader
        return _active_inbox(reader.inboxes, self.ref, reader.now())

    def held(self) -> Inbox:
        """The same, if they hold it: Unauthenticated for a public one without its access token."""
        reader = self.flows.messages.reader
        return _held_inbox(reader.inboxes, self.ref, self.token, reader.now())

    def message(self, name: str | MessageId) -> MessageRef:
        """The message with this id; MessageNotFound for what is no id of a message in this inbox.

        Whether there is one, and whether they may read it, is found out when it is read.
        """
        found = name if isinstance(name, MessageId) else MessageId.parse(name)
        if isinstance(self.ref, str):
            address = Address.parse(self.ref)
            if found.inbox.partition in map(partition_of, (address, address.untagged)):
                return str(found)
        elif found.inbox == InboxId.parse(self.ref.inbox):
            return HoldersMessage(self.ref, found.sequence)
        raise MessageNotFound("no such message")

    def erase(self, names: Iterable[str]) -> None:
        """Delete the messages with these ids; those that are not there are passed over.

        NotAllYet if that takes longer than a request may.
        """
        self.held()
        for name in self._in_time(names):
            with suppress(MessageNotFound):
                self.flows.messages.reader.delete(self.message(name), self.token)

    def erase_all(self, wanted: Filter = EVERYTHING) -> None:
        """Delete all messages that are meant; without a filter also the spam that lists hide.

        NotAllYet if that takes longer than a request may.
        """
        self.held()
        search = self.flows.messages.search.with_spam(not wanted)
        look, after, ends_at = self._look(wanted), 0, self._end()
        while True:
            erased = search.erase(self.ref, after, look, self.token)
            if not erased.more:
                return
            self._check(ends_at, look)
            after = erased.sequence

    def mark(self, names: Collection[str], change: Change) -> None:
        """Change the messages with these ids; those that are not there are passed over."""
        if len(names) > limits.BULK_MESSAGES:
            raise InvalidInput(f"up to {limits.BULK_MESSAGES} ids are possible")
        self.inbox()
        for name in names:
            with suppress(MessageNotFound):
                self.flows.messages.reader.change(self.message(name), change)

    def mark_all(self, change: Change, wanted: Filter = EVERYTHING) -> None:
        """Change all messages that are meant, as far as they are not so already; as `erase_all`.

        NotAllYet, too, after as many as one request changes (`limits.BULK_MESSAGES`).
        """
        changed = 0
        for message in self._in_time(self._meant(wanted)):
            if change.of(message) == message:
                continue
            if changed == limits.BULK_MESSAGES:
                raise NotAllYet(_UNFINISHED)
            with suppress(MessageNotFound):
                self.flows.messages.reader.change(self.message(message.id), change)
            changed += 1

    def _meant(self, wanted: Filter) -> Iterator[Message]:
        """All that are meant, oldest first."""
        search, after = self.flows.messages.search, 0
        look, ends_at = self._look(wanted), self._end()
        while True:
            page = search.since(self.ref, after, limits.MAX_PAGE_MESSAGES, timedelta(), look)
            yield from page.messages
            self._check(ends_at, look)
            if not page.messages:
                return
            after = page.last_sequence or 0

    def _look(self, wanted: Filter) -> Look:
        loader = self.flows.messages.loader
        return Look(loader.open, wanted, reads_left=limits.FACADE_READS)

    def _in_time(self, things: Iterable[_Thing]) -> Iterator[_Thing]:
        """These, until the request has taken its time; then NotAllYet."""
        ends_at = self._end()
        for each in things:
            self._check(ends_at)
            yield each

    def _end(self) -> datetime:
        return self.flows.now() + limits.FACADE_BULK_TIME

    def _check(self, ends_at: datetime, look: Look | None = None) -> None:
        if look and look.has_read_enough:
            raise InvalidInput(
                f"this search would read more than {limits.FACADE_READS} mails: search by from:,"
                " subject:, is:, has:, before:, after:, larger: and smaller:, or name ids"
            )
        if self.flows.now() > ends_at:
            raise NotAllYet(_UNFINISHED)


def box_of(request: Request, flows: Assembly) -> Box:
    """The inbox of the path, and whom the request shows; Unauthenticated for nobody's password."""
    name, sent = request.parameters["inbox"], basic_of(request)
    password = sent[1] if sent else request.token_or_none or ""
    if "@" in name:
        return Box(flows, name, password)
    if not password:
        raise Unauthenticated(_HOW)
    return Box(flows, _holder(request, flows, name, password))


def _holder(request: Request, flows: Assembly, name: str, password: str) -> Holder:
    if account := account_of_key(password, request, flows):
        return Owner(name, str(account.id))
    with suppress(Unauthenticated):  # it may be the token of an account
        return Bearer(name, flows.private_inboxes.tokens.read(password))
    return Owner(name, str(flows.accounts.authenticator.admit(password).account.id))


BOX = Caller(
    box_of,
    {
        401: "There is no password, or it is no token or key that counts",
        404: "There is no such inbox, or it is somebody else's: that looks the same",
        503: BUSY,
    },
)
"""Whoever knows a public address, or the holder of a private inbox or a mailbox."""
