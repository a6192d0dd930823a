"""docs/cost.md, written from the model."""

from collections.abc import Iterator, Sequence

from bench import prices
from bench.cost_model import (
    DAYS_A_MONTH,
    INBOXES_PER_MAIL,
    MILLION,
    OTHER_CALL_MS,
    QUEUE_DAYS,
    SERVICES,
    SOCKET_MINUTES,
    TTL_DELAY_DAYS,
    WAITING_MS,
    Measured,
    Usage,
    an_hour_of_polling,
    an_hour_of_socket,
    raw_days,
    standing,
)
from bench.cost_quotas import PEAK, quotas
from mayfly.aws.deliveries import REMEMBERED
from mayfly.blueprint import limits
from mayfly.blueprint.settings import Settings

READS = (0, 1, 10)
MONTHS = (1, 10, 1000)  # millions of mails
ORDINARY = "75 KB"
_LEAST_DAYS = limits.MAX_ADMIN_TOKEN_LIFETIME.days

_TOP = """# What Mayfly costs

Written by `make cost` from measured calls, units, bytes and CPU (`bench/cost_measured.json`),
prices of us-east-1 of {as_of} (`bench/prices.py`) and the assumptions at the end
(`bench/cost_model.py`). Volume discounts and free allowances are left out: they only make it less.
Do not edit this page.
"""

_CHUNKS = """
SES takes $0.10 for 1,000 mails, spam included, and $0.09 for 1,000 complete chunks of 256 KB.
Whether a mail of 75 KB really counts no chunk shows on the first bill: if it counts one, add $90 to
each million. Raw mails lie in S3 for {days} days: as long as the messages of accounts may live, and
14 days for notices that wait in a dead-letter queue. That is most of what large mails cost beside
SES; a shorter `mailboxMessageLifetimeSeconds` lowers it, down to {least} days.
"""

_QUOTAS = """
Quotas are those of one account and one region, as AWS gives them unasked. A second region or
account is a second deployment with domains of its own: they share nothing, so nothing has to be
split, and the MX records decide which of them takes which domain.
"""

_INGRESS = """## Beyond SES

At any size SES takes most of it, and no tuning lowers that. What could: mail servers of one's own
that fulfil the same contract. Whoever stores the mail under `raw/`, *then* publishes the notice of
it (`mayfly.wire.notice` says what it must hold), and only then answers 250, is an ingress;
`infra/local` is one. Everything behind it stays as it is.

| mails a month | SES | two servers (t4g.small, 20 GB, an address each) and S3's PUT |
| --- | --- | --- |
{rows}

By price alone the servers win from {even} million mails a month on. They bring no verdicts on spam
and viruses and need somebody who looks after them; for 1,000 million mails, two are not enough.
"""

_BOTTOM = """## What is assumed

- One inbox for every {mails_per_inbox} mails. If anybody reads, each inbox has one WebSocket of
  {minutes} minutes. Each mail comes to one recipient, alone in its batch.
- A read is a list of the 20 newest messages and one whole message, uncompressed, without its
  attachments.
- Lambda bills the handler's CPU, measured on the machine that ran `make cost`, on the share of a
  vCPU that its memory buys, and the time it waits for AWS: {waits}, other calls {other} ms each. No
  cold starts.
- Rows live as long as messages and {ttl} days more, what became of a mail {known} days; the table's
  backup is as large as the table.
"""


def page(measured: Measured) -> str:
    """The whole page; the same measurements always make the same."""
    settings = Settings()
    return "\n".join(
        [
            _TOP.format(as_of=prices.AS_OF),
            *_a_million(measured),
            _CHUNKS.format(days=raw_days(settings), least=QUEUE_DAYS + _LEAST_DAYS),
            *_waiting(measured),
            *_growth(measured),
            *_quotas(measured),
            _ingress(measured),
            _bottom(),
        ]
    )


def _a_million(measured: Measured) -> Iterator[str]:
    yield "## A million mails"
    yield ""
    yield "Dollars for a million mails. Read once or more, they are pushed to a WebSocket as well."
    yield ""
    cases = [
        (f"{size}, {_times(reads)}", Usage(measured, mail, reads))
        for size, mail in measured.mails.items()
        for reads in READS
    ]
    yield from _table(
        ("mail", "SES", *SERVICES, "without SES", "all"),
        (
            (
                name,
                _dollars(usage.ses * MILLION),
                *(_dollars(each * MILLION) for each in usage.dollars().values()),
                _dollars((usage.total() - usage.ses) * MILLION),
                _dollars(usage.total() * MILLION),
            )
            for name, usage in cases
        ),
    )


def _waiting(measured: Measured) -> Iterator[str]:
    yield "## Waiting for mail"
    yield ""
    yield (
        f"One client that waits for an hour costs ${an_hour_of_polling(measured):.3f} by long poll"
        f" (`wait=`), which keeps a function busy, and ${an_hour_of_socket():.5f} by WebSocket."
    )
    yield ""


def _growth(measured: Measured) -> Iterator[str]:
    usage = _ordinary(measured)
    fixed = sum(standing().values())
    yield "## Growth"
    yield ""
    yield f"Mails of {ORDINARY}, pushed and read once. Nothing grows faster than the mails do:"
    yield "units and calls of a mail are the same with none and with 100,000 messages stored."
    yield ""
    yield from _table(
        ("mails a month", "standing", "SES", "everything else", "all, a month", "busiest second"),
        (
            (
                f"{each:,} million",
                _dollars(fixed),
                _dollars(each * MILLION * usage.ses),
                _dollars(each * MILLION * (usage.total() - usage.ses)),
                _dollars(fixed + each * MILLION * usage.total()),
                f"{_a_second(each) * PEAK:,.1f} mails",
            )
            for each in MONTHS
        ),
    )
    yield ""
    parts = ", ".join(f"{name} {_dollars(dollars)}" for name, dollars in standing().items())
    yield f"Standing, each month: {parts}."
    yield ""


def _quotas(measured: Measured) -> Iterator[str]:
    yield "## Which limit is met first"
    yield ""
    yield (
        f"The busiest second has {PEAK} times the month's mean. How much of each limit it takes,"
        " and the month that takes all of it:"
    )
    yield ""
    yield from _table(
        ("limit", *(f"{each:,} M" for each in MONTHS), "met at", "what to do"),
        (
            (
                quota.name,
                *(_share(quota.share(each * MILLION)) for each in MONTHS),
                "never" if quota.limit == float("inf") else _millions(quota.mails_a_month),
                quota.remedy,
            )
            for quota in quotas(_ordinary(measured))
        ),
    )
    yield _QUOTAS


def _ingress(measured: Measured) -> str:
    servers = 2 * (
        24 * DAYS_A_MONTH * (prices.INSTANCE_HOUR + prices.ADDRESS_HOUR) + 20 * prices.DISK_GB_MONTH
    )
    ses = _ordinary(measured).ses
    rows = "\n".join(
        f"| {each:,} million | {_dollars(each * MILLION * ses)} |"
        f" {_dollars(servers + each * MILLION * prices.S3_WRITE)} |"
        for each in MONTHS[:2]
    )
    even = servers / (ses - prices.S3_WRITE) / MILLION
    return _INGRESS.format(rows=rows, even=f"{even:.1f}")


def _bottom() -> str:
    return _BOTTOM.format(
        mails_per_inbox=round(1 / INBOXES_PER_MAIL),
        minutes=SOCKET_MINUTES,
        waits=", ".join(f"`{name}` {ms} ms" for name, ms in WAITING_MS.items()),
        other=OTHER_CALL_MS,
        ttl=TTL_DELAY_DAYS,
        known=REMEMBERED.days,
    )


def _ordinary(measured: Measured) -> Usage:
    return Usage(measured, measured.mails[ORDINARY], 1)


def _a_second(millions: float) -> float:
    return millions * MILLION / (DAYS_A_MONTH * 86400)


def _times(reads: int) -> str:
    return {0: "never read", 1: "read once"}.get(reads, f"read {reads} times")


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount < 1000 else f"${amount:,.0f}"


def _share(share: float) -> str:
    if share > 1:
        return f"**{share:,.1f} x**"
    return f"{share:.0%}" if share >= 0.005 else "0"


def _millions(mails: float) -> str:
    millions = mails / MILLION
    return f"{millions:,.0f} M" if millions >= 10 else f"{millions:.1f} M"


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
