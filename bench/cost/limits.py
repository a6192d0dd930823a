"""Which limit is met first as messages grow: messages of 75 KB, pushed and read once.

Quotas of one account and region, from AWS's pages of 2026, with Service Quotas' defaults. Those of
S3's prefixes and SNS: their user guides, from memory.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from bench.cost import prices
from bench.cost.prices import WORK, Work
from functions.table_events.handler import WIDTH
from infra.cloud.deployment import Deployment
from infra.cloud.functions.environment import OF_A_NEW_ACCOUNT, shares_of
from infra.cloud.functions.triggers import ARRIVAL_CONCURRENCY
from mayfly import limits
from mayfly.breaker.models import TRIP_PERCENT
from mayfly.prices import MAIL
from mayfly.retention.wiring import LOOKS
from mayfly.settings import Settings

SECONDS = (10, 100, 1000)
"""Messages a second."""
REQUEST_RATE = Deployment(settings=Settings()).request_rate
GROWN_ACCOUNT = 1000  # functions at once
SHARDS = 4  # of a new table's stream
NEW_TABLE_UNITS = 4000  # write units a second, doubled within half an hour
_SIZE, _READS = "75 KB", 1
_HOUR = timedelta(hours=1)
_LATE = limits.SWEEP_BEHIND - limits.SWEEP_EVERY - limits.SWEEP_AFTER - limits.SWEEP_AGAIN
_ASK = "ask AWS (Service Quotas)"
_REGION = "a second region or account"


class Limit(NamedTuple):
    """A limit, how much of it one message a second takes, and what to do then."""

    name: str
    most: float
    taken: float
    remedy: str

    @property
    def mails_a_second(self) -> float:
        """How many take all of it."""
        return self.most / self.taken


def figures() -> Iterator[dict[str, object]]:
    """A line for each limit, the lowest first, and how much of it each rate takes."""
    for each in all_limits():
        shares = {f"at_{mails}": round(mails / each.mails_a_second, 3) for mails in SECONDS}
        met = round(each.mails_a_second, 1)
        yield {"figure": f"limit: {each.name}", "mails_per_second": met, **shares}


def all_limits() -> list[Limit]:
    """The one that is met first before the others."""
    return sorted(_all(), key=lambda limit: limit.mails_a_second)


def limits_met() -> Iterator[Sequence[str]]:
    """The rows of the table."""
    for each in all_limits():
        shares = [_share(mails / each.mails_a_second) for mails in SECONDS]
        yield each.name, *shares, f"{each.mails_a_second:,.1f} a second", each.remedy


def _all() -> Iterator[Limit]:
    works = list(prices.received_by(_SIZE, _READS))
    alone = [(work, times) for work, times in works if work.function != "sweep"]
    asked = sum(times for work, times in works if work.function == "http_api")
    frames = sum(times for work, times in works if work.function == "websocket") + 1
    sessions, shards = prices.INBOXES_PER_MAIL, limits.COUNTER_SHARDS
    waiting = sum(work.seconds * times for work, times in alone)
    receiving = WORK[f"receive {_SIZE}"].seconds
    look = _side_by_side(WORK["sweep"], LOOKS) / (1 + prices.SWEEP_ROUNDS)
    yield Limit("Lambda: 10 at once (a new account)", 10, waiting, _ASK)
    yield Limit("Lambda: 1,000 at once", 1000, waiting, f"{_ASK}: AWS grants ten thousands")
    for account in (OF_A_NEW_ACCOUNT, GROWN_ACCOUNT):
        at_once = shares_of(account).notices
        yield Limit(
            f"`inbound_mail`: {at_once} at once (ours, in an account of {account:,})",
            at_once,
            receiving,
            "nothing is lost: the queue keeps mail for 14 days. Raise `concurrency` once the"
            " account has more",
        )
    yield Limit(
        f"the sweep: a round through all raw messages in {_LATE / _HOUR:.0f} hours (ours)",
        limits.SWEEP_TIME.total_seconds() * (_LATE / _HOUR),
        prices.MESSAGE_DAYS * 86400 * look,
        "an alarm says so; messages that neither SES nor the bucket announced are found later",
    )
    yield Limit(
        f"looks at what the bucket announces, {ARRIVAL_CONCURRENCY} functions at once (ours)",
        ARRIVAL_CONCURRENCY,
        look,
        "a lost message is found later",
    )
    yield Limit(
        f"HTTP API: {REQUEST_RATE} requests a second (ours)",
        REQUEST_RATE,
        asked,
        "raise `requestRate`",
    )
    yield Limit(
        "API Gateway: 10,000 requests a second, WebSocket and pushes included",
        10_000,
        asked + frames,
        f"{_ASK}, or {_REGION}",
    )
    yield Limit("API Gateway: 500 new WebSockets a second", 500, sessions, f"{_ASK}, or {_REGION}")
    yield Limit(
        "DynamoDB: 1,000 write units a second in the partition of connections",
        1000,
        4 * sessions,  # connecting, subscribing in a transaction, leaving
        "DynamoDB splits a hot partition by itself, in minutes; if not, spread its key",
    )
    yield Limit(
        f"Counter rows: one for each of {shards} `inbound_mail` at once",
        shards,
        receiving,
        "transactions conflict and are tried again; raise `COUNTER_SHARDS`: the rows there stay"
        " valid",
    )
    for name, units in (("write", "writes"), ("read", "reads")):
        taken = sum(getattr(work, units) * times for work, times in works)
        yield Limit(f"DynamoDB: 40,000 {name} units a second of one table", 40_000, taken, _ASK)
    yield Limit(
        "S3: 3,500 writes a second below one prefix",
        3500,
        1,
        "S3 splits a busy prefix by itself; SES tries again for 36 hours meanwhile",
    )
    yield Limit("SNS: 30,000 notices a second (us-east-1)", 30_000, 1, f"{_ASK}, or {_REGION}")
    yield Limit(
        f"DynamoDB: {NEW_TABLE_UNITS:,} write units a second of a new table",
        NEW_TABLE_UNITS,
        sum(work.writes * times for work, times in works),
        "writes are tried again; DynamoDB doubles it within half an hour",
    )
    yield Limit(
        f"`table_events`: {SHARDS} shards of a new table, all messages watched",
        SHARDS,
        _side_by_side(WORK["push"], WIDTH),
        "`StreamAge` rings, pushes are late; more load splits the table into more shards",
    )
    budget = Settings().daily_budget_usd
    yield Limit(
        f"`dailyBudgetUsd` of {budget}, all day long",
        budget * TRIP_PERCENT / 100 / 86400,
        MAIL,
        "the breaker, on purpose: raise it first of all",
    )


def _side_by_side(work: Work, width: int) -> float:
    """Seconds of one of many that wait so many at a time: its CPU, or its part of the waiting."""
    computing = work._replace(waiting_ms=0).seconds
    return max(computing, work.waiting_ms / width / 1000)


def _share(share: float) -> str:
    if share > 1:
        return f"**{share:,.1f} x**"
    return f"{share:.0%}" if share >= 0.005 else "0"
