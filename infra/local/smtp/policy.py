"""Which mail is taken: the answers of the SMTP server, and one log line per event."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.local.cloud import settled_at_once
from infra.local.ses.accept import Submission
from infra.local.ses.backpressure import Intake, NoRoom
from mayfly.errors import InvalidAddress
from mayfly.limits import MAX_RECIPIENTS
from mayfly.mail.address import Address
from mayfly.receiving.service import Find

logger = logging.getLogger("mayfly.smtp")

_OK = "250 2.1.0 OK"
_FAILED = "451 4.3.0 Try again later"
_numbers = itertools.count(1)


def no_other(address: Address) -> Address | None:
    """Where an address stands for itself alone."""
    return None


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail goes: whether an address has an inbox here, and what keeps a mail for it.

    An address that has none may stand for another, which `other` gives.

    `accept` returns the mail's id. Both may block and run in threads; of mails up to `inline_bytes`
    in the event loop (None: none). What was accepted is ours once `settled` has returned.
    """

    is_known: Callable[[Address], bool]
    accept: Callable[[Submission], str]
    inline_bytes: int | None = None
    settled: Callable[[], Awaitable[None]] = settled_at_once
    other: Callable[[Address], Address | None] = no_other

    async def knows(self, address: Address) -> bool:
        """Whether mail for the address is taken."""
        if self.inline_bytes is not None:
            return self.is_known(address)
        return await asyncio.to_thread(self.is_known, address)

    async def take(self, mail: Submission) -> str:
        """Keep the mail for good; its id."""
        if self.inline_bytes is not None and len(mail.content) <= self.inline_bytes:
            mail_id = self.accept(mail)
        else:
            mail_id = await asyncio.to_thread(self.accept, mail)
        await self.settled()
        return mail_id


@dataclass  # without slots: aiosmtpd reads all members, which Python before 3.11.3 cannot with them
class MailPolicy:
    """aiosmtpd's hooks for one connection. No log line says who writes to whom.

    `post` is where mail goes. `intake` has room for so many messages at once. `domains` are those
    of the settings.
    """

    domains: Sequence[str]
    post: Post
    intake: Intake
    remember: Callable[[Any], None]
    forget: Callable[[Any], None]
    number: int = field(default_factory=lambda: next(_numbers))
    _mails: int = 0
    _has_ended: bool = False
    _waits_for: asyncio.Future[None] | None = None

    def opened(self, session: Any) -> None:
        """A client has connected."""
        logger.info("connect connection=%d", self.number)
        self.remember(session)

    def end_of_input(self) -> None:
        """The client sends no more: it may read on, or be gone, and nobody knows which.

        So it keeps no place among those that wait for room: who reads on hears so.
        """
        self._has_ended = True
        if self._waits_for is not None and not self._waits_for.done():
            self._waits_for.set_exception(NoRoom("Too much mail waits here, try again later"))

    def closed(self, session: Any) -> None:
        """The connection is over."""
        logger.info("close connection=%d mails=%d", self.number, self._mails)
        self.forget(session)

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer what there is."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Any sender may write, the null sender as well."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        logger.info("mailFrom connection=%d", self.number)
        return _OK

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Only addresses of ours that have an inbox now."""
        answer, meant = await self._judged(address, len(envelope.rcpt_tos))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(meant)
        logger.info(
            "rcptTo connection=%d recipients=%d answer=%s",
            self.number,
            len(envelope.rcpt_tos),
            answer[:3],
        )
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any, content: bytes) -> str:
        """250 once the mail is stored and its notice is in the queue, and not before."""
        peer = session.peer
        mail = Submission(
            sender="" if envelope.mail_from == "<>" else envelope.mail_from,
            recipients=tuple(envelope.rcpt_tos),
            content=content,
            client_name=session.host_name or "",
            client_host=str(peer[0]) if isinstance(peer, tuple) else "",
            protocol="ESMTPS" if session.ssl else "ESMTP",
        )
        try:
            async with self.intake.place(self._waits):
                mail_id = await self.post.take(mail)
        except NoRoom as reason:
            logger.warning("data connection=%d bytes=%d no room", self.number, len(mail.content))
            return f"451 4.3.2 {reason}"
        except Exception:
            logger.exception("data connection=%d bytes=%d failed", self.number, len(mail.content))
            return _FAILED
        self._mails += 1
        logger.info(
            "data connection=%d recipients=%d bytes=%d mail=%s",
            self.number,
            len(mail.recipients),
            len(mail.content),
            mail_id,
        )
        return f"250 2.0.0 OK {mail_id}"

    async def handle_exception(self, error: Exception) -> str:
        """Something of ours broke: the client may come again."""
        logger.error("connection=%d: %s", self.number, type(error).__name__)
        return _FAILED

    def _waits(self, place: asyncio.Future[None]) -> None:
        self._waits_for = place
        if self._has_ended:
            self.end_of_input()

    async def _judged(self, text: str, before: int) -> tuple[str, str]:
        """The answer, and the recipient that is meant."""
        if before >= MAX_RECIPIENTS:
            return f"452 4.5.3 {MAX_RECIPIENTS} recipients are enough for one mail", text
        try:
            address = Address.parse(text)
        except InvalidAddress:
            return "553 5.1.3 This is no mail address", text
        other = self.post.other(address)
        # Who has an inbox is asked first: admins add domains that the settings do not name.
        try:
            known = await self.post.knows(address)
            is_other = not known and other is not None and await self.post.knows(other)
        except Exception:
            logger.exception("rcptTo connection=%d failed", self.number)
            return _FAILED, text
        if known or is_other:
            return "250 2.1.5 OK", str(other) if is_other else text
        if address.domain not in self.domains:
            return "550 5.7.1 Mail for other domains is not relayed", text
        return "550 5.1.1 Nobody has this address", text


@dataclass(frozen=True, slots=True)
class Recipients:
    """Answers for the SMTP server, from where the functions keep the inboxes."""

    find: Find
    now: Callable[[], datetime]

    def is_known(self, address: Address) -> bool:
        """Whether mail for the address would be stored; `alice+shop@` reaches `alice@`."""
        found = self.find(list(dict.fromkeys([address, address.untagged])))
        inbox = found.get(address) or found.get(address.untagged)
        return inbox is not None and inbox.is_active(self.now())
