"""Forward messages: each once to each destination that has confirmed, or with a reason not.

An order is given when the message is there, and may come twice. The forward's id is made of the
message and the destination, and so are its bytes: a repeat adds nothing.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly import limits
from mayfly.errors import DomainNotFound, MessageNotFound, NotPermitted, RawMailMissing
from mayfly.forwarding.compose import UNFIT, draft_of, without_files
from mayfly.forwarding.models import ForwardOrder, Skip, is_of_list
from mayfly.forwarding.ports import Destinations, ForwardNotes
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.messages.models import Content, Message
from mayfly.messages.ports import Messages
from mayfly.messages.service import ContentLoader
from mayfly.sending.compose import outgoing_mail
from mayfly.sending.draft import Correspondent, Draft
from mayfly.sending.errors import SendsSpent
from mayfly.sending.models import ENTROPY_BYTES, HistoryEvent, OutgoingMail, outgoing_id
from mayfly.sending.ports import IdempotencyKey, SendableDomains, Share
from mayfly.sending.quota import DailyQuota
from mayfly.sending.store import OutgoingMailStore
from mayfly.storage.ports import RawMails


@dataclass(frozen=True, slots=True)
class ForwardCounts:
    """How many forwards an order has made, and for how many destinations it has a reason not to."""

    queued: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Originals:
    """The messages that are forwarded, and their bytes."""

    messages: Messages
    loader: ContentLoader
    raw_mails: RawMails

    def opened(self, order: ForwardOrder, now: datetime) -> tuple[Inbox, Message, Content, bytes]:
        """MessageNotFound if it is gone."""
        inbox, message = self.messages.get(order.message, now)
        content = self.loader.open(message)
        try:
            raw = self.raw_mails.read(content.object_key, message.summary.size_bytes)
        except RawMailMissing as error:
            raise MessageNotFound("no such message") from error
        return inbox, message, content, raw


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Makes forwards, for the send worker. `most` is how many one mailbox makes a day (UTC)."""

    originals: Originals
    destinations: Destinations
    notes: ForwardNotes
    ours: SendableDomains
    domains: SendableDomains
    store: OutgoingMailStore
    quota: DailyQuota
    most: int
    now: Clock

    def carry_out(self, order: ForwardOrder) -> ForwardCounts:
        """Make what is still to be made; whatever is raised: carry the order out again."""
        try:
            inbox, message, content, raw = self.originals.opened(order, self.now())
        except MessageNotFound:
            return ForwardCounts()
        due = [each for each in message.forwards if each not in dict(message.skips)]
        skips: dict[str, str] = dict(message.skips)
        for address in due:
            skip = self._forward(inbox, message, content, raw, address)
            if skip is not None:
                skips[address] = skip.value
        new = len(skips) - len(message.skips)
        if new:
            self.notes.note(message.id, skips)
        return ForwardCounts(len(due) - new, new)

    def _forward(
        self, inbox: Inbox, message: Message, content: Content, raw: bytes, address: str
    ) -> Skip | None:
        key = Correspondent.parse(address).key
        skip = self._unwanted(inbox.owner, content, key)
        if skip is not None:
            return skip
        try:
            self._check_allowed(inbox)
            draft = draft_of(
                message, content.mail, raw, inbox, address, self.quota.policy.file_bytes
            )
            mail, octets = self._composed(inbox, message, draft, key)
            share = self._share(mail, inbox)
        except UNFIT:
            return Skip.UNFIT
        except SendsSpent:
            return Skip.QUOTA
        except (NotPermitted, DomainNotFound):
            return Skip.NOT_ALLOWED
        self.store.files.put(mail.object_key, octets)
        self.store.give_order(mail, self._now())
        proof = _digest(message.id, key).hex()
        try:
            # What it says of a repeat is the same: its bytes and its row are there.
            self.store.outbox.add(mail, share, IdempotencyKey(proof, proof))
        except SendsSpent:  # its bytes go by their age, as its order finds nothing
            return Skip.QUOTA
        return None

    def _unwanted(self, account: str, content: Content, key: str) -> Skip | None:
        if not self.quota.policy.is_on:
            return Skip.OFF
        there = self.destinations.find(account, key)
        if there is None or there.confirmed_at is None:
            return Skip.UNCONFIRMED
        if is_of_list(content.mail) and not there.with_lists:
            return Skip.LIST
        if self.store.suppressions.among(account, [key]):
            return Skip.SUPPRESSED
        return None

    def _check_allowed(self, inbox: Inbox) -> None:
        """NotPermitted if its account may not send, or not from the inbox's domain (any more)."""
        domains = self.domains if inbox.domain_id else self.ours
        domains.sendable(inbox.owner, inbox.address.domain)

    def _composed(
        self, inbox: Inbox, message: Message, draft: Draft, key: str
    ) -> tuple[OutgoingMail, bytes]:
        when = to_the_millisecond(message.summary.received_at)
        mail_id = outgoing_id(when, _digest(message.id, key)[:ENTROPY_BYTES])
        most = self.quota.policy.file_bytes
        try:
            mail, raw = outgoing_mail(inbox.owner, mail_id, draft, when, most)
        except UNFIT:
            mail, raw = outgoing_mail(inbox.owner, mail_id, without_files(draft), when, most)
        now = self._now()
        mail = replace(
            mail,
            original=str(message.id),
            from_ours=not inbox.domain_id,
            created_at=now,
            due_at=now,
            round_began=now,
            expires_at=now + limits.OUTGOING_KEPT,
            history=(HistoryEvent(now, "accepted", "forwarded by a rule"),),
        )
        return mail, raw

    def _share(self, mail: OutgoingMail, inbox: Inbox) -> Share:
        share = self.quota.share(self._now().date(), mail.pending, mail.domain)
        if mail.from_ours:  # all mailboxes there are not one sender
            share = replace(share, domain="")
        return replace(share, inbox=inbox.id.partition, inbox_most=self.most)

    def _now(self) -> datetime:
        return to_the_millisecond(self.now())


def _digest(message: MessageId, key: str) -> bytes:
    return hashlib.sha256(f"forward {message} {key}".encode()).digest()


def forward_id(message: Message, address: str) -> str:
    """The id of the forward of a message to an address, made or not."""
    key = Correspondent.parse(address).key
    when = to_the_millisecond(message.summary.received_at)
    return outgoing_id(when, _digest(message.id, key)[:ENTROPY_BYTES])
