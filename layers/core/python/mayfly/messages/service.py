"""Read messages: lists, waiting for the next one, single ones and their contents."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, repeat
from typing import Generic, NamedTuple, TypeVar

from mayfly import limits
from mayfly.errors import InvalidCursor, MessageNotFound, RawMailMissing
from mayfly.inboxes.access import (
    InboxRef,
    MessageRef,
    active_inbox,
    erasable_message,
    readable_message,
)
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Inbox, Overflow
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock, Pause
from mayfly.mail.mime.models import ParsedMail
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Change, Content, Message
from mayfly.messages.ports import Messages
from mayfly.storage.ports import Contents, RawMails


def content_of(raw: bytes, object_key: str) -> Content:
    """The content of a raw message; the same bytes always give the same."""
    return content_with(parse(raw, limits.MIME), raw, object_key)


def content_with(parsed: ParsedMail, raw: bytes, object_key: str) -> Content:
    """The same, of a message that is parsed already."""
    return Content(parsed, object_key, len(raw), hashlib.sha256(raw).hexdigest())


@dataclass(frozen=True, slots=True)
class ContentLoader:
    """Gives the contents of messages, wherever they come from."""

    contents: Contents
    raw_mails: RawMails

    def open(self, message: Message) -> Content:
        """One read and, of a small message, its parsing; MessageNotFound if it is gone."""
        if not message.object_key:
            return self.contents.get(message.id.mail)
        try:
            raw = self.raw_mails.read(message.object_key, message.summary.size_bytes)
        except RawMailMissing as error:
            raise MessageNotFound("no such message") from error
        return content_of(raw, message.object_key)


_Listed = TypeVar("_Listed")
MayWait = Callable[[Inbox, timedelta], bool]
"""Whether a request may wait for mail to this inbox, so long; see `waits.service.Turn`."""


def freely(inbox: Inbox, left: timedelta) -> bool:
    """Let every request wait, where they are not counted."""
    return True


Admitted = Callable[[], InboxRef]
"""The caller, authenticated anew; raises once the credentials do not count any more."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_Listed]):
    """Part of a list. `cursor` continues it, `last_sequence` is where `after` goes on from.

    `overflow` is of the inbox, as it was when the list was asked for.
    """

    messages: list[_Listed]
    cursor: str | None
    last_sequence: int | None
    overflow: Overflow | None = None


class MessageWithContent(NamedTuple):
    """A message with its content."""

    message: Message
    content: Content


@dataclass(frozen=True, slots=True)
class MessageService:
    """Reads inboxes: public ones by their address or a message's id, private ones by token.

    Lists leave out the spam that an inbox hides, unless `shows_spam`. It has its numbers all the
    same: a list goes on behind it, and for who does not ask for it there are gaps.
    """

    inboxes: Inboxes
    messages: Messages
    loader: ContentLoader
    now: Clock
    pause: Pause
    shows_spam: bool = False

    def with_spam(self, shows_spam: bool = True) -> "MessageService":
        """The same, whose lists have spam."""
        return replace(self, shows_spam=shows_spam)

    def shown(self, inbox: Inbox, messages: Iterable[Message]) -> list[Message]:
        """Those of these messages that lists have."""
        return [each for each in messages if self.shows_spam or not inbox.hides(each)]

    def page(self, ref: InboxRef, limit: int, cursor: str | None = None) -> Page[Message]:
        """Up to `limit` messages, newest first, from the newest or from where the cursor says."""
        start = None if cursor is None else _cursor(cursor)
        inbox = active_inbox(self.inboxes, ref, self.now())
        if start is not None and start.inbox != inbox.id:
            raise InvalidCursor("the cursor is of another list")
        found = self.messages.newest(
            inbox, None if start is None else start.sequence, limit, self.now()
        )
        # A later page does not say where to go on from: newer mail may have come since the first.
        last = None if start else max([inbox.sequence, *(each.id.sequence for each in found)])
        shown, asked = self.shown(inbox, found), limit
        while len(shown) < limit and len(found) == asked:
            asked = limits.MAILBOX_PAGE_MESSAGES  # what is hidden may be much
            found = self.messages.newest(inbox, found[-1].id.sequence, asked, self.now())
            shown += self.shown(inbox, found)
        end = shown[limit - 1] if len(shown) >= limit else None
        more = end is not None and end.id.sequence > 1
        return Page(shown[:limit], str(end.id) if end and more else None, last, inbox.overflow)

    def since(
        self,
        ref: InboxRef,
        sequence: int,
        limit: int,
        wait: timedelta,
        may_wait: MayWait = freely,
        again: Admitted | None = None,
    ) -> Page[Message]:
        """Up to `limit` messages with numbers above `sequence`, oldest first.

        A number beyond the newest message is taken for the newest, as by
        `SubscriptionService.subscribe`.
        While there are none, waits up to `wait` for the next one, or not at all if `may_wait` says
        so, which is called before it waits and not before. `last_sequence` counts hidden ones, too.
        A caller who may not read any more (the
        inbox was deleted, the token rotated, the session of `again` ended) is refused at the next
        look.
        """
        inbox = active_inbox(self.inboxes, ref, self.now())
        sequence = min(sequence, inbox.sequence)
        deadline = self.now() + wait
        waited = False
        steps = chain(limits.WAIT_STEPS_SECONDS, repeat(limits.WAIT_STEPS_SECONDS[-1]))
        while True:
            found = self.messages.after(inbox.id, sequence, limit, self.now())
            if waited:
                active_inbox(self.inboxes, again() if again else ref, self.now())
            left = deadline - self.now()
            sequence = found[-1].id.sequence if found else sequence
            shown = self.shown(inbox, found)
            if len(found) == limit and not shown:  # there may be more behind what is hidden
                continue
            if shown or left <= timedelta() or not may_wait(inbox, left):
                return Page(shown, None, sequence, inbox.overflow)
            self.pause(min(next(steps), left.total_seconds()))
            waited = True

    def one(self, ref: MessageRef) -> MessageWithContent:
        """The message and its content; it stays unread."""
        _, message = readable_message(self.messages, ref, self.now())
        return MessageWithContent(message, self.loader.open(message))

    def opened(self, messages: Iterable[Message]) -> Iterator[MessageWithContent]:
        """The messages of a page with their contents, each read when the caller goes on.

        A message that was deleted since is left out.
        """
        for message in messages:
            try:
                yield MessageWithContent(message, self.loader.open(message))
            except MessageNotFound:
                continue

    def change(self, ref: MessageRef, change: Change, token: str | None = None) -> Message:
        """Set its marks, or move the message into another folder; see `erasable_message`.

        Of a public inbox, a reader without the access token marks it as read, and no more.
        """
        if change.folder is not None:
            message = erasable_message(self.messages, ref, token or "", self.now())
        else:
            _, message = readable_message(self.messages, ref, self.now())
        return self.messages.change(message.id, change, self.now())

    def delete(self, ref: MessageRef, token: str = "") -> Message:
        """Remove the message; of a public inbox, with its access token."""
        message = erasable_message(self.messages, ref, token, self.now())
        self.messages.delete(message.id, self.now())
        return message


def _cursor(text: str) -> MessageId:
    try:
        return MessageId.parse(text)
    except MessageNotFound as error:
        raise InvalidCursor("the cursor is not one that this list gave") from error
