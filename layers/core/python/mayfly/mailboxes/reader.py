"""Folders and threads of a mailbox: list them, and change many messages at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from mayfly.errors import Contended, MessageNotFound
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.access import Holder, HoldersMessage, active_inbox, known_inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.mailboxes.threads import Thread, ThreadedMessage, everything, filed, threads
from mayfly.messages.folders import Folder, FolderCount, folder_counts
from mayfly.messages.models import Change, Content, Erased, Message
from mayfly.messages.ports import Messages
from mayfly.messages.search import Choice, Look, MessageSearch
from mayfly.messages.service import Admitted, MayWait, MessageService, Page, freely


@dataclass(frozen=True, slots=True)
class MailboxFilter:
    """Which messages of a mailbox a list is to show: all, or of a folder, a thread, a filter.

    Spam that the mailbox hides is among them with `with_spam`, or if its folder is asked for.
    """

    folder: Folder | None = None
    thread: int | None = None
    wanted: Filter = EVERYTHING
    with_spam: bool = False

    @property
    def has_spam(self) -> bool:
        """Whether a list has what the mailbox hides."""
        return self.with_spam or self.folder is Folder.SPAM


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
        page = self._search(only).page(holder, limit, cursor, self.look(holder, only))
        return self._filed(holder, only, page)

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
        look = self.look(holder, only)
        page = self._search(only).since(holder, sequence, limit, wait, look, may_wait, again)
        return self._filed(holder, only, page)

    def one(self, ref: HoldersMessage) -> tuple[ThreadedMessage, Content]:
        """The message with the number of its thread, and its content."""
        message, content = self.reader.one(ref)
        return self._numbered(ref.holder, [message])[0], content

    def filed(self, holder: Holder, message: Message) -> ThreadedMessage:
        """A message of the mailbox with the number of its thread."""
        return self._numbered(holder, [message])[0]

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

    def erase(self, holder: Holder, only: MailboxFilter, after: int) -> Erased:
        """Delete some of them with numbers above `after`, see `MessageSearch.erase`."""
        return self._search(only).erase(holder, after, self.look(holder, only))

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

    def _search(self, only: MailboxFilter) -> MessageSearch:
        return MessageSearch(self.reader.with_spam(only.has_spam))

    def look(self, holder: Holder, only: MailboxFilter) -> Look:
        """A search of the mailbox for what these are."""
        in_part = only.folder is not None or only.thread is not None
        choose: Choice = self._choice(holder, only) if in_part else list
        return Look(self.reader.loader.open, only.wanted, choose)

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
