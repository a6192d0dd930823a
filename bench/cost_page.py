"""docs/cost.md, written from the model."""

from collections.abc import Iterator

from bench import cost_words, prices
from bench.cost_assumptions import (
    DAYS_A_MONTH,
    INBOXES_PER_MAIL,
    MILLION,
    OTHER_CALL_MS,
    QUEUE_DAYS,
    SOCKET_MINUTES,
    TTL_DELAY_DAYS,
    WAITING_MS,
)
from bench.cost_counting import UNITS_OF_COUNTING
from bench.cost_inputs import Measured
from bench.cost_model import SERVICES, Usage, raw_days
from bench.cost_quotas import PEAK, quotas
from bench.cost_sending_page import sending, visits
from bench.cost_standing import an_hour_of_polling, an_hour_of_socket, standing
from bench.cost_table import dollars, table
from mayfly.aws.deliveries import REMEMBERED
from mayfly.blueprint import limits
from mayfly.blueprint.settings import Settings

READS = (0, 1, 10)
MONTHS = (1, 10, 1000)  # millions of mails
ORDINARY = "75 KB"
_LEAST_DAYS = limits.MAX_ADMIN_TOKEN_LIFETIME.days


def page(measured: Measured) -> str:
    """The whole page; the same measurements always make the same."""
    settings = Settings()
    return "\n".join(
        [
            cost_words.TOP.format(as_of=prices.AS_OF),
            *_a_million(measured),
            cost_words.CHUNKS.format(days=raw_days(settings), least=QUEUE_DAYS + _LEAST_DAYS),
            *sending(measured),
            *visits(measured),
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
    yield from table(
        ("mail", "SES", *SERVICES, "without SES", "all"),
        (
            (
                name,
                dollars(usage.ses * MILLION),
                *(dollars(each * MILLION) for each in usage.dollars().values()),
                dollars((usage.total() - usage.ses) * MILLION),
                dollars(usage.total() * MILLION),
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
    yield from table(
        ("mails a month", "standing", "SES", "everything else", "all, a month", "busiest second"),
        (
            (
                f"{each:,} million",
                dollars(fixed),
                dollars(each * MILLION * usage.ses),
                dollars(each * MILLION * (usage.total() - usage.ses)),
                dollars(fixed + each * MILLION * usage.total()),
                f"{_a_second(each) * PEAK:,.1f} mails",
            )
            for each in MONTHS
        ),
    )
    yield ""
    parts = ", ".join(f"{name} {dollars(each)}" for name, each in standing().items())
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
    yield from table(
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
    yield cost_words.QUOTAS


def _ingress(measured: Measured) -> str:
    servers = 2 * (
        24 * DAYS_A_MONTH * (prices.INSTANCE_HOUR + prices.ADDRESS_HOUR) + 20 * prices.DISK_GB_MONTH
    )
    ses = _ordinary(measured).ses
    rows = "\n".join(
        f"| {each:,} million | {dollars(each * MILLION * ses)} |"
        f" {dollars(servers + each * MILLION * prices.S3_WRITE)} |"
        for each in MONTHS[:2]
    )
    even = servers / (ses - prices.S3_WRITE) / MILLION
    return cost_words.INGRESS.format(rows=rows, even=f"{even:.1f}")


def _bottom() -> str:
    return cost_words.BOTTOM.format(
        mails_per_inbox=round(1 / INBOXES_PER_MAIL),
        minutes=SOCKET_MINUTES,
        waits=", ".join(f"`{name}` {ms} ms" for name, ms in WAITING_MS.items()),
        other=OTHER_CALL_MS,
        ttl=TTL_DELAY_DAYS,
        known=REMEMBERED.days,
        together=limits.REQUESTS_NOTED_TOGETHER,
        held=limits.ADDRESS_COUNTED_TOGETHER,
        counting=f"{UNITS_OF_COUNTING:.2f}",
    )


def _ordinary(measured: Measured) -> Usage:
    return Usage(measured, measured.mails[ORDINARY], 1)


def _a_second(millions: float) -> float:
    return millions * MILLION / (DAYS_A_MONTH * 86400)


def _times(reads: int) -> str:
    return {0: "never read", 1: "read once"}.get(reads, f"read {reads} times")


def _share(share: float) -> str:
    if share > 1:
        return f"**{share:,.1f} x**"
    return f"{share:.0%}" if share >= 0.005 else "0"


def _millions(mails: float) -> str:
    millions = mails / MILLION
    return f"{millions:,.0f} M" if millions >= 10 else f"{millions:.1f} M"
