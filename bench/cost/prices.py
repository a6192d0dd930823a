"""What a mail, a request and a month cost: AWS's prices times what one of each thing takes.

docs/cost.md is written from this module, and a test compares the breaker's prices (`mayfly.prices`)
with it. It is for planning, not for a bill: volume discounts and free allowances are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from typing import NamedTuple

from mayfly.prices import CHUNK_BYTES

# What AWS charges, in dollars: us-east-1, list prices, from its price list of August to October
# 2026 as copied in public unless a line says otherwise. Prices change: look them up before you rely
# on a figure, change them here, and run `python -m bench.cost page`.
AS_OF = "October 2026"

# Simple Email Service (ReceivedMessage, ReceivedChunk). AWS counts complete chunks only; that a
# mail of 75 KB has none is what its pricing page said, and was not seen on a bill.
SES_MAIL = 0.10 / 1000
SES_CHUNK = 0.09 / 1000
# What is sent, by recipient, and attachments by GB in base64. Without a pricing plan; accounts made
# since July 2026 begin with the plan Essentials, which takes $0.16.
SES_SENT = 0.10 / 1000
SES_SENT_ESSENTIALS = 0.16 / 1000
SES_ATTACHED_GB = 0.12

S3_WRITE = 5.00 / 1e6  # PUT, COPY, POST, LIST
S3_READ = 0.40 / 1e6  # GET and all others but DELETE, which is free
S3_GB_MONTH = 0.023
SNS_PUBLISH = 0.50 / 1e6  # what SNS delivers to SQS is free
SQS_REQUEST = 0.40 / 1e6
LAMBDA_REQUEST = 0.20 / 1e6  # on arm64, as the next
LAMBDA_GB_SECOND = 0.0000133334
DYNAMODB_WRITE = 0.625 / 1e6  # on demand, since November 2024
DYNAMODB_READ = 0.125 / 1e6
DYNAMODB_GB_MONTH = 0.25 + 0.20  # and point-in-time recovery, of the table's size
REST_REQUEST = 3.50 / 1e6
SOCKET_MESSAGE = 1.00 / 1e6  # of 32 KB
SOCKET_MINUTE = 0.25 / 1e6
EDGE_REQUEST = 0.01 / 10_000  # CloudFront in North America and Europe, by its pricing page
EDGE_FUNCTION = 0.10 / 1e6
EDGE_GB = 0.085
EGRESS_GB = 0.09
LOG_GB = 0.50  # CloudWatch, ingestion; 30 days of storage are some percent of it

# By the month, whatever comes: AWS's pricing pages, from memory.
ALARM = 0.10
CUSTOM_METRIC = 0.30
HOSTED_ZONE = 0.50
SECRET = 0.40
KMS_KEY = 1.00

# Instances for an SMTP ingress of one's own (t4g.small, gp3 per GB, a public IPv4 address).
INSTANCE_HOUR = 0.0168
DISK_GB_MONTH = 0.08
ADDRESS_HOUR = 0.005

# What is there and how long it lies: tests compare these with the stack and its settings.
ALARMS, METRICS, SECRETS = 36, 10, 3
SENDING_ALARMS, SENDING_QUEUES = 7, 2
WEBHOOK_QUEUES = 2
RAW_DAYS = 44  # a raw mail without a message, or for several: that long plus what waits in queues
MESSAGE_DAYS = 3 + 2  # a message, and its raw mail: DynamoDB removes expired rows within two days
SWEEP_ROUNDS = MESSAGE_DAYS / 7  # that list a raw mail: one begins each week
DELIVERY_DAYS = 30 + 2
SENT_DAYS, UPLOAD_DAYS, SENT_ROW_DAYS = 74, 1, 30 + 2
LOG_SAMPLE = 10  # percent of invocations whose lines are written; metrics always are
MEMORY_MB: Mapping[str, int] = {
    "inbound_mail": 1024,
    "table_events": 1024,
    "http_api": 1024,
    "websocket": 512,
    "sweep": 1024,
    "send_mail": 512,
    "mail_events": 256,
    "webhooks": 512,
}

# Assumed of people and of AWS.
INBOXES_PER_MAIL = 0.5
SOCKET_MINUTES = 5
VCPU_MB = 1769  # AWS: a function with so much memory has the equivalent of one vCPU
ACCESS_LOG_BYTES = {"http_api": 205, "websocket": 125}  # API Gateway's line of each request
SQS_REQUESTS = 3  # send, receive and delete, each for one notice below 64 KB
ARRIVAL_REQUESTS = 1.2  # S3 sends one for each mail; Lambda receives and deletes ten at a time
EVENTS_PER_MAIL = 2  # that SES publishes of one that arrives: it was sent, it was delivered
DAYS_A_MONTH = 30.4
LOOKS_A_MONTH = DAYS_A_MONTH * 24 * 60  # of the breaker


class Work(NamedTuple):
    """What one invocation takes; a `sweep` is for one mail of the many that it looks at."""

    function: str
    cpu_ms: float
    waiting_ms: float
    writes: float = 0
    reads: float = 0
    puts: float = 0
    gets: float = 0
    line_bytes: int = 0
    metric_bytes: int = 0
    answer_bytes: int = 0

    @property
    def seconds(self) -> float:
        """How long it lasts: its CPU on the share that its memory buys, and its waiting."""
        share = min(1.0, MEMORY_MB[self.function] / VCPU_MB)
        return (self.cpu_ms / share + self.waiting_ms) / 1000


class Size(NamedTuple):
    """A mail of one size, and what lies of it in the table."""

    raw_bytes: int
    row_bytes: int
    delivery_row_bytes: int = 0


class Page(NamedTuple):
    """What opening the page takes of CloudFront, for the first time and again; its files."""

    requests: int
    first_bytes: int
    later_bytes: int
    files: int


# Measured; `python -m bench.cost` writes what stands between these two lines.
WORK: Mapping[str, Work] = {
    "receive 20 KB": Work("inbound_mail", 5.7, 46.0, 8.0, 1.0, 0, 1.0, 432, 349, 0),
    "read 20 KB": Work("http_api", 11.5, 32.2, 0.46, 2.0, 0, 1.0, 256, 0, 4394),
    "receive 75 KB": Work("inbound_mail", 5.6, 46.0, 8.0, 1.0, 0, 1.0, 432, 349, 0),
    "read 75 KB": Work("http_api", 30.9, 32.2, 0.46, 2.0, 0, 1.0, 256, 0, 14747),
    "receive 1 MB": Work("inbound_mail", 11.2, 52.0, 22.0, 1.0, 0, 1.0, 432, 349, 0),
    "read 1 MB": Work("http_api", 29.2, 13.2, 0.46, 6.0, 0, 0, 256, 0, 14861),
    "unwatched": Work("table_events", 1.6, 12.0, 0.0, 3.0, 0, 0, 373, 0, 0),
    "push": Work("table_events", 3.1, 38.0, 0.0, 5.0, 0, 0, 373, 219, 0),
    "create": Work("http_api", 1.3, 12.0, 2.26, 0.0, 0, 0, 298, 0, 882),
    "list": Work("http_api", 5.2, 18.0, 1.26, 2.5, 0, 0, 266, 0, 1687),
    "connect": Work("websocket", 1.9, 18.0, 3.0, 0.0, 0, 0, 0, 0, 0),
    "subscribe": Work("websocket", 4.7, 39.0, 4.0, 4.0, 0, 0, 0, 0, 106),
    "disconnect": Work("websocket", 3.3, 30.0, 4.0, 1.0, 0, 0, 0, 0, 0),
    "look": Work("sweep", 5.7, 30.0, 1.0, 69.0, 0, 0, 0, 0, 0),
    "sweep": Work("sweep", 2.1, 10.4, 0, 0.89, 0.001, 0, 0, 0, 0),
    "accept no attachment": Work("http_api", 12.9, 92.4, 12.66, 5.0, 1.0, 0, 300, 0, 796),
    "send no attachment": Work("send_mail", 11.7, 241.0, 13.0, 5.0, 0, 1.0, 403, 224, 0),
    "note": Work("mail_events", 3.0, 21.0, 6.0, 1.0, 0, 0, 404, 234, 0),
    "accept 10 MB uploaded": Work("http_api", 248.4, 123.4, 12.66, 6.0, 1.0, 1.0, 300, 0, 796),
    "send 10 MB uploaded": Work("send_mail", 177.4, 241.0, 13.0, 5.0, 0, 1.0, 403, 224, 0),
    "room for a file": Work("http_api", 3.2, 20.4, 2.66, 1.0, 0, 0, 265, 0, 1648),
    "tell a webhook": Work("table_events", 6.1, 37.0, 6.0, 3.0, 0, 0, 373, 0, 0),
    "webhook": Work("webhooks", 21.7, 106.0, 12.0, 7.0, 0, 1.0, 388, 237, 0),
}
SIZES: Mapping[str, Size] = {
    "20 KB": Size(20307, 593, 155),
    "75 KB": Size(74086, 593, 155),
    "1 MB": Size(1011593, 14453, 155),
}
SENT_SIZES: Mapping[str, Size] = {
    "no attachment": Size(4485, 779, 0),
    "10 MB uploaded": Size(13689069, 769, 0),
}
UPLOADED = frozenset({"10 MB uploaded"})
PAGE = Page(71, 201390, 85200, 74)
# End of what was measured.

SERVICES = ("SES", "S3", "SNS and SQS", "Lambda", "DynamoDB", "API Gateway", "Egress", "Logs")
Costs = dict[str, float]
"""Dollars by service."""


def received_by(size: str, reads: float) -> Iterator[tuple[Work, float]]:
    """All that runs for a mail received, and how often; batches are of one, the dearest."""
    yield WORK[f"receive {size}"], 1
    yield WORK["sweep"], 1
    yield WORK["push" if reads else "unwatched"], 1
    yield WORK["create"], INBOXES_PER_MAIL
    yield WORK["list"], reads
    yield WORK[f"read {size}"], reads
    for name in ("connect", "subscribe", "disconnect") if reads else ():
        yield WORK[name], INBOXES_PER_MAIL


def sent_by(kind: str) -> Iterator[tuple[Work, float]]:
    """The same for a mail that an account sends to one recipient, at once, and that arrives."""
    yield WORK[f"accept {kind}"], 1
    if kind in UPLOADED:
        yield WORK["room for a file"], 1
    yield WORK[f"send {kind}"], 1
    yield WORK["note"], EVENTS_PER_MAIL


def told() -> Costs:
    """An event that one webhook is told of, and takes at once: beside what it costs without."""
    without = running([(WORK["unwatched"], -1)])
    costs = running([(WORK["tell a webhook"], 1), (WORK["webhook"], 1)])
    costs = {name: costs[name] + without[name] for name in costs}
    costs["SNS and SQS"] += SQS_REQUESTS * SQS_REQUEST
    return costs


def received(size: str, reads: float = 0) -> Costs:
    """A mail of a size in `SIZES`, with so many reads: each lists the inbox and opens the mail.

    One that is read is pushed to a WebSocket, too.
    """
    mail, costs = SIZES[size], running(received_by(size, reads))
    costs["SES"] = SES_MAIL + mail.raw_bytes // CHUNK_BYTES * SES_CHUNK
    costs["S3"] += S3_WRITE + _lying(mail.raw_bytes, MESSAGE_DAYS) * S3_GB_MONTH
    costs["SNS and SQS"] = SNS_PUBLISH + (SQS_REQUESTS + ARRIVAL_REQUESTS) * SQS_REQUEST
    rows = _lying(mail.row_bytes, MESSAGE_DAYS) + _lying(mail.delivery_row_bytes, DELIVERY_DAYS)
    costs["DynamoDB"] += rows * DYNAMODB_GB_MONTH
    if reads:  # its push; connecting, subscribing and the answer, leaving
        minutes = INBOXES_PER_MAIL * SOCKET_MINUTES
        costs["API Gateway"] += SOCKET_MESSAGE * (1 + 4 * INBOXES_PER_MAIL)
        costs["API Gateway"] += SOCKET_MINUTE * minutes
    return costs


def sent(kind: str) -> Costs:
    """A mail of a kind in `SENT_SIZES`. SES counts attachments in base64: most of a large mail."""
    mail, costs, uploads = SENT_SIZES[kind], running(sent_by(kind)), kind in UPLOADED
    costs["SES"] = SES_SENT + uploads * mail.raw_bytes / 1e9 * SES_ATTACHED_GB
    lying = _lying(mail.raw_bytes, SENT_DAYS + uploads * UPLOAD_DAYS)
    costs["S3"] += uploads * S3_WRITE + lying * S3_GB_MONTH
    costs["SNS and SQS"] = EVENTS_PER_MAIL * SNS_PUBLISH
    costs["SNS and SQS"] += (1 + EVENTS_PER_MAIL) * SQS_REQUESTS * SQS_REQUEST
    costs["DynamoDB"] += _lying(mail.row_bytes, SENT_ROW_DAYS) * DYNAMODB_GB_MONTH
    return costs


EXPORTED = 1000
"""Messages of 75 KB in the export whose price is told."""
_COUNTED_TOGETHER = 300 / 4  # of one a second, in five minutes: a batch for each of four shards
_PACKING_BYTES = 20e6  # that a vCPU's half deflates in a second
_READING_SECONDS = 0.025 / 8  # eight raw messages are read at the same time


def kept_apart() -> Costs:
    """What counting by day, one export and an archive cost: by calls and bytes, not measured."""
    function = MEMORY_MB["sweep"] / 1024 * LAMBDA_GB_SECOND
    batch = DYNAMODB_WRITE + LAMBDA_REQUEST + 0.05 * function
    octets = EXPORTED * SIZES["75 KB"].raw_bytes
    parts = octets / 16e6
    seconds = EXPORTED * _READING_SECONDS + octets / _PACKING_BYTES
    copy = S3_WRITE + S3_READ + DYNAMODB_READ / 2 + 3 * SQS_REQUEST
    copy += LAMBDA_REQUEST + 0.15 * MEMORY_MB["mail_events"] / 1024 * LAMBDA_GB_SECOND
    return {
        "counting_alone": 1e6 * batch,
        "counting": 1e6 * batch / _COUNTED_TOGETHER,
        "export": EXPORTED * S3_READ
        + (2 * parts + 3) * (S3_WRITE + DYNAMODB_WRITE)
        + 2 * LAMBDA_REQUEST
        + seconds * function
        + _lying(octets, 2) * S3_GB_MONTH,
        "download": octets / 1e9 * EGRESS_GB,
        "archive": 1e6 * copy,
        "archived": 1e6 * _lying(SIZES["75 KB"].raw_bytes, DAYS_A_MONTH) * S3_GB_MONTH,
    }


def running(works: Iterable[tuple[Work, float]]) -> Costs:
    """What invocations cost, each so many times."""
    costs = dict.fromkeys(SERVICES, 0.0)
    for work, times in works:
        is_asked, is_alone = work.function == "http_api", work.function != "sweep"
        gb_seconds = work.seconds * MEMORY_MB[work.function] / 1024
        lines = ACCESS_LOG_BYTES.get(work.function, 0) + work.line_bytes * LOG_SAMPLE / 100
        for service, dollars in (
            ("S3", work.puts * S3_WRITE + work.gets * S3_READ),
            ("Lambda", is_alone * LAMBDA_REQUEST + gb_seconds * LAMBDA_GB_SECOND),
            ("DynamoDB", work.writes * DYNAMODB_WRITE + work.reads * DYNAMODB_READ),
            ("API Gateway", is_asked * REST_REQUEST),
            ("Egress", is_asked * work.answer_bytes / 1e9 * EGRESS_GB),
            ("Logs", (lines + work.metric_bytes) / 1e9 * LOG_GB),
        ):
            costs[service] += times * dollars
    return costs


def _lying(octets: float, days: float) -> float:  # in GB and months
    return octets / 1e9 * days / DAYS_A_MONTH


def standing(is_sending: bool = False) -> Costs:
    """Dollars a month of a deployment that nobody uses, by what they are for."""
    polls = 5 * 3 * 60 * 24 * DAYS_A_MONTH * SQS_REQUEST  # five pollers of 20 seconds
    alarms = ALARMS + is_sending * SENDING_ALARMS
    look = running([(WORK["look"], LOOKS_A_MONTH)])
    return {
        f"{alarms} alarms": alarms * ALARM,
        f"{METRICS} metrics of ours": METRICS * CUSTOM_METRIC,
        "hosted zone": HOSTED_ZONE,
        "keys and secrets": SECRETS * SECRET + KMS_KEY,
        "polls of empty queues": (4 + WEBHOOK_QUEUES + is_sending * SENDING_QUEUES) * polls,
        "the breaker's looks": sum(look.values()) + LOOKS_A_MONTH * LAMBDA_REQUEST,
    }


def idle_month(is_sending: bool = False) -> float:
    """All of `status_of`."""
    return sum(standing(is_sending).values())


def a_million(size: str = "75 KB", reads: float = 0) -> float:
    """Dollars for a million such mails."""
    return 1e6 * sum(received(size, reads).values())


def mails_for(dollars: float, size: str = "75 KB", reads: float = 0) -> int:
    """How many such mails that buys."""
    return int(dollars / sum(received(size, reads).values()))


def _rounded_up(dollars: float, step: float) -> float:  # too much rather than too little
    return round(ceil(dollars / step) * step, 9)


def _request() -> float:  # the dearer half of a read, its time apart; floods do not ask for gzip
    plain = WORK["read 75 KB"]._replace(cpu_ms=0, waiting_ms=0)
    plain = plain._replace(answer_bytes=SIZES["75 KB"].raw_bytes, writes=plain.writes + 1)
    return sum(running([(plain, 1)]).values())


def unit_prices() -> dict[str, float]:
    """What `mayfly.prices` has to say of what was measured, for a day's budget."""
    forgotten = _lying(SIZES["75 KB"].raw_bytes, RAW_DAYS - MESSAGE_DAYS) * S3_GB_MONTH
    chunk = SES_CHUNK + _lying(CHUNK_BYTES, RAW_DAYS) * S3_GB_MONTH
    second = LAMBDA_GB_SECOND / 1024
    return {
        "MAIL": _rounded_up(sum(received("75 KB").values()) + forgotten, 5e-6),
        "CHUNK": _rounded_up(chunk, 1e-6),
        "REQUEST": _rounded_up(_request(), 1e-6),
        "REQUEST_SECOND": _rounded_up(second * MEMORY_MB["http_api"], 1e-7),
        "SOCKET_SECOND": _rounded_up(second * MEMORY_MB["websocket"], 1e-7),
        "BYTE": EGRESS_GB / 1e9,
    }
