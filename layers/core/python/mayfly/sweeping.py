"""Sweeping: the check that no accepted mail is without an outcome, and what mends it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mayfly.blueprint import limits
from mayfly.domain.address import Address
from mayfly.domain.delivery import Standing
from mayfly.domain.errors import InvalidAddress
from mayfly.domain.identity import mail_key
from mayfly.domain.message import Verdicts
from mayfly.domain.mime import parse
from mayfly.domain.notice import Notice
from mayfly.hosting import Host
from mayfly.ports.machine import Clock
from mayfly.ports.mails import Contents, RawMails, RawObject
from mayfly.ports.messages import Deliveries
from mayfly.ports.sending import Notices
from mayfly.wire.notice import SETUP

# RFC 5321 section 4.4. Only the topmost Received header is ours; those below can be forged.
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?")


@dataclass(frozen=True, slots=True)
class Findings:
    """What one sweep saw: the accepted mails of its window, and what it did about some."""

    mails: int
    recovered: int
    cleared: int


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Compares the raw mails, which are the truth, with the deliveries."""

    bucket: str
    host: Host
    raw_mails: RawMails
    deliveries: Deliveries
    contents: Contents
    notices: Notices
    now: Clock

    def sweep(self) -> Findings:
        """Replay mails that no delivery is known of; delete raw mails that nobody has any more.

        A replayed mail reaches the recipients its headers name: the envelope was in the notice
        that got lost. Should the notice come after all, the rest get theirs and nobody a second.
        """
        now = self.now()
        window = limits.SWEEP_WINDOW if now.hour else limits.LONG_SWEEP_WINDOW
        end = now - limits.SWEEP_AFTER
        mails = recovered = cleared = 0
        for raw in self.raw_mails.stored_between(end - window, end):
            mails += 1
            if raw.key.endswith(SETUP):
                self.raw_mails.delete([raw.key])
                continue
            standing = self.deliveries.standing(mail_key(raw.key))
            if standing is Standing.UNHEARD:
                self.notices.send(self._recovered(raw))
                recovered += 1
            elif standing is Standing.OVER:
                self.contents.delete(mail_key(raw.key))
                self.raw_mails.delete([raw.key])
                cleared += 1
        return Findings(mails, recovered, cleared)

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
