"""SES's part when a message goes out: it arrives here, or becomes a file, and SES tells of it.

Mail to an inbox of this laptop comes in as mail from outside does. All other goes nowhere: it is
a file to read, and counts as delivered, but for the addresses of SES's simulator.
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
"""

import asyncio
import json
import logging
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.account import EVENT_QUEUE, queue_url
from infra.local.cloud import Cloud
from infra.local.data.private_file import OUTBOX, write_private
from infra.local.engine.ses_sent import Sent
from infra.local.pump import Pump
from infra.local.ses.accept import Submission
from mayfly.errors import InvalidAddress
from mayfly.mail.address import Address

logger = logging.getLogger("mayfly.laptop")

SIMULATOR = "simulator.amazonses.com"
_POLL_SECONDS = 0.5
_PATIENCE = 5.0
_AT_ONCE = 100  # messages looked at


@dataclass(frozen=True, slots=True)
class HandOver:
    """Takes the messages that SES was handed."""

    cloud: Cloud
    folder: Path
    is_ours: Callable[[str], bool]
    is_known: Callable[[Address], bool]
    accept: Callable[[Submission], str]

    def working(self, poll_seconds: float = _POLL_SECONDS) -> AbstractAsyncContextManager[None]:
        """In threads, one step after the other; every message wakes it."""

        async def step() -> bool:
            return await asyncio.to_thread(self.step)

        pump = Pump("sent mail", step, poll_seconds)

        def take() -> None:
            self._write_texts()  # at once: whoever hears that one was sent may look for it
            pump.wake()

        self.cloud.when_sent(take)
        return pump.working(_PATIENCE)

    def step(self) -> bool:
        """One message; False if there was none."""
        mail = next((each for each in self.cloud.sent(_AT_ONCE) if each.raw), None)
        if mail is None:
            return False
        with self.cloud.together():
            self._carry(mail)
            self.cloud.carried(mail)
        return True

    def _write_texts(self) -> None:
        for mail in self.cloud.sent(_AT_ONCE):
            if not mail.raw:
                self._write(f"{time.time_ns()}.txt", _readable(mail))
                self.cloud.carried(mail)

    def _write(self, name: str, content: bytes) -> None:
        write_private(self.folder / name, content)
        logger.info("a mail was sent: it is in the folder of sent mail")

    def _queue(self, name: str, body: str) -> None:
        self.cloud.client("sqs").send_message(QueueUrl=queue_url(name), MessageBody=body)

    def _tell(self, mail: Sent, kind: str, about: dict[str, Any]) -> None:
        """As SES tells its topic, and the topic the queue."""
        self._queue(EVENT_QUEUE, json.dumps(_event(mail, kind, about)))

    def _carry(self, mail: Any) -> None:
        self._tell(mail, "Send", {})
        ours = [each for each in mail.recipients if self.is_ours(each.rpartition("@")[2])]
        known = [each for each in ours if self._has_inbox(each)]
        if known:
            submission = Submission(
                mail.source, tuple(known), mail.raw, "ses.localhost", "127.0.0.1", "ESMTP"
            )
            self.accept(submission)
        elsewhere = [each for each in mail.recipients if each not in ours]
        if elsewhere:
            self._write(f"{mail.tags.get('mayfly-mail', mail.id)}.eml", mail.raw)
        gone = [each for each in ours if each not in known]
        gone += [each for each in elsewhere if each.lower() in (f"bounce@{SIMULATOR}",)]
        complaining = [each for each in elsewhere if each.lower() == f"complaint@{SIMULATOR}"]
        reached = [*known, *(each for each in elsewhere if each not in gone)]
        if reached:
            about = {"recipients": reached, "smtpResponse": "250 2.0.0 OK"}
            self._tell(mail, "Delivery", about)
        if gone:
            self._tell(mail, "Bounce", _bounce(gone))
        if complaining:
            addresses = [{"emailAddress": each} for each in complaining]
            about = {"complainedRecipients": addresses, "feedbackId": str(uuid.uuid4())}
            self._tell(mail, "Complaint", about)

    def _has_inbox(self, address: str) -> bool:
        try:
            return self.is_known(Address.parse(address))
        except InvalidAddress:
            return False


def _bounce(addresses: list[str]) -> dict[str, Any]:
    code = "smtp; 550 5.1.1 user unknown"
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": e, "diagnosticCode": code} for e in addresses],
        "feedbackId": str(uuid.uuid4()),
    }


def _event(mail: Sent, kind: str, about: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "eventType": kind,
        "mail": {
            "timestamp": now,
            "messageId": mail.id,
            "source": mail.source,
            "destination": list(mail.recipients),
            "tags": {name: [value] for name, value in mail.tags.items()},
        },
        kind.lower(): {"timestamp": now, **about},
    }


def _readable(mail: Sent) -> bytes:
    return f"To: {mail.recipients[0]}\nSubject: {mail.subject}\n\n{mail.text}".encode()


@contextmanager
def outbox(data: Path | None) -> Iterator[Path]:
    """The folder that mails are put into as they are sent: one of `data`, or one that goes at the
    end of the block.
    """
    if data is None:
        with tempfile.TemporaryDirectory(prefix="mayfly-sent-") as folder:
            yield Path(folder)
        return
    (data / OUTBOX).mkdir(mode=0o700, parents=True, exist_ok=True)
    yield data / OUTBOX
