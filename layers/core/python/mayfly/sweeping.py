"""Sweeping: the check that no accepted mail is without an outcome, and what mends it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from mayfly.blueprint import limits
from mayfly.domain.address import Address
from mayfly.domain.delivery import Standing
from mayfly.domain.errors import InvalidAddress
from mayfly.domain.identity import mail_key
from mayfly.domain.message import Verdicts
from mayfly.domain.mime import parse
from mayfly.domain.notice import Notice
from mayfly.domain.sweep_round import Round
from mayfly.hosting import Host
from mayfly.ports.machine import Clock
from mayfly.ports.mails import Contents, RawMails, RawObject, Rounds
from mayfly.ports.messages import Deliveries
from mayfly.ports.sending import Notices
from mayfly.wire.notice import SETUP

# RFC 5321 section 4.4. Only the topmost Received header is ours; those below can be forged.
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?")


@dataclass(frozen=True, slots=True)
class Findings:
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
    """Compares the raw mails, which are the truth, with the deliveries."""

    rounds: Rounds
    raw_mails: RawMails
    deliveries: Deliveries
    contents: Contents
    replay: "Replay"
    now: Clock

    def sweep(self) -> Findings:
        """Replay mails that no delivery is known of; delete raw mails that nobody has any more.

        It goes on where the last sweep was when its time was over, or failed. Once it has come to
        the last key, the next one begins a new round.
        """
        began, seen = self.now(), Counter[str]()
        replayed: list[str] = []
        oldest = began - limits.SWEEP_REACH
        turn = self.rounds.last(Round(oldest, began)).going_on(began, limits.SWEEP_REACH)
        try:
            for portion in self.raw_mails.listed(turn.after):
                for raw in portion:
                    if turn.since <= raw.stored_at < began - limits.SWEEP_AFTER:
                        done = self._look(raw)
                        seen.update(("mails", done))
                        replayed += [raw.key] * (done == "recovered")
                turn = turn.at(portion[-1].key)
                if self.now() - began >= limits.SWEEP_TIME:
                    break
            else:
                turn = turn.following(limits.SWEEP_AFTER + limits.SWEEP_AGAIN)
        finally:
            self.rounds.keep(turn)
        behind = self.now() - turn.since
        return Findings(seen["mails"], len(replayed), seen["cleared"], behind, tuple(replayed))

    def _look(self, raw: RawObject) -> str:
        """Mend what is wrong with the mail, and say what was done."""
        if raw.key.endswith(SETUP):
            self.raw_mails.delete([raw.key])
            return "set up"
        standing = self.deliveries.standing(mail_key(raw.key))
        if standing is Standing.UNHEARD:
            self.replay.send(raw)
            return "recovered"
        if standing is Standing.OVER:
            self.contents.delete(mail_key(raw.key))
            self.raw_mails.delete([raw.key])
            return "cleared"
        return "found well"


@dataclass(frozen=True, slots=True)
class Replay:
    """Sends notices in the place of lost ones, which alone had the envelope."""

    bucket: str
    host: Host
    raw_mails: RawMails
    notices: Notices

    def send(self, raw: RawObject) -> None:
        """Announce the mail to the recipients its headers name.

        Should the notice come after all, the rest get theirs and nobody a second.
        """
        self.notices.send(self._recovered(raw))

    def _recovered(self, raw: RawObject) -> Notice:
        top = self.raw_mails.read_range(raw.key, 0, limits.MIME.header_block_bytes)
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
