"""Folders and threads of a mailbox: list them, and change many messages at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from mayfly import limits
from mayfly.errors import Contended, MessageNotFound
from mayfly.inboxes.access import Holder, HoldersMessage, active_inbox, known_inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.mailboxes.threads import Thread, ThreadedMessage, everything, filed, threads
from mayfly.messages.folders import Folder, FolderCount, folder_counts
from mayfly.messages.models import Change, Content, Message
from mayfly.messages.ports import Messages
from mayfly.messages.service import (
    Admitted,
    MayWait,
    MessageService,
    Page,
    freely,
)

Choice = Callable[[Sequence[Message]], list[Message]]
"""Which of these messages a list is to show."""


@dataclass(frozen=True, slots=True)
class MailboxFilter:
    """Which messages of a mailbox a list is to show: all of them, of a folder, of a thread.

    Spam that the mailbox hides is among them with `with_spam`, or if its folder is asked for.
    """

    folder: Folder | None = None
    thread: int | None = None
    with_spam: bool = False

    @property
    def has_spam(self) -> bool:
        """Whether a list has what the mailbox hides."""
        return self.with_spam or self.folder is Folder.SPAM

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out but, perhaps, spam."""
        return self.folder is None and self.thread is None


class ThreadPage(NamedTuple):
    """Part of a list of threads; `before` continues it."""

    threads: list[Thread]
    before: int | None


class Result(StrEnum):
    """What became of one of many messages."""

    DONE = "done"
    NOT_FOUND = "not_found"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class MailboxReader:
    """Reads a mailbox by folders and threads, and changes many of its messages at once.

    What a folder or thread holds is found by reading the mailbox, which its quota bounds.
    """

    reader: MessageService
    inboxes: Inboxes
    messages: Messages
    now: Clock

    def page(
        self, holder: Holder, only: MailboxFilter, limit: int, cursor: str | None
    ) -> Page[ThreadedMessage]:
        """Up to `limit` of them, newest first, from the newest or from where the cursor says."""
        reader = self.reader.with_spam(only.has_spam)
        if only.is_everything:
            return self._filed(holder, only, reader.page(holder, limit, cursor))
        choose = self._choice(holder, only)
        page = reader.page(holder, limits.MAX_PAGE_MESSAGES, cursor)
        last, chosen = page.last_sequence, choose(page.messages)
        while page.cursor is not None and len(chosen) < limit:
            page = reader.page(holder, limits.MAILBOX_PAGE_MESSAGES, page.cursor)
            chosen += choose(page.messages)
        if len(chosen) > limit:
            chosen = chosen[:limit]
            page = replace(page, cursor=str(chosen[-1].id))
        return self._filed(holder, only, Page(chosen, page.cursor, last, page.overflow))

    def since(
        self,
        holder: Holder,
        only: MailboxFilter,
        sequence: int,
        limit: int,
        wait: timedelta,
        may_wait: MayWait = freely,
        again: Admitted | None = None,
    ) -> Page[ThreadedMessage]:
        """Up to `limit` of them with numbers above `sequence`, oldest first.

        While there are none, waits as `MessageService.since` does. `last_sequence` counts those
        that are left out, too: it is the number that the list has come to.
        """
        reader = self.reader.with_spam(only.has_spam)
        if only.is_everything:
            page = reader.since(holder, sequence, limit, wait, may_wait, again)
            return self._filed(holder, only, page)
        choose = self._choice(holder, only)
        deadline, at_once = self.now() + wait, limits.MAX_PAGE_MESSAGES
        while True:
            left = max(deadline - self.now(), timedelta())
            page = reader.since(holder, sequence, at_once, left, may_wait, again)
            at_once = limits.MAILBOX_PAGE_MESSAGES
            sequence = page.last_sequence or sequence
            chosen = choose(page.messages)
            if len(chosen) > limit:
                chosen = chosen[:limit]
                sequence = chosen[-1].id.sequence
            if chosen or not page.messages:
                return self._filed(holder, only, Page(chosen, None, sequence, page.overflow))

    def one(self, ref: HoldersMessage) -> tuple[ThreadedMessage, Content]:
        """The message with the number of its thread, and its content."""
        message, content = self.reader.one(ref)
        return self._numbered(ref.holder, [message])[0], content

    def change(self, ref: HoldersMessage, change: Change) -> ThreadedMessage:
        """Set its read flag, or move it into another folder."""
        message = self.reader.change(ref, change)
        return self._numbered(ref.holder, [message])[0]

    def change_all(
        self, holder: Holder, numbers: Iterable[int], change: Change | None
    ) -> dict[int, Result]:
        """Change each of these messages, or delete it without a change; what became of each.

        Each on its own: one that is not there keeps none of the others. InboxNotFound if the
        mailbox is not there or not theirs.
        """
        return {number: self._changed(holder, number, change) for number in numbers}

    def folder_counts(self, holder: Holder) -> list[FolderCount]:
        """The folders, and how much is in each."""
        inbox = active_inbox(self.inboxes, holder, self.now())
        return folder_counts(everything(self.messages, inbox, self.now()))

    def threads(
        self, holder: Holder, only: MailboxFilter, limit: int, before: int | None
    ) -> ThreadPage:
        """Up to `limit` threads, that with the newest message first.

        With a folder, those that have a message in it. With `before`, those whose newest message
        has a lower number. Hidden spam is in none of them.
        """
        inbox = active_inbox(self.inboxes, holder, self.now())
        reader, folder = self.reader.with_spam(only.has_spam), only.folder
        found = [
            each
            for each in threads(
                everything(self.messages, inbox, self.now()),
                lambda message: bool(reader.shown(inbox, [message])),
            )
            if (before is None or each.latest.id.sequence < before)
            and (folder is None or any(message.folder is folder for message in each.messages))
        ]
        shown = found[:limit]
        return ThreadPage(shown, shown[-1].latest.id.sequence if len(found) > limit else None)

    def _changed(self, holder: Holder, number: int, change: Change | None) -> Result:
        message = HoldersMessage(holder, number)
        try:
            if change is None:
                self.reader.delete(message)
            else:
                self.reader.change(message, change)
        except MessageNotFound:
            return Result.NOT_FOUND
        except Contended:
            return Result.BUSY
        return Result.DONE

    def _choice(self, holder: Holder, only: MailboxFilter) -> Choice:
        known: dict[int, int] = {}

        def choose(messages: Sequence[Message]) -> list[Message]:
            chosen = [each for each in messages if only.folder in (None, each.folder)]
            if only.thread is None:
                return chosen
            # Read after the messages were, so that it has them all.
            if not known.keys() >= {each.id.sequence for each in chosen}:
                known.update(self._threads_by_number(holder))
            return [each for each in chosen if known.get(each.id.sequence) == only.thread]

        return choose

    def _threads_by_number(self, holder: Holder) -> dict[int, int]:
        inbox = known_inbox(self.inboxes, holder, self.now())
        found = threads(everything(self.messages, inbox, self.now()))
        return {each.id.sequence: thread.number for thread in found for each in thread.messages}

    def _filed(
        self, holder: Holder, only: MailboxFilter, page: Page[Message]
    ) -> Page[ThreadedMessage]:
        if only.thread is not None:
            messages = [ThreadedMessage(each, only.thread) for each in page.messages]
        else:
            messages = self._numbered(holder, page.messages)
        return Page(messages, page.cursor, page.last_sequence, page.overflow)

    def _numbered(self, holder: Holder, messages: Sequence[Message]) -> list[ThreadedMessage]:
        now = self.now()
        return filed(self.messages, lambda: known_inbox(self.inboxes, holder, now), messages, now)
