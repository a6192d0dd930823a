"""Orders carried out: each mail handed over once, or given back, or given up.

Before a mail is handed over, that is written down; so a mail that was being handed over when
nothing more was heard of it is never handed over again by itself: it becomes uncertain.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mayfly.blueprint import limits
from mayfly.carrying import Carrier
from mayfly.domain.errors import (
    Contended,
    DomainNotFound,
    EmailNotFound,
    HandoverUnclear,
    MailDeferred,
    MailRefused,
    NotPermitted,
    RawMailMissing,
)
from mayfly.domain.outgoing import (
    OPEN,
    TRANSITIONS,
    Fate,
    Happening,
    Outgoing,
    State,
    fates_of,
    standing,
)
from mayfly.domain.rate import Window
from mayfly.ports.counts import RequestCounts
from mayfly.ports.machine import Clock, Pause
from mayfly.ports.outgoing import (
    Envelope,
    Order,
    SendableDomains,
    SendingAccount,
    Taken,
)
from mayfly.storeroom import Storeroom, without_suppressed

_SECOND = timedelta(seconds=1)
_WAITING = 5  # seconds until an order whose mail is not written yet is looked at again


class Outcome(StrEnum):
    """What came of an order; each is counted by this name."""

    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DEFERRED = "deferred"
    NOT_YET = "not_yet"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Pace:
    """SES's rate, which all functions share: a count for each second, of recipients."""

    counts: RequestCounts
    account: SendingAccount
    now: Clock
    pause: Pause

    def admits(self, recipients: int) -> bool:
        """Whether there is a place within some seconds; it waits for it.

        A mail with more recipients than the rate has takes a whole second for itself, and SES
        judges.
        """
        rate = max(1, int(self.account.quota().a_second))
        for _ in range(limits.RATE_WAITS):
            window = Window.around(self.now(), _SECOND)
            taken = self.counts.count("ses", window, ["sends"], recipients)["sends"]
            if taken <= rate or taken == recipients:
                return True
            self.pause((window.end - self.now()).total_seconds() + random.uniform(0, 0.2))
        return False


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends what is due. Orders may come twice, late, or for nothing."""

    store: Storeroom
    domains: SendableDomains
    carrier: Carrier
    pace: Pace
    now: Clock

    def carry_out(self, order: Order) -> Outcome:
        """Send the mail if it is due. Whatever is raised: the order is to be carried out again."""
        now = self.now()
        try:
            mail = self.store.outbox.get(order.account, order.mail)
        except EmailNotFound:
            return self._unwritten(order, now)
        if mail.round < order.round:
            return self._unwritten(order, now)
        if mail.state is State.SENDING:
            return self._look_after(order, mail, now)
        if mail.state not in OPEN:
            return Outcome.NOTHING
        if mail.due_at > now:
            return self._later(order, mail.due_at - now)
        began = mail.round_began or mail.due_at
        if now - began >= limits.SENDING_TIME:
            return self._fail(mail, "too_late", "it could not be sent within 24 hours")
        return self._send(order, mail)

    def _unwritten(self, order: Order, now: datetime) -> Outcome:
        """The mail is being written, or never was accepted, or is gone."""
        if now - order.given_at < limits.UNWRITTEN_ORDER:
            return self._later(order, timedelta(seconds=_WAITING))
        return Outcome.NOTHING

    def _send(self, order: Order, mail: Outgoing) -> Outcome:
        try:
            domain = self.domains.sendable(mail.account, mail.domain)
            raw = self.store.files.read(mail.object_key)
        except (NotPermitted, DomainNotFound):
            return self._fail(mail, "domain", f"{mail.domain} is not an active domain of yours")
        except RawMailMissing:
            return self._fail(mail, "missing", "its bytes are not kept any more")
        wanted = without_suppressed(mail, self.store.suppressions)
        if not wanted.pending:
            return self._fail(
                mail, "suppressed", "all recipients are on the suppression list", wanted
            )
        way = self.carrier.way(domain, raw)
        if way.is_paced and not self.pace.admits(len(wanted.pending)):
            return self._later(order, timedelta(seconds=random.randint(2, 15)))
        taken = self._taken(mail, wanted)
        if taken is None:
            return Outcome.NOTHING
        envelope = Envelope(taken.sender, taken.pending, taken.account, taken.id, taken.round)
        try:
            said = way.mailer.send(envelope, way.raw)
        except MailRefused as error:
            return self._fail(taken, error.reason, str(error))
        except MailDeferred as error:
            return self._defer(order, taken, str(error))
        except HandoverUnclear as error:
            return self._give_up(taken, str(error))
        return self._record(order, taken, said)

    def _taken(self, mail: Outgoing, wanted: Outgoing) -> Outgoing | None:
        """The mail with a lease on it, None if somebody else was faster."""
        now = self._instant()
        sending = wanted.moved(
            State.SENDING,
            Happening(now, "sending", f"attempt {mail.attempts + 1}"),
            limits.OUTGOING_EVENTS,
            attempts=mail.attempts + 1,
            leased_until=now + limits.SENDING_LEASE,
        )
        try:
            return self.store.outbox.save(mail, sending)
        except Contended:
            return None

    def _record(self, order: Order, mail: Outgoing, said: Taken) -> Outcome:
        heard = mail.with_fates(said.fates).changed(message_id=said.message_id)
        if heard.pending:
            return self._defer(order, heard, "not for all recipients now")
        state = standing(heard.recipients)
        if state is State.FAILED:
            detail = next(each.detail for each in heard.recipients if each.fate is Fate.FAILED)
            return self._fail(heard, "refused", detail)

        def sent(fresh: Outgoing) -> Outgoing:
            told = fresh.with_fates(said.fates).changed(message_id=said.message_id)
            state = standing(told.recipients)
            if state not in TRANSITIONS[fresh.state]:  # SES's events were faster
                return told
            return told.moved(
                state,
                Happening(self._instant(), "sent", said.message_id),
                limits.OUTGOING_EVENTS,
                leased_until=None,
            )

        self._write(mail, sent)
        return Outcome.SENT

    def _defer(self, order: Order, mail: Outgoing, why: str) -> Outcome:
        """Back into the queue, for a time that grows with each attempt."""
        now = self._instant()
        longest = min(limits.LONGEST_RETRY, limits.FIRST_RETRY * 2 ** min(mail.attempts - 1, 10))
        wait = timedelta(seconds=round(random.uniform(0.5, 1) * longest.total_seconds()))

        def queued(fresh: Outgoing) -> Outgoing:
            if fresh.state is not State.SENDING:
                return fresh
            told = fresh.with_fates(_fates(mail))
            return told.moved(
                State.QUEUED,
                Happening(now, "deferred", why),
                limits.OUTGOING_EVENTS,
                due_at=now + wait,
                leased_until=None,
                message_id=mail.message_id or told.message_id,
            )

        self._write(mail, queued)
        self.store.orders.give(order, int(wait.total_seconds()))
        return Outcome.DEFERRED

    def _fail(
        self, mail: Outgoing, reason: str, why: str, heard: Outgoing | None = None
    ) -> Outcome:
        now = self._instant()
        pending = fates_of((heard or mail).pending, Fate.FAILED, why)

        def failed(fresh: Outgoing) -> Outgoing:
            if fresh.state not in OPEN:
                return fresh
            told = fresh.with_fates(_fates(heard or mail)).with_fates(pending)
            state = standing(told.recipients)  # some of them may have it
            kind = "failed" if state is State.FAILED else "sent"
            return told.moved(
                state,
                Happening(now, kind, why),
                limits.OUTGOING_EVENTS,
                reason=reason,
                leased_until=None,
            )

        return Outcome.FAILED if self._write(mail, failed).state is State.FAILED else Outcome.SENT

    def _give_up(self, mail: Outgoing, why: str) -> Outcome:
        """Nobody knows whether it went: only SES's events, or a person, take it from here."""
        now = self._instant()

        def uncertain(fresh: Outgoing) -> Outgoing:
            if fresh.state is not State.SENDING:
                return fresh
            line = Happening(now, "uncertain", why)
            return fresh.moved(State.UNCERTAIN, line, limits.OUTGOING_EVENTS, leased_until=None)

        self._write(mail, uncertain)
        return Outcome.UNCERTAIN

    def _look_after(self, order: Order, mail: Outgoing, now: datetime) -> Outcome:
        """Somebody is sending it, or died of it."""
        leased_until = mail.leased_until or now
        if leased_until > now:
            return self._later(order, leased_until - now)
        return self._give_up(mail, "the attempt ended without a word")

    def _later(self, order: Order, wait: timedelta) -> Outcome:
        """Look again then; what is more than a quarter of an hour ahead, the schedule brings."""
        if wait <= limits.ORDER_DELAY:
            self.store.orders.give(order, max(1, -int(-wait // _SECOND)))
        return Outcome.NOT_YET

    def _write(self, mail: Outgoing, change: Callable[[Outgoing], Outgoing]) -> Outgoing:
        """Save what `change` makes of the mail as it is now."""
        fresh = mail
        for attempt in range(limits.OUTGOING_WRITES):
            if attempt:
                fresh = self.store.outbox.get(mail.account, mail.id)
            changed = change(fresh)
            if changed == fresh:
                return fresh
            try:
                return self.store.outbox.save(fresh, changed)
            except Contended:
                continue
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the mail")

    def _instant(self) -> datetime:
        now = self.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _fates(mail: Outgoing) -> dict[str, tuple[Fate, str]]:
    return {each.address.lower(): (each.fate, each.detail) for each in mail.recipients}
