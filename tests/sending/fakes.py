"""The ports of mail that goes out, in memory."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from mayfly import limits
from mayfly.domains.models import Claim, MailDomain, MailIdentity
from mayfly.errors import Contended, NotPermitted, RawMailMissing
from mayfly.kit.clock import Clock
from mayfly.sending.errors import EmailNotFound, HandoverFailed, SendsSpent, SuppressionNotFound
from mayfly.sending.models import (
    OutgoingMail,
    OutgoingTally,
    RecipientStatus,
    State,
    Suppression,
    statuses_of,
)
from mayfly.sending.ports import (
    Envelope,
    Filter,
    IdempotencyKey,
    IdempotencyResult,
    MailerResult,
    SendingQuota,
    SendJob,
    Share,
)


class FakeOutgoingMails:
    """Mails in a dict."""

    def __init__(self, now: Clock) -> None:
        self.mails: dict[tuple[str, str], OutgoingMail] = {}
        self.promises: dict[tuple[str, str], tuple[datetime, IdempotencyResult]] = {}
        self.sends: Counter[tuple[str, date]] = Counter()
        self.all: Counter[str] = Counter()
        self.by_account: dict[str, Counter[str]] = {}
        self.now = now
        self._lock = threading.Lock()

    def add(
        self, mail: OutgoingMail, share: Share, key: IdempotencyKey | None
    ) -> IdempotencyResult | None:
        with self._lock:
            if key is not None:
                known = self.promises.get((mail.account, key.key_hash))
                if known and known[0] > self.now():
                    return known[1]
            if (mail.account, mail.id) in self.mails:
                return None
            self._take(mail.account, share)
            if key is not None:
                kept = IdempotencyResult(key.request_hash, mail.id, mail.state)
                self.promises[mail.account, key.key_hash] = (
                    self.now() + limits.IDEMPOTENCY_KEPT,
                    kept,
                )
            self.mails[mail.account, mail.id] = mail
            self.all["accepted"] += 1
            self._count(mail, 1)
            return None

    def kept(self, account: str, key_hash: str, now: datetime) -> IdempotencyResult | None:
        known = self.promises.get((account, key_hash))
        return known[1] if known and known[0] > now else None

    def get(self, account: str, mail: str) -> OutgoingMail:
        if (account, mail) not in self.mails:
            raise EmailNotFound("no such mail")
        return self.mails[account, mail]

    def save(
        self, before: OutgoingMail, after: OutgoingMail, share: Share | None = None
    ) -> OutgoingMail:
        with self._lock:
            there = self.mails.get((before.account, before.id))
            if there is None or there.revision != before.revision:
                raise Contended("somebody else has written the mail")
            if share is not None:
                self._take(before.account, share)
            saved = replace(after, revision=before.revision + 1)
            self.mails[saved.account, saved.id] = saved
            if before.state is not saved.state:
                self._count(before, -1)
                self._count(saved, 1)
            return saved

    def remove(self, mail: OutgoingMail) -> None:
        with self._lock:
            there = self.mails.get((mail.account, mail.id))
            if there is not None and there.revision != mail.revision:
                raise Contended("somebody else has written the mail")
            self.mails.pop((mail.account, mail.id), None)

    def page(
        self, account: str, wanted: Filter, most: int, before: str = ""
    ) -> tuple[Sequence[OutgoingMail], str]:
        own = [each for (whose, _), each in self.mails.items() if whose == account]
        found = [
            each
            for each in sorted(own, key=lambda mail: mail.id, reverse=True)
            if (not before or each.id < before) and wanted.fits(each, self.now())
        ]
        return found[:most], found[most - 1].id if len(found) >= most else ""

    def counts(self, account: str) -> Mapping[State, int]:
        counted = self.by_account.get(account, Counter())
        return {state: counted[state.value] for state in State}

    def tally(self) -> OutgoingTally:
        reasons = {name[7:]: n for name, n in self.all.items() if name.startswith("failed:")}
        states = {state: self.all[state.value] for state in State}
        return OutgoingTally(self.all["accepted"], states, reasons)

    def _count(self, mail: OutgoingMail, by: int) -> None:
        self.all[mail.state.value] += by
        self.by_account.setdefault(mail.account, Counter())[mail.state.value] += by
        if mail.state is State.FAILED:
            self.all[f"failed:{mail.reason or 'other'}"] += by

    def _take(self, account: str, share: Share) -> None:
        shares = [(account, share.account_most), ("", share.most)]
        if share.domain:
            shares.append((f"domain {share.domain}", share.account_most))
        if share.inbox:
            shares.append((f"inbox {share.inbox}", share.inbox_most))
        for whose, most in shares:
            if most and self.sends[whose, share.day] + share.recipients > most:
                anew = datetime.combine(share.day, time(), UTC)
                left = 24 * 3600 - int((self.now() - anew).total_seconds())
                raise SendsSpent(f"{most} a day", max(1, left))
        for whose, most in shares:
            if most:
                self.sends[whose, share.day] += share.recipients


class FakeOutgoingFiles:
    """Mails in a dict."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, object_key: str, raw: bytes) -> None:
        self.files[object_key] = raw

    def read(self, object_key: str) -> bytes:
        if object_key not in self.files:
            raise RawMailMissing("no such mail")
        return self.files[object_key]

    def delete(self, object_key: str) -> None:
        self.files.pop(object_key, None)


class FakeSendJobs:
    """Orders in a list, each with when it is seen."""

    def __init__(self, now: Clock) -> None:
        self.waiting: list[tuple[datetime, SendJob]] = []
        self.now = now

    def give(self, order: SendJob, delay_seconds: int = 0) -> None:
        assert 0 <= delay_seconds <= limits.ORDER_DELAY.total_seconds()
        seen_at = datetime.fromtimestamp(self.now().timestamp() + delay_seconds, UTC)
        self.waiting.append((seen_at, order))

    def due(self) -> list[SendJob]:
        """Take those that are seen now."""
        now = self.now()
        due = [order for at, order in self.waiting if at <= now]
        self.waiting = [(at, order) for at, order in self.waiting if at > now]
        return due


class FakeSchedules:
    """Schedules in a dict."""

    def __init__(self) -> None:
        self.set_for: dict[str, tuple[datetime, SendJob]] = {}

    def set(self, order: SendJob, at: datetime) -> None:
        self.set_for.setdefault(order.mail, (at, order))

    def clear(self, order: SendJob) -> None:
        self.set_for.pop(order.mail, None)


class FakeMailer:
    """Mails in a list; the next `troubles` are raised first, and `fates` are answered."""

    def __init__(self) -> None:
        self.sent: list[tuple[Envelope, bytes]] = []
        self.troubles: list[HandoverFailed] = []
        self.fates: dict[str, tuple[RecipientStatus, str]] = {}

    def send(self, envelope: Envelope, raw: bytes) -> MailerResult:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append((envelope, raw))
        fates = {**statuses_of(envelope.recipients, RecipientStatus.SENT), **self.fates}
        return MailerResult(f"ses-{len(self.sent)}", fates)


class FakeSendingAccount:
    """What a test says that SES allows."""

    def __init__(self) -> None:
        self.allowed = SendingQuota(a_second=14, a_day=50_000, sent=0, is_sandbox=False)

    def quota(self) -> SendingQuota:
        return self.allowed


class FakeSuppressions:
    """Lists in a dict."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[str, Suppression]] = {}

    def add(self, account: str, suppression: Suppression) -> None:
        self.lists.setdefault(account, {}).setdefault(suppression.address, suppression)

    def among(self, account: str, addresses: Sequence[str]) -> Mapping[str, Suppression]:
        wanted = {each.lower() for each in addresses}
        own = self.lists.get(account, {})
        return {address: each for address, each in own.items() if address in wanted}

    def page(self, account: str, most: int, after: str = "") -> tuple[Sequence[Suppression], str]:
        own = self.lists.get(account, {})
        found = [own[address] for address in sorted(own) if address > after]
        return found[:most], found[most - 1].address if len(found) > most else ""

    def remove(self, account: str, address: str) -> Suppression:
        if address not in self.lists.get(account, {}):
            raise SuppressionNotFound("not on the list")
        return self.lists[account].pop(address)


class FakeSendableDomains:
    """Who may send from where, as a test says."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.identity: MailIdentity | None = MailIdentity((), "dkim.example")

    def sendable(self, account_id: str, address_domain: str) -> MailDomain:
        if self.owners.get(address_domain) != account_id:
            raise NotPermitted(f"{address_domain} is not an active domain of yours")
        return MailDomain(address_domain, owner=account_id, claim=Claim(identity=self.identity))
