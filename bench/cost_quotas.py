"""Which limit is met first as mails grow, and what to do then.

Quotas of one account and region, from AWS's pages of 2026, with Service Quotas' defaults. Those of
S3's prefixes and SNS: their user guides, from memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bench.cost_assumptions import DAYS_A_MONTH
from bench.cost_model import Usage
from bench.cost_sweep import LATE
from mayfly.blueprint import functions, limits

PEAK = 5  # assumed: the busiest second has so many times the month's mean
MONTH_SECONDS = DAYS_A_MONTH * 86400
NOTICE_CONCURRENCY = 3  # as `infra.cloud.deployment` has them, in a new account
REQUEST_RATE = 100
CONNECTION_UNITS = 4  # connecting, subscribing in a transaction, leaving

_ASK = "ask AWS (Service Quotas)"
_REGION = "a second region or account"


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit, and how much of it one mail a second takes."""

    name: str
    limit: float
    taken: float
    remedy: str

    @property
    def mails_a_month(self) -> float:
        """The month whose busiest second takes all of it."""
        return self.limit / self.taken / PEAK * MONTH_SECONDS

    def share(self, mails_a_month: float) -> float:
        """How much of it the busiest second takes; 1 is all."""
        return mails_a_month / self.mails_a_month


def quotas(usage: Usage) -> list[Quota]:
    """All of them, the one that is met first before the others."""
    return sorted(_quotas(usage), key=lambda quota: quota.mails_a_month)


def _quotas(usage: Usage) -> Iterator[Quota]:
    waiting = sum(usage.seconds(each) for each in functions.FUNCTIONS)
    yield Quota("Lambda: 10 at once (a new account)", 10, waiting, _ASK)
    yield Quota("Lambda: 1,000 at once", 1000, waiting, f"{_ASK}: ten thousands are given")
    yield Quota(
        f"`inbound_mail`: {NOTICE_CONCURRENCY} at once (ours)",
        NOTICE_CONCURRENCY,
        usage.seconds(functions.INBOUND_MAIL),
        "nothing is lost: the queue keeps mail for 14 days. Raise"
        " `concurrency` once the account has more",
    )
    yield Quota(
        f"the sweep: a round through all raw mails in {LATE // timedelta(hours=1)} hours (ours)",
        usage.sweep.seconds_there_are,
        usage.sweep.seconds_of_a_round / PEAK,  # it looks at hours, not at their busiest second
        "an alarm says so; mails of which neither SES nor the bucket told are still found, later."
        " Give `SWEEP` 1,769 MB, a whole vCPU; keep raw mails for fewer days",
    )
    yield Quota(
        "HTTP API: 100 requests a second (ours)",
        REQUEST_RATE,
        usage.http_requests,
        "raise `requestRate`",
    )
    yield Quota(
        "API Gateway: 10,000 requests a second, WebSocket and pushes included",
        10_000,
        usage.http_requests + usage.socket_messages,
        f"{_ASK}, or {_REGION}",
    )
    if usage.sessions:
        yield Quota(
            "API Gateway: 500 new WebSockets a second", 500, usage.sessions, f"{_ASK}, or {_REGION}"
        )
        yield Quota(
            "DynamoDB: 1,000 write units a second in the partition of connections",
            1000,
            CONNECTION_UNITS * usage.sessions,
            "DynamoDB splits a hot partition by itself, in minutes; if not, spread its key",
        )
    yield Quota(
        f"Counter rows: one for each of {limits.COUNTER_SHARDS} `inbound_mail` at once",
        limits.COUNTER_SHARDS,
        usage.seconds(functions.INBOUND_MAIL),
        "transactions conflict and are tried again; raise `COUNTER_SHARDS`: the rows there stay"
        " valid",
    )
    yield Quota(
        "DynamoDB: 40,000 write units a second of one table", 40_000, usage.write_units, _ASK
    )
    yield Quota("DynamoDB: 40,000 read units a second", 40_000, usage.read_units, _ASK)
    yield Quota(
        "S3: 3,500 writes a second below one prefix",
        3500,
        1,
        "S3 splits a busy prefix by itself; SES tries again for 36 hours meanwhile",
    )
    yield Quota("SNS: 30,000 notices a second (us-east-1)", 30_000, 1, f"{_ASK}, or {_REGION}")
    yield Quota(
        "SES: 1 change of a rule a second; mails have no published limit",
        float("inf"),
        1,
        "no rule names an inbox: there is nothing to change",
    )
