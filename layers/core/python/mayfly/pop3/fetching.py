"""Fetch what lies in a POP3 mailbox, into the inbox that shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mayfly import limits
from mayfly.inboxes.ids import mail_key
from mayfly.inboxes.models import Inbox, Quota
from mayfly.kit.clock import Clock, Entropy
from mayfly.messages.models import Verdicts
from mayfly.messages.ports import Deliveries
from mayfly.pop3.models import (
    Entry,
    MailTooLarge,
    Pop3Account,
    Pop3Failed,
    Stage,
    Trouble,
    fetched_key,
)
from mayfly.pop3.ports import FetchedMails, Session
from mayfly.receiving.models import FULL, Stored
from mayfly.receiving.notice import Notice
from mayfly.receiving.service import Receiver

_ATTEMPT_BYTES = 6


@dataclass(slots=True)
class _Haul:
    """What one login brings in. `fetched` has the keys of raw messages, newest first."""

    listing: Sequence[Entry]
    seen: set[bytes]
    trouble: Trouble | None = None
    is_over: bool = False
    stuck: bytes = b""
    fetched: list[tuple[Entry, str]] = field(default_factory=list)
    stored: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Retrieves a mailbox's messages and has them received as all mail is."""

    fetched: FetchedMails
    receiver: Receiver
    deliveries: Deliveries
    quota: Quota
    now: Clock
    entropy: Entropy

    def take(
        self, inbox: Inbox, account: Pop3Account, session: Session, listing: Sequence[Entry]
    ) -> Pop3Account:
        """Store what is new, newest first within the limits; the account as it is to be kept.

        They are numbered in the order of the mailbox. Nothing is deleted there, or counts as read,
        before it is stored here. What a fetch leaves, the next one takes. What goes wrong with the
        mailbox is in the account.
        """
        began = self.now()
        haul = _Haul(listing, account.names())
        try:
            self._retrieve(inbox, session, haul, began + limits.POP3_RETRIEVING)
        except Pop3Failed as failed:
            haul.trouble, haul.is_over = failed.trouble, True
        self._receive(inbox, haul, began + limits.POP3_DELIVERING)
        if not haul.is_over:
            try:
                self._finish(inbox, account, session, haul)
            except Pop3Failed as failed:
                haul.trouble = failed.trouble
        return self._after(account, haul).resting(session.login_delay.total_seconds())

    def _retrieve(self, inbox: Inbox, session: Session, haul: _Haul, ends_at: datetime) -> None:
        left_bytes, most_bytes = limits.POP3_BYTES, self.receiver.mailbag.max_mail_bytes
        for entry in self._new(inbox, haul):
            seconds = (ends_at - self.now()).total_seconds()
            if seconds <= 0:
                return
            size = session.size(entry)
            if size > most_bytes:
                self._leave_out(entry, haul)
                continue
            if haul.fetched and size > left_bytes:
                return
            if inbox.refusal(self.now(), size, self.quota) in FULL:
                words = "the inbox is full: nothing is fetched before messages are deleted"
                haul.trouble = Trouble(Stage.SERVICE, words)
                return
            haul.stuck = entry.name
            try:
                raw = session.retrieve(entry, most_bytes, seconds)
            except MailTooLarge:
                self._leave_out(entry, haul)
                haul.is_over = True
                return
            haul.stuck = b""
            haul.fetched.append((entry, self._put(inbox, entry, raw)))
            left_bytes -= len(raw)
            inbox = replace(
                inbox,
                held_messages=inbox.held_messages + 1,
                held_bytes=inbox.held_bytes + len(raw),
            )

    def _new(self, inbox: Inbox, haul: _Haul) -> Sequence[Entry]:
        """Those that may be fetched now, newest first; the table knows better than the account."""
        new = [each for each in reversed(haul.listing) if each.name not in haul.seen]
        settled = self._outcomes(inbox, new[: limits.POP3_MESSAGES])
        haul.seen |= {each.name for each in settled}
        return [each for each in new[: limits.POP3_MESSAGES] if each not in settled]

    def _outcomes(self, inbox: Inbox, entries: Sequence[Entry]) -> Mapping[Entry, bool]:
        """Whether each is a message, of those that have an outcome."""
        keys = {each: mail_key(self._key(inbox, each, "")) for each in entries}
        found = self.deliveries.outcomes(inbox.id, list(keys.values())) if keys else {}
        return {each: isinstance(found[key], Stored) for each, key in keys.items() if key in found}

    def _leave_out(self, entry: Entry, haul: _Haul) -> None:
        most = self.receiver.mailbag.max_mail_bytes
        words = f"a message of more than {most} bytes is left where it is (MAX_MAIL_BYTES)"
        haul.trouble = Trouble(Stage.SERVICE, words)
        haul.seen.add(entry.name)

    def _put(self, inbox: Inbox, entry: Entry, raw: bytes) -> str:
        key = self._key(inbox, entry, self.entropy(_ATTEMPT_BYTES).hex())
        self.fetched.put(key, raw)
        return key

    def _key(self, inbox: Inbox, entry: Entry, attempt: str) -> str:
        return fetched_key(self.receiver.mailbag.prefix, inbox.id, entry.uidl, attempt)

    def _receive(self, inbox: Inbox, haul: _Haul, ends_at: datetime) -> None:
        while haul.fetched and self.now() < ends_at:
            entry, key = haul.fetched.pop()
            address, bucket = str(inbox.address), self.receiver.mailbag.bucket
            outcomes = self.receiver.receive(
                Notice(bucket, key, (address,), self.now(), Verdicts())
            )
            haul.seen.add(entry.name)
            if any(isinstance(each, Stored) for each in outcomes):
                haul.stored.append(entry)

    def _finish(self, inbox: Inbox, account: Pop3Account, session: Session, haul: _Haul) -> None:
        """Delete what is stored, if that is wanted: also what an earlier fetch could not."""
        if account.deletes:
            new = set(haul.stored)
            old = [each for each in haul.listing if each.name in haul.seen and each not in new]
            stored = self._outcomes(inbox, old[-limits.POP3_MESSAGES :])
            for entry in [*haul.stored, *(each for each, is_one in stored.items() if is_one)]:
                session.delete(entry)
        session.quit()

    def _after(self, account: Pop3Account, haul: _Haul) -> Pop3Account:
        """A message that ends one fetch after the other is left out in the end."""
        is_same = haul.stuck and haul.stuck == account.stuck
        times = account.stuck_times + 1 if is_same else int(bool(haul.stuck))
        if times >= limits.POP3_STUCK:
            haul.seen.add(haul.stuck)
        seen = [each for each in haul.listing if each.name in haul.seen]
        after = account.after(seen, haul.trouble)
        return replace(after, stuck=haul.stuck, stuck_times=times)
