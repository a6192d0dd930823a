"""What a mail costs that an account sends to one recipient, and that arrives."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench import prices
from bench.cost_assumptions import (
    ACCESS_LOG_BYTES,
    DAYS_A_MONTH,
    EVENTS_PER_MAIL,
    GB,
    IDLE_POLLS,
    PLATFORM_LOG_BYTES,
    SENDING_ALARMS,
    SENDING_QUEUES,
    SENT_DAYS,
    SQS_REQUESTS,
    TTL_DELAY_DAYS,
    UPLOAD_DAYS,
)
from bench.cost_counting import UNITS_OF_ADDRESS, UNITS_OF_COUNTING
from bench.cost_inputs import SentMail
from bench.cost_model import Invocations, gb_dollars
from mayfly.blueprint import functions, limits

SERVICES = ("SES", "SQS and SNS", "Lambda", "DynamoDB", "S3", "API Gateway", "Logs")


@dataclass(frozen=True, slots=True)
class Sending:
    """One mail with one recipient, sent at once, of which SES says that it went and arrived.

    Orders and events are below 64 KB: each is one request of SQS, to put it there, to receive and
    to delete it.
    """

    mail: SentMail

    def invocations(self) -> Iterator[Invocations]:
        """Everything that runs; batches are of one."""
        yield Invocations(functions.HTTP_API, self.mail.accept, 1)
        if self.mail.announce:
            yield Invocations(functions.HTTP_API, self.mail.announce, 1)
        yield Invocations(functions.SEND_MAIL, self.mail.send, 1)
        yield Invocations(functions.MAIL_EVENTS, self.mail.note, EVENTS_PER_MAIL)

    @property
    def requests(self) -> int:
        """Of the HTTP API."""
        return 2 if self.mail.announce else 1

    def dollars(self) -> dict[str, float]:
        """Dollars by service."""
        amounts = (
            self._ses(),
            (1 + EVENTS_PER_MAIL) * SQS_REQUESTS * prices.SQS_REQUEST
            + EVENTS_PER_MAIL * prices.SNS_PUBLISH,
            self._lambda(),
            self._dynamodb(),
            self._s3(),
            self.requests * prices.REST_REQUEST,
            self._logs(),
        )
        return dict(zip(SERVICES, amounts, strict=True))

    def total(self) -> float:
        """Dollars for all of it."""
        return sum(self.dollars().values())

    def _ses(self) -> float:
        """SES counts attachments as they go, in base64: they are most of a large mail."""
        attached = self.mail.raw_bytes if self.mail.files else 0
        return prices.SES_SENT + attached / GB * prices.SES_ATTACHED_GB

    def _lambda(self) -> float:
        return sum(
            each.times * (prices.LAMBDA_REQUEST + gb_dollars(each.function, each.seconds))
            for each in self.invocations()
        )

    def _dynamodb(self) -> float:
        writes = sum(each.times * each.taken.write_units for each in self.invocations())
        reads = sum(each.times * each.taken.read_units for each in self.invocations())
        days = limits.OUTGOING_KEPT.days + TTL_DELAY_DAYS
        gb_months = self.mail.row_bytes * days / GB / DAYS_A_MONTH
        return (
            (writes + self.requests * (UNITS_OF_COUNTING + UNITS_OF_ADDRESS))
            * prices.DYNAMODB_WRITE
            + reads * prices.DYNAMODB_READ
            + gb_months * (prices.DYNAMODB_GB_MONTH + prices.DYNAMODB_BACKUP_GB_MONTH)
        )

    def _s3(self) -> float:
        uploads = 1 if self.mail.announce else 0  # who sends the file writes it
        called = [each.taken.calls for each in self.invocations()]
        writes = sum(each.get("put_object", 0) for each in called) + uploads
        reads = sum(each.get("get_object", 0) for each in called)
        byte_days = self.mail.raw_bytes * (SENT_DAYS + uploads * UPLOAD_DAYS)
        return (
            writes * prices.S3_WRITE
            + reads * prices.S3_READ
            + byte_days / GB / DAYS_A_MONTH * prices.S3_GB_MONTH
        )

    def _logs(self) -> float:
        lines = sum(
            each.times * (each.taken.log_bytes + PLATFORM_LOG_BYTES) for each in self.invocations()
        )
        return (lines + self.requests * ACCESS_LOG_BYTES) / GB * prices.LOG_GB


def standing_to_send() -> float:
    """Dollars a month of a deployment that may send, however little it does."""
    polls = SENDING_QUEUES * IDLE_POLLS * prices.SQS_REQUEST
    return SENDING_ALARMS * prices.ALARM + polls
