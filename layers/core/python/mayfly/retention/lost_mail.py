"""Lost mail: the sweep checks that each accepted email has an outcome, and replays one without."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from mayfly import limits
from mayfly.domains.service import DomainService
from mayfly.errors import InvalidAddress, RawMailMissing
from mayfly.inboxes.ids import mail_key
from mayfly.kit.clock import Clock
from mayfly.kit.ports import Notices
from mayfly.mail.address import Address
from mayfly.messages.models import Verdicts
from mayfly.messages.ports import Deliveries
from mayfly.pop3.models import uidl_of
from mayfly.receiving.models import MailProgress
from mayfly.receiving.notice import SETUP, Notice
from mayfly.retention.ports import Round, Rounds
from mayfly.storage.ports import Contents, RawMails, RawObject

T = TypeVar("T")

# RFC 5321 section 4.4. Only the topmost Received header is ours; those below can be forged.
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?")


class SweepOutcome(StrEnum):
    """What was found of a raw message, and done about it."""

    WELL = "well"
    ON_ITS_WAY = "on its way"  # no outcome yet, and too young to be missed
    RECOVERED = "recovered"  # no outcome: its notice was lost, and is replaced
    CLEARED = "cleared"  # nobody had it any more, but the bucket
    NO_MAIL = "no mail"  # SES's own, or removed by a person before it had an outcome


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep saw: how many mails it looked at, and what it did about some.

    No mail is without an outcome that came longer than `behind` ago. `replayed` are the object keys
    of the recovered ones.
    """

    mails: int
    recovered: int
    cleared: int
    behind: timedelta
    replayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Compares the raw messages, which are the truth, with the deliveries.

    It looks at each that the bucket announces; rounds through all of them find what it did not.
    """

    rounds: Rounds
    raw_mails: RawMails
    deliveries: Deliveries
    contents: Contents
    replay: "Replay"
    now: Clock
    every: timedelta = timedelta(0)
    width: int = 1  # looks at the same time

    def sweep(self, *, at_once: bool = False) -> SweepReport:
        """Replay emails that no delivery is known of; delete raw messages that nobody has any more.

        It goes on where the last sweep was when its time was over, or failed. Once it has come to
        the last key, a new round begins `every` after this one began, or `at_once`.
        """
        began, seen = self.now(), Counter[SweepOutcome]()
        replayed: list[str] = []
        oldest = began - limits.SWEEP_REACH
        last = self.rounds.last(Round(oldest, oldest))
        if last.is_over(began, self.every) and not at_once:
            return SweepReport(0, 0, 0, began - last.since)
        turn = last.resume(began, limits.SWEEP_REACH)
        try:
            for portion in self.raw_mails.listed(turn.after):
                until = began - limits.SWEEP_AFTER
                missed = [raw for raw in portion if turn.since <= raw.stored_at < until]
                for raw, found in self._side_by_side(self._look, missed):
                    seen[found] += 1
                    replayed += [raw.key] * (found is SweepOutcome.RECOVERED)
                turn = turn.at(portion[-1].key)
                if self.now() - began >= limits.SWEEP_TIME:
                    break
            else:
                turn = turn.next(limits.SWEEP_AFTER + limits.SWEEP_AGAIN)
        finally:
            self.rounds.keep(turn)
        behind = self.now() - turn.since
        cleared = seen[SweepOutcome.CLEARED]
        return SweepReport(seen.total(), len(replayed), cleared, behind, tuple(replayed))

    def look_all(self, mails: Sequence[RawObject]) -> Mapping[RawObject, SweepOutcome | Exception]:
        """A `look` at each; where one failed, why."""

        def tried(raw: RawObject) -> SweepOutcome | Exception:
            try:
                return self.look(raw)
            except Exception as error:
                return error

        return dict(self._side_by_side(tried, list(dict.fromkeys(mails))))

    def look(self, raw: RawObject) -> SweepOutcome:
        """Mend what is wrong with one email, and say what was done; safe to repeat.

        One query; more only for an email without an outcome, or one that is over.
        """
        return self._look(raw, may_be_missed=self.now() - raw.stored_at >= limits.SWEEP_AFTER)

    def _look(self, raw: RawObject, *, may_be_missed: bool = True) -> SweepOutcome:
        if raw.key.endswith(SETUP):
            self.raw_mails.delete([raw.key])
            return SweepOutcome.NO_MAIL
        standing = self.deliveries.standing(mail_key(raw.key))
        if uidl_of(raw.key) is not None and self._is_left_over(raw, standing, may_be_missed):
            self.raw_mails.delete([raw.key])
            return SweepOutcome.NO_MAIL
        if standing is MailProgress.UNHEARD:
            if not may_be_missed:
                return SweepOutcome.ON_ITS_WAY
            try:
                self.replay.send(raw)
            except RawMailMissing:
                return SweepOutcome.NO_MAIL
            return SweepOutcome.RECOVERED
        if standing is MailProgress.OVER:
            self.contents.delete(mail_key(raw.key))
            self.raw_mails.delete([raw.key])
            return SweepOutcome.CLEARED
        return SweepOutcome.WELL

    def _is_left_over(self, raw: RawObject, standing: MailProgress, may_be_missed: bool) -> bool:
        """Whether a fetch from a POP3 server has left this behind, which another one did again.

        Such a mail is never replayed: its headers do not say who it is for, and it still lies at
        the server until it has an outcome.
        """
        if standing is MailProgress.UNHEARD:
            return may_be_missed
        return not self.deliveries.is_read_from(mail_key(raw.key), raw.key)

    def _side_by_side(
        self, look: Callable[[RawObject], T], mails: Sequence[RawObject]
    ) -> Iterator[tuple[RawObject, T]]:
        if self.width == 1 or len(mails) < 2:
            yield from ((raw, look(raw)) for raw in mails)
            return
        with ThreadPoolExecutor(self.width, thread_name_prefix="look") as pool:
            yield from zip(mails, pool.map(look, mails), strict=True)


@dataclass(frozen=True, slots=True)
class Replay:
    """Sends notices in the place of lost ones, which alone had the envelope."""

    bucket: str
    host: DomainService
    raw_mails: RawMails
    notices: Notices

    def send(self, raw: RawObject) -> None:
        """Announce the mail to the recipients its headers name.

        Should the notice come after all, the rest get theirs and nobody a second.
        """
        self.notices.send(self._recovered(raw))

    def _recovered(self, raw: RawObject) -> Notice:
        top = self.raw_mails.read_range(raw.key, 0, limits.MIME.header_block_bytes)
        from mayfly.mail.mime.parser import parse  # hardly any mail is replayed

        mail = parse(top, limits.MIME)
        top_hop = next((value for name, value in mail.headers if name.lower() == "received"), "")
        named = [each.address for each in (*mail.to, *mail.cc)]
        ours = self._ours([*_FOR.findall(top_hop), *named])
        return Notice(
            bucket=self.bucket,
            object_key=raw.key,
            recipients=tuple(dict.fromkeys(ours)),
            received_at=raw.stored_at,
            verdicts=Verdicts(),
            recovered=True,
        )

    def _ours(self, addresses: Iterable[str]) -> Iterable[str]:
        names = self.host.names()
        for text in addresses:
            try:
                address = Address.parse(text)
            except InvalidAddress:
                continue
            if address.domain in names:
                yield str(address)
