"""Lists of some of an inbox's messages: those that a filter means, and waiting for the next one.

What a filter leaves out is passed over once: every answer says up to where it has looked, so that
nothing is looked at again when the list goes on from there.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.filters.models import EVERYTHING, Candidate, Filter, Words
from mayfly.inboxes.access import InboxRef, held_inbox
from mayfly.inboxes.ids import MessageId
from mayfly.mail.codes.models import Evidence
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.models import Content, Erased, Message
from mayfly.messages.service import (
    Admitted,
    MayWait,
    MessageService,
    Page,
    freely,
)

Choice = Callable[[Sequence[Message]], list[Message]]
"""Which of these messages of a page may be meant, before a filter looks at them."""
Proof = Callable[[ParsedMail], Evidence | None]
"""What a mail has to have beside what the filter asks for."""


class _EnoughRead(Exception):
    """The request has read as many mails for its filter as it may."""


@dataclass(slots=True)
class Look:
    """One request's search: what is meant, and how many mails may still be read for it by `open`.

    `proofs` are those of the messages that were found, by their numbers; where the `whole` of them
    is wanted, `contents` has it.
    """

    open: Callable[[Message], Content]
    wanted: Filter = EVERYTHING
    choose: Choice = list
    proof: Proof | None = None
    whole: bool = False
    reads_left: int = limits.FILTER_READS
    has_read_enough: bool = False
    proofs: dict[int, Evidence] = field(default_factory=dict)
    contents: dict[int, Content] = field(default_factory=dict)

    @property
    def is_needed(self) -> bool:
        """Whether anything is left out at all."""
        is_all = self.wanted is EVERYTHING and self.choose is list
        return not is_all or self.proof is not None or self.whole

    def means(self, message: Message) -> bool:
        """Whether this message is meant."""
        return bool(self.among([message], 1)[0])

    def among(self, messages: Sequence[Message], most: int) -> tuple[list[Message], int]:
        """Up to `most` of these that are meant, and how many of these were looked at for them."""
        chosen = {each.id for each in self.choose(messages)}
        found: list[Message] = []
        for at, message in enumerate(messages):
            if len(found) == most:
                return found, at
            try:
                if message.id in chosen and self._is_meant(message):
                    found.append(message)
            except _EnoughRead:
                self.has_read_enough = True
                return found, at
        return found, len(messages)

    def _is_meant(self, message: Message) -> bool:
        opened: list[Content] = []

        def content() -> Content:
            if not opened:
                if self.reads_left == 0:
                    raise _EnoughRead
                self.reads_left -= 1
                opened.append(self.open(message))
            return opened[0]

        try:
            if not self.wanted.matches(candidate(message, lambda: Words.of(content().mail))):
                return False
            evidence = self.proof(content().mail) if self.proof else None
            whole = content() if self.whole else None
        except MessageNotFound:  # deleted since it was listed
            return False
        if whole:
            self.contents[message.id.sequence] = whole
        if evidence:
            self.proofs[message.id.sequence] = evidence
        return evidence is not None or self.proof is None


def candidate(message: Message, words: Callable[[], Words]) -> Candidate:
    """The message as filters look at it."""
    summary = message.summary
    return Candidate(
        from_name=summary.from_name,
        from_address=summary.from_address,
        subject=summary.subject,
        received_at=summary.received_at,
        size_bytes=summary.size_bytes,
        has_attachment=bool(summary.attachments),
        is_read=message.is_read,
        words=words,
    )


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """Lists and deletes what a look means, as `MessageService` does everything."""

    reader: MessageService

    def with_spam(self, shows_spam: bool) -> "MessageSearch":
        """The same, whose lists have the spam that inboxes hide, or not."""
        return MessageSearch(self.reader.with_spam(shows_spam))

    def page(self, ref: InboxRef, limit: int, cursor: str | None, look: Look) -> Page[Message]:
        """Up to `limit` messages that are meant, newest first; fewer once enough mails were read.

        `cursor` continues it, also where nothing was found before it had read enough.
        """
        if not look.is_needed:
            return self.reader.page(ref, limit, cursor)
        page = self.reader.page(ref, limits.MAX_PAGE_MESSAGES, cursor)
        last, overflow = page.last_sequence, page.overflow
        found: list[Message] = []
        looked_at: MessageId | None = None
        while True:
            more, count = look.among(page.messages, limit - len(found))
            found += more
            if count:
                looked_at = page.messages[count - 1].id
            if count < len(page.messages):
                return Page(found, str(looked_at), last, overflow)
            if page.cursor is None or len(found) == limit:
                return Page(found, page.cursor, last, overflow)
            page = self.reader.page(ref, limits.MAILBOX_PAGE_MESSAGES, page.cursor)

    def since(
        self,
        ref: InboxRef,
        sequence: int,
        limit: int,
        wait: timedelta,
        look: Look,
        may_wait: MayWait = freely,
        again: Admitted | None = None,
    ) -> Page[Message]:
        """Up to `limit` messages that are meant with numbers above `sequence`, oldest first.

        While there are none, waits as `MessageService.since` does, and not any more once it has
        read enough mails. `last_sequence` is the number that it has looked up to.
        """
        if not look.is_needed:
            return self.reader.since(ref, sequence, limit, wait, may_wait, again)
        now = self.reader.now
        deadline, at_once = now() + wait, limits.MAX_PAGE_MESSAGES
        while True:
            left = max(deadline - now(), timedelta())
            page = self.reader.since(ref, sequence, at_once, left, may_wait, again)
            at_once = limits.MAILBOX_PAGE_MESSAGES
            found, count = look.among(page.messages, limit)
            is_over = count < len(page.messages)
            if not is_over:
                sequence = page.last_sequence or sequence
            elif count:
                sequence = page.messages[count - 1].id.sequence
            if found or is_over or not page.messages:
                return Page(found, None, sequence, page.overflow)

    def erase(self, ref: InboxRef, after: int, look: Look, token: str = "") -> Erased:
        """Delete up to `limits.BULK_MESSAGES` messages that are meant, the oldest ones first.

        Those with numbers above `after`; of a public inbox, with its access token. What comes
        meanwhile may be deleted, too. One that others delete first is not counted. Contended if too
        many write to the inbox at once: what is gone is gone, and the rest can be tried again.
        """
        reader = self.reader
        held_inbox(reader.inboxes, ref, token, reader.now())
        count, tried = 0, 0
        while tried < limits.BULK_MESSAGES:
            page = self.since(ref, after, limits.BULK_MESSAGES - tried, timedelta(), look)
            after = page.last_sequence or 0
            if not page.messages:
                return Erased(count, after, look.has_read_enough)
            for each in page.messages:
                tried += 1
                with suppress(MessageNotFound):
                    reader.messages.delete(each.id, reader.now())
                    count += 1
        return Erased(count, after, more=True)
