"""Mails that accounts want to be sent: accepted, shown, sent again, and called back.

The order to send a mail is given before the mail is written. So there is no moment in which a mail
is accepted and nothing will ever send it; an order whose mail was not written leads to nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mayfly.blueprint import limits
from mayfly.blueprint.settings import Settings
from mayfly.composing import Named, compose
from mayfly.domain.draft import Correspondent, Draft
from mayfly.domain.errors import (
    Contended,
    EmailNotFound,
    InvalidInput,
    KeyReused,
    NotPermitted,
    SendsSpent,
    WrongState,
)
from mayfly.domain.outgoing import (
    CANCELLABLE,
    OPEN,
    RESENDABLE,
    Fate,
    FileLine,
    Happening,
    Outgoing,
    Recipient,
    State,
    Suppression,
    fates_of,
)
from mayfly.domain.outgoing_id import ENTROPY_BYTES, known_id, outgoing_id
from mayfly.ports.machine import Clock, Entropy
from mayfly.ports.outgoing import (
    Filter,
    Kept,
    Order,
    Orders,
    Outbox,
    OutgoingFiles,
    Promise,
    Schedules,
    SendableDomains,
    SendingAccount,
    Share,
    Suppressions,
)

SUPPRESSED = "suppressed"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class SendingTerms:
    """What this deployment lets accounts send: recipients a day, 0 is no limit."""

    is_on: bool
    account_day: int
    day: int
    file_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> "SendingTerms":
        """What the settings say."""
        return cls(
            settings.sending,
            settings.sends_per_day,
            settings.deployment_sends_per_day,
            settings.max_attachment_size,
        )


@dataclass(frozen=True, slots=True)
class Storeroom:
    """Where mails that go out are kept, and what wakes them."""

    outbox: Outbox
    files: OutgoingFiles
    orders: Orders
    schedules: Schedules
    suppressions: Suppressions


@dataclass(frozen=True, slots=True)
class Wish:
    """A request with an idempotency key: the hashes of both."""

    key_hash: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Submitter:
    """Takes mails of accounts in; `Dispatcher` sends them."""

    store: Storeroom
    domains: SendableDomains
    account: SendingAccount
    terms: SendingTerms
    now: Clock
    entropy: Entropy

    def submit(
        self, account: str, draft: Draft, wish: Wish | None = None
    ) -> tuple[Outgoing, State]:
        """Accept the mail, and answer with it and the state it was accepted in.

        With the wish of before, the mail of before; KeyReused if it came with another request.
        NotPermitted while sending is off or the domain is not the account's, InvalidInput and
        BodyTooLarge for what cannot be sent, SendsSpent over a day's share.
        """
        self.check_on()
        now = self._now()
        if wish is not None:
            known = self.store.outbox.kept(account, wish.key_hash, now)
            if known is not None:
                return self._again(account, known, wish)
        self._check_time(draft.scheduled_at, now)
        self.domains.sendable(account, draft.sender.domain)
        mail, raw = self._made(account, draft, now)
        share = self._share(now.date(), mail.pending)
        self.store.files.put(mail.object_key, raw)
        if mail.state in OPEN:
            self._give_order(mail)
        kept = self.store.outbox.add(mail, share, _promise(wish, now))
        if kept is not None and wish is not None:  # the same request came twice at once
            self._forget(mail)
            return self._again(account, kept, wish)
        return mail, mail.state

    def show(self, account: str, mail: str) -> Outgoing:
        """The account's mail of this id; EmailNotFound without it."""
        found = self.store.outbox.get(account, known_id(mail))
        if found.expires_at <= self.now():
            raise EmailNotFound("no such mail")
        return found

    def page(
        self, account: str, wanted: Filter, most: int, before: str
    ) -> tuple[Sequence[Outgoing], str]:
        """Part of the account's mails, newest first; see `Outbox.page`."""
        return self.store.outbox.page(account, wanted, most, known_id(before) if before else "")

    def counts(self, account: str) -> Mapping[State, int]:
        """How many of its mails are, or ended, in which state."""
        return self.store.outbox.counts(account)

    def resend(self, account: str, mail: str) -> Outgoing:
        """Send it again to those whom it has not reached.

        WrongState unless it has failed, bounced, was cancelled, or nobody knows; otherwise raises
        as `submit`.
        """
        self.check_on()
        found, now = self.show(account, mail), self._now()
        if found.state not in RESENDABLE:
            raise WrongState(f"this mail is {found.state}: only what did not arrive is sent again")
        self.domains.sendable(account, found.domain)
        again = without_suppressed(found.to_send_again(), self.store.suppressions)
        if not again.pending:
            raise WrongState("all whom it did not reach are on your suppression list")
        share = self._share(now.date(), again.pending)
        changes = {
            "round": found.round + 1,
            "round_began": now,
            "attempts": 0,
            "due_at": now,
            "scheduled_at": None,
            "leased_until": None,
            "reason": "",
            "expires_at": now + limits.OUTGOING_KEPT,
        }
        line = Happening(now, "resent")
        again = again.moved(State.QUEUED, line, limits.OUTGOING_EVENTS, **changes)
        self._give_order(again)
        try:
            return self.store.outbox.save(found, again, share)
        except Contended as error:
            raise WrongState("this mail has just changed; look at it again") from error

    def cancel(self, account: str, mail: str) -> tuple[Outgoing, bool]:
        """Call back what is scheduled or queued; what is over is removed.

        The mail as it is then, and whether it was removed. WrongState while it is being sent.
        """
        found, now = self.show(account, mail), self._now()
        for _ in range(limits.OUTGOING_WRITES):
            try:
                if found.state in CANCELLABLE:
                    line = Happening(now, "cancelled")
                    gone = found.moved(State.CANCELLED, line, limits.OUTGOING_EVENTS)
                    gone = self.store.outbox.save(found, gone)
                    if self.terms.is_on:  # turned off, there are no schedules any more
                        self.store.schedules.clear(order_of(gone, now))
                    return gone, False
                if found.state in OPEN:
                    raise WrongState("this mail is being sent just now: it cannot be called back")
                self.store.outbox.remove(found)
                self.store.files.delete(found.object_key)
                return found, True
            except Contended:
                found = self.show(account, mail)
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the mail")

    def suppressed(self, account: str, most: int, after: str) -> tuple[Sequence[Suppression], str]:
        """Part of the account's suppression list; see `Suppressions.page`."""
        return self.store.suppressions.page(account, most, after)

    def unsuppress(self, account: str, address: str) -> Suppression:
        """Take the address off the account's list; SuppressionNotFound if it is not on it."""
        return self.store.suppressions.remove(account, Correspondent.parse(address).key)

    def check_on(self) -> None:
        """NotPermitted unless this deployment sends mail."""
        if not self.terms.is_on:
            raise NotPermitted(
                "this service sends no mail: whoever runs it has not turned SENDING on"
            )

    def _made(self, account: str, draft: Draft, now: datetime) -> tuple[Outgoing, bytes]:
        mail_id = outgoing_id(now, self.entropy(ENTROPY_BYTES))
        due_at = draft.scheduled_at or now
        raw = compose(draft, Named(mail_id, due_at), self.terms.file_bytes)
        recipients = tuple(
            Recipient(each.address, name, each.shown)
            for name, whom in (("to", draft.to), ("cc", draft.cc), ("bcc", draft.bcc))
            for each in whom
        )
        scheduled = draft.scheduled_at is not None
        state = State.SCHEDULED if scheduled else State.QUEUED
        mail = Outgoing(
            account=account,
            id=mail_id,
            sender=draft.sender.address,
            sender_shown=draft.sender.shown,
            subject=draft.subject,
            recipients=recipients,
            # What is kept for a year in the one, the bucket forgets after weeks in the other.
            object_key=f"{'later' if due_at - now > limits.OUTGOING_KEPT else 'soon'}/{mail_id}",
            size_bytes=len(raw),
            created_at=now,
            expires_at=due_at + limits.OUTGOING_KEPT,
            due_at=due_at,
            state=state,
            scheduled_at=draft.scheduled_at,
            reply_to=tuple(each.shown for each in draft.reply_to),
            files=tuple(
                FileLine(each.filename, each.content_type, len(each.content))
                for each in draft.files
            ),
            round_began=due_at,
            history=(Happening(now, "accepted"),),
        )
        mail = without_suppressed(mail, self.store.suppressions)
        if not mail.pending:
            line = Happening(now, "failed", "all recipients are on the suppression list")
            mail = mail.moved(State.FAILED, line, limits.OUTGOING_EVENTS, reason=SUPPRESSED)
        return mail, raw

    def _share(self, day: date, recipients: Sequence[str]) -> Share:
        """The share of the day; SendsSpent if SES takes no more from anybody."""
        if not self.terms.day:
            quota = self.account.quota()
            if not quota.is_enabled:
                raise NotPermitted("SES does not let this service send mail at present")
            if 0 <= quota.a_day < quota.sent + len(recipients):
                raise SendsSpent(
                    f"this service's SES account sends to {quota.a_day:.0f} recipients in 24 hours"
                    + (", as it is in the sandbox" if quota.is_sandbox else ""),
                    3600,
                )
        return Share(day, len(recipients), self.terms.account_day, self.terms.day)

    def _check_time(self, wanted: datetime | None, now: datetime) -> None:
        if wanted is None:
            return
        if wanted <= now:
            raise InvalidInput("scheduledAt is not in the future")
        if wanted - now > limits.LONGEST_SCHEDULE:
            raise InvalidInput(f"scheduledAt is over {limits.LONGEST_SCHEDULE.days} days ahead")

    def _give_order(self, mail: Outgoing) -> None:
        """Have it looked at when it is due. The mail need not be written yet."""
        now = self._now()
        order, wait = order_of(mail, now), mail.due_at - now
        if wait > limits.ORDER_DELAY:
            self.store.schedules.set(order, mail.due_at)
        else:
            # A moment later, so that the mail is there.
            self.store.orders.give(order, max(1, -int(-wait // _SECOND)))

    def _again(self, account: str, kept: Kept, wish: Wish) -> tuple[Outgoing, State]:
        if kept.request_hash != wish.request_hash:
            raise KeyReused("this Idempotency-Key came with another request before")
        return self.store.outbox.get(account, kept.mail), kept.state

    def _forget(self, mail: Outgoing) -> None:
        self.store.schedules.clear(order_of(mail, mail.created_at))
        self.store.files.delete(mail.object_key)

    def _now(self) -> datetime:
        """In whole milliseconds, as rows have it."""
        now = self.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def order_of(mail: Outgoing, given_at: datetime) -> Order:
    """The order to send the mail in the round it is in."""
    return Order(mail.account, mail.id, mail.round, given_at)


def without_suppressed(mail: Outgoing, suppressions: Suppressions) -> Outgoing:
    """The mail, not any more for those on its account's list."""
    found = suppressions.among(mail.account, mail.pending) if mail.pending else {}
    fates = {
        address: fate
        for address, each in found.items()
        for fate in fates_of([address], Fate.SUPPRESSED, each.reason).values()
    }
    return mail.with_fates(fates)


def _promise(wish: Wish | None, now: datetime) -> Promise | None:
    if wish is None:
        return None
    return Promise(wish.key_hash, wish.request_hash, now + limits.IDEMPOTENCY_KEPT)
