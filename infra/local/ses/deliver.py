"""SES's part when a message goes out: it arrives here, or becomes a file, and SES tells of it.

Mail to an inbox of this laptop comes in as mail from outside does. All other goes nowhere: it is
a file to read, and counts as delivered, but for the addresses of SES's simulator.
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
"""

import json
import logging
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.data.private_file import OUTBOX, write_private
from infra.local.moto.guard import alone, observed
from infra.local.moto.server import (
    EVENT_QUEUE,
    ORDER_QUEUE,
    mails_inside,
    queues_inside,
    schedules_inside,
)
from infra.local.ses.accept import Submission
from infra.local.threads import Worker
from mayfly.errors import InvalidAddress
from mayfly.kit.dynamodb.notation import decode
from mayfly.mail.address import Address
from mayfly.sending.models import State
from mayfly.sending.ports import Schedules
from mayfly.sending.rows import outgoing_from
from mayfly.sending.store import job_of

logger = logging.getLogger("mayfly.laptop")

SIMULATOR = "simulator.amazonses.com"
_POLL_SECONDS = 0.5
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class HandOver:
    """Takes the messages that moto's SES was handed, and gives the orders whose time has come."""

    folder: Path
    is_ours: Callable[[str], bool]
    is_known: Callable[[Address], bool]
    accept: Callable[[Submission], str]

    @contextmanager
    def working(self, poll_seconds: float = _POLL_SECONDS) -> Iterator[None]:
        """In one thread, which every message wakes."""
        worker = Worker("sent mail", self.step, poll_seconds)

        def wake() -> None:
            if mails_inside():
                worker.wake()

        with observed(wake), worker.working(_PATIENCE):
            yield

    def step(self) -> bool:
        """One message, and all schedules that are due; False if there was no message."""
        _give_orders(datetime.now(UTC))
        with alone():
            mails = mails_inside()
            mail = next((each for each in mails if hasattr(each, "raw_data")), None)
            if mail is None:
                return False
            mails.remove(mail)
        self._carry(mail)
        return True

    def _carry(self, mail: Any) -> None:
        _tell(mail, "Send", {})
        ours = [each for each in mail.destinations if self.is_ours(each.rpartition("@")[2])]
        known = [each for each in ours if self._has_inbox(each)]
        if known:
            content = mail.raw_data.encode()
            submission = Submission(
                mail.source, tuple(known), content, "ses.localhost", "127.0.0.1", "ESMTP"
            )
            self.accept(submission)
        elsewhere = [each for each in mail.destinations if each not in ours]
        if elsewhere:
            write_private(
                self.folder / f"{mail.tags.get('mayfly-mail', mail.id)}.eml", mail.raw_data
            )
            logger.info("a mail was sent: it is in the folder of sent mail")
        gone = [each for each in ours if each not in known]
        gone += [each for each in elsewhere if each.lower() in (f"bounce@{SIMULATOR}",)]
        complaining = [each for each in elsewhere if each.lower() == f"complaint@{SIMULATOR}"]
        reached = [*known, *(each for each in elsewhere if each not in gone)]
        if reached:
            about = {"recipients": reached, "smtpResponse": "250 2.0.0 OK"}
            _tell(mail, "Delivery", about)
        if gone:
            _tell(mail, "Bounce", _bounce(gone))
        if complaining:
            addresses = [{"emailAddress": each} for each in complaining]
            about = {"complainedRecipients": addresses, "feedbackId": str(uuid.uuid4())}
            _tell(mail, "Complaint", about)

    def _has_inbox(self, address: str) -> bool:
        try:
            return self.is_known(Address.parse(address))
        except InvalidAddress:
            return False


def set_again(rows: Any, schedules: Schedules) -> None:
    """Set the schedules of these rows of the table: they are kept nowhere else over a restart."""
    for row in rows:
        mail = outgoing_from(decode(row))
        if mail.state is State.SCHEDULED:
            schedules.set(job_of(mail, mail.created_at), mail.due_at)


def _bounce(addresses: list[str]) -> dict[str, Any]:
    code = "smtp; 550 5.1.1 user unknown"
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": e, "diagnosticCode": code} for e in addresses],
        "feedbackId": str(uuid.uuid4()),
    }


def _tell(mail: Any, kind: str, about: dict[str, Any]) -> None:
    """As SES tells its topic, and the topic the queue."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    notice = {
        "eventType": kind,
        "mail": {
            "timestamp": now,
            "messageId": mail.id,
            "source": mail.source,
            "destination": mail.destinations,
            "tags": {name: [value] for name, value in mail.tags.items()},
        },
        kind.lower(): {"timestamp": now, **about},
    }
    with alone():
        queues_inside().send_message(EVENT_QUEUE, json.dumps(notice), delay_seconds=0)


def _give_orders(now: datetime) -> None:
    """Carry out the schedules that are due, as EventBridge Scheduler does, and forget them."""
    due_at = f"at({now:%Y-%m-%dT%H:%M:%S})"
    with alone():
        schedules = schedules_inside()
        for name in [n for n, each in schedules.items() if each.schedule_expression <= due_at]:
            body = schedules.pop(name).target["Input"]
            queues_inside().send_message(ORDER_QUEUE, body, delay_seconds=0)


@contextmanager
def outbox(data: Path | None) -> Iterator[Path]:
    """The folder that mails are put into as they are sent: one of `data`, or one that goes at the
    end of the block.
    """
    if data is None:
        with tempfile.TemporaryDirectory(prefix="mayfly-sent-") as folder, _taking(Path(folder)):
            yield Path(folder)
        return
    (data / OUTBOX).mkdir(mode=0o700, parents=True, exist_ok=True)
    with _taking(data / OUTBOX):
        yield data / OUTBOX


@contextmanager
def _taking(folder: Path) -> Iterator[None]:
    def take() -> None:
        mails = mails_inside()
        for mail in [each for each in mails if hasattr(each, "subject")]:
            mails.remove(mail)
            text = f"To: {mail.destinations['ToAddresses'][0]}\nSubject: {mail.subject}\n\n"
            write_private(folder / f"{time.time_ns()}.txt", text + mail.body)
            logger.info("a mail was sent: it is in the folder of sent mail")

    with observed(take):
        yield
