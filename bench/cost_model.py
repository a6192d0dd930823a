"""What a mail costs: measured calls, units, bytes and CPU, times the prices."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from bench import prices
from bench.cost_assumptions import (
    ACCESS_LOG_BYTES,
    ARRIVAL_REQUESTS,
    DAYS_A_MONTH,
    GB,
    INBOXES_PER_MAIL,
    NOTICE_BYTES,
    PLATFORM_LOG_BYTES,
    QUEUE_DAYS,
    SOCKET_MINUTES,
    SQS_REQUESTS,
    TTL_DELAY_DAYS,
)
from bench.cost_counting import UNITS_OF_ADDRESS, UNITS_OF_COUNTING
from bench.cost_inputs import Mail, Measured, Taken
from bench.cost_sweep import Sweep
from mayfly.aws.deliveries import REMEMBERED
from mayfly.blueprint import functions, limits
from mayfly.blueprint.functions import Function
from mayfly.blueprint.settings import Settings

SERVICES = (
    "S3",
    "SNS and SQS",
    "Lambda",
    "DynamoDB",
    "API Gateway, HTTP",
    "API Gateway, WebSocket",
    "Egress",
    "Logs",
)


@dataclass(frozen=True, slots=True)
class Invocations:
    """How often, for each mail, a function is called, and what one call takes."""

    function: Function
    taken: Taken
    times: float

    @property
    def seconds(self) -> float:
        """Of one."""
        return self.taken.seconds(self.function)


@dataclass(frozen=True, slots=True)
class Usage:
    """One mail of a size, with so many reads: each lists the inbox and opens the mail.

    A mail that is read is pushed to one WebSocket, too; one that is never read is not.
    """

    all: Measured
    mail: Mail
    reads: float
    settings: Settings = field(default_factory=Settings)

    @property
    def sweep(self) -> Sweep:
        """The hourly one."""
        return Sweep(self.all.sweep, self.all.page, shown_days(self.settings))

    @property
    def sessions(self) -> float:
        """WebSockets for each mail."""
        return INBOXES_PER_MAIL if self.reads else 0.0

    def invocations(self) -> Iterator[Invocations]:
        """Everything that runs. Batches are of one: the most that it can cost."""
        all, mail = self.all, self.mail
        yield Invocations(functions.INBOUND_MAIL, mail.receive, 1)
        yield Invocations(functions.TABLE_EVENTS, self._announcing, 1)
        yield Invocations(functions.HTTP_API, all.create, INBOXES_PER_MAIL)
        yield Invocations(functions.HTTP_API, mail.list, self.reads)
        yield Invocations(functions.HTTP_API, mail.read, self.reads)
        for taken in (all.connect, all.subscribe, all.disconnect):
            yield Invocations(functions.WEBSOCKET, taken, self.sessions)

    @property
    def _announcing(self) -> Taken:
        if self.reads:
            return self.mail.push
        pushed = self.mail.push
        calls = {"query": pushed.calls["query"]}
        return Taken(calls, 0, 1, pushed.cpu_ms, pushed.log_bytes, 0)

    @property
    def write_units(self) -> float:
        """DynamoDB's, for each mail."""
        return sum(each.taken.write_units * each.times for each in self.invocations())

    @property
    def counting_units(self) -> float:
        """DynamoDB's write units, for each mail, of what is counted for several at a time.

        How requests were answered, and the inboxes that an address makes in a day.
        """
        return self.http_requests * UNITS_OF_COUNTING + INBOXES_PER_MAIL * UNITS_OF_ADDRESS

    @property
    def read_units(self) -> float:
        """DynamoDB's, for each mail."""
        asked = sum(each.taken.read_units * each.times for each in self.invocations())
        return asked + self.sweep.read_units

    @property
    def http_requests(self) -> float:
        """For each mail."""
        return INBOXES_PER_MAIL + 2 * self.reads

    @property
    def socket_messages(self) -> float:
        """For each mail: its push; connecting, subscribing and the answer, leaving."""
        return (1 if self.reads else 0) + 4 * self.sessions

    def calls(self, name: str) -> float:
        """Calls of this name, for each mail."""
        return sum(each.taken.calls.get(name, 0) * each.times for each in self.invocations())

    def seconds(self, function: Function) -> float:
        """Seconds in which one instance of the function is taken, for each mail."""
        return sum(
            each.seconds * each.times for each in self.invocations() if each.function is function
        )

    @property
    def ses(self) -> float:
        """Dollars for each mail: what SES takes, whatever is done with it."""
        chunks = self.mail.raw_bytes // prices.SES_CHUNK_BYTES
        return prices.SES_MAIL + chunks * prices.SES_CHUNK

    def dollars(self) -> dict[str, float]:
        """Dollars for each mail, by service; SES is not among them."""
        return dict(
            zip(
                SERVICES,
                (
                    self._s3(),
                    prices.SNS_PUBLISH + self._sqs_requests() * prices.SQS_REQUEST,
                    self._lambda(),
                    self._dynamodb(),
                    self.http_requests * prices.REST_REQUEST,
                    self.socket_messages * prices.SOCKET_MESSAGE
                    + self.sessions * SOCKET_MINUTES * prices.SOCKET_MINUTE,
                    self._egress_bytes() / GB * prices.EGRESS_GB,
                    self._log_bytes() / GB * prices.LOG_GB,
                ),
                strict=True,
            )
        )

    def total(self) -> float:
        """Dollars for each mail, SES included."""
        return self.ses + sum(self.dollars().values())

    def _s3(self) -> float:
        writes = 1 + self.calls("put_object") + self.sweep.lists  # SES stores the mail
        kept = self.mail.raw_bytes + self.mail.stored["content_object_bytes"]
        months = shown_days(self.settings) / DAYS_A_MONTH
        return (
            writes * prices.S3_WRITE
            + self.calls("get_object") * prices.S3_READ
            + kept / GB * months * prices.S3_GB_MONTH
        )

    def _sqs_requests(self) -> float:
        return SQS_REQUESTS * ceil(NOTICE_BYTES / (64 * limits.KIB)) + ARRIVAL_REQUESTS

    def _lambda(self) -> float:
        asked = sum(
            each.times * (prices.LAMBDA_REQUEST + gb_dollars(each.function, each.seconds))
            for each in self.invocations()
        )
        return asked + gb_dollars(functions.SWEEP, self.sweep.seconds)

    def _dynamodb(self) -> float:
        stored, days = self.mail.stored, self.settings.message_lifetime.days + TTL_DELAY_DAYS
        byte_days = (stored["message_row_bytes"] + stored["content_row_bytes"]) * days
        byte_days += stored["delivery_row_bytes"] * (REMEMBERED.days + TTL_DELAY_DAYS)
        gb_months = byte_days / GB / DAYS_A_MONTH
        return (
            (self.write_units + self.counting_units) * prices.DYNAMODB_WRITE
            + self.read_units * prices.DYNAMODB_READ
            + gb_months * (prices.DYNAMODB_GB_MONTH + prices.DYNAMODB_BACKUP_GB_MONTH)
        )

    def _egress_bytes(self) -> float:
        return sum(
            each.taken.answer_bytes * each.times
            for each in self.invocations()
            if each.function is functions.HTTP_API
        )

    def _log_bytes(self) -> float:
        lines = sum(
            (each.taken.log_bytes + PLATFORM_LOG_BYTES) * each.times for each in self.invocations()
        )
        return lines + self.http_requests * ACCESS_LOG_BYTES


def gb_dollars(function: Function, seconds: float) -> float:
    """What Lambda takes for the time, without the request."""
    return seconds * function.memory_mb / 1024 * prices.LAMBDA_GB_SECOND


def shown_days(settings: Settings) -> int:
    """How long a raw mail lies in S3 with its message, which takes it along when TTL removes it."""
    return settings.message_lifetime.days + TTL_DELAY_DAYS


def raw_days(settings: Settings) -> int:
    """How long a raw mail lies in S3 if nobody deletes it; see `infra.cloud.storage`."""
    return ceil(settings.longest_message_lifetime.total_seconds() / 86400) + QUEUE_DAYS
