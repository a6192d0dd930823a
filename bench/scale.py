"""Which limit is met first at 10, 100 and 1,000 mails a second: the table of docs/scale.md.

Quotas of one account and region are AWS's of 2026; times are computed from measured CPU and from
what a call is assumed to wait. Each mail has one recipient, who watches and reads it once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import conflicts, consumer
from bench.corpus import corpus
from bench.invocations import INBOUND_MAIL, TimedAssembly, quiet
from bench.metering import metered
from functions.table_events.ahead import WIDTH
from infra.cloud.concurrency import OF_A_NEW_ACCOUNT, shares_of
from infra.cloud.deployment import Deployment
from infra.cloud.triggers import ARRIVAL_CONCURRENCY
from mayfly.aws.mail_flows import LOOKS
from mayfly.blueprint import functions, limits
from mayfly.blueprint.settings import Settings
from mayfly.domain import prices
from mayfly.domain.spending import TRIP_PERCENT
from mayfly.wire.notice import write

RATES = (10, 100, 1000)
WAITING_MS = {"transact_write_items": 15, "get_object": 25, "put_object": 35}
GROWN_ACCOUNT = 1000  # functions at once
REQUESTS_A_MAIL = 2.5  # a list and a read of each, an inbox for two
NEW_TABLE_UNITS = 4000  # write units a second
TABLE_UNITS = 40_000
MAILS = 40
LOOK_CPU_MS = 0.9  # as `consumer` measures a query


@dataclass(frozen=True, slots=True)
class Limit:
    """What takes so many mails a second and no more."""

    name: str
    mails_per_second: float
    what_then: str


def figures() -> Iterator[dict[str, object]]:
    """A line for each limit, the lowest first, and how much of it each rate takes."""
    for each in sorted(_limits(), key=lambda limit: limit.mails_per_second):
        yield {
            "figure": f"limit: {each.name}",
            "mails_per_second": round(each.mails_per_second, 1),
            **{f"at_{rate}": f"{rate / each.mails_per_second:.0%}" for rate in RATES},
            "then": each.what_then,
        }


def _limits() -> Iterator[Limit]:
    budget = Settings().daily_budget_usd
    day = budget * TRIP_PERCENT / 100 / prices.MAIL / 86400
    yield Limit(f"DAILY_BUDGET_USD of {budget}, all day", day, "the breaker: SES refuses, raise it")
    receive = _seconds_of_receiving()
    for quota in (OF_A_NEW_ACCOUNT, GROWN_ACCOUNT):
        at_once = shares_of(quota).notices
        name = f"inbound_mail, {at_once} at once (an account of {quota})"
        yield Limit(name, at_once / receive, "the queue waits, up to 14 days; raise `concurrency`")
    told = {str(each["figure"]): each for each in consumer.figures()}
    for what in ("watched by nobody", "watched"):
        rate = told[f"table_events, mail {what}, {WIDTH} ahead"]
        new = float(str(rate["mails_per_second_of_a_new_table"]))
        yield Limit(f"table_events, 4 shards, mail {what}", new, "pushes are late (`StreamAge`)")
    yield Limit(
        "write units of a new table", NEW_TABLE_UNITS / conflicts.UNITS, "retries; it doubles soon"
    )
    yield Limit("write units of any table", TABLE_UNITS / conflicts.UNITS, "ask AWS for more")
    yield Limit(
        "HTTP API",
        Deployment(settings=Settings()).request_rate / REQUESTS_A_MAIL,
        "429; requestRate",
    )
    yield Limit(
        f"counters, {limits.COUNTER_SHARDS} rows", limits.COUNTER_SHARDS / receive, "conflicts"
    )
    look = max(
        LOOK_CPU_MS * consumer.VCPU_MB / functions.SWEEP.memory_mb, consumer.OTHER_CALL_MS / LOOKS
    )
    look /= 1000
    yield Limit("looks at what the bucket tells of", ARRIVAL_CONCURRENCY / look, "looks are late")
    yield Limit("S3: writes below one prefix", 3500, "S3 splits it; SES tries for 36 hours")
    round_seconds = limits.SWEEP_TIME.total_seconds() * 24 / 86400  # of the day
    yield Limit("weekly round: it looks at all", round_seconds / look, "`SweepBehind`; see 0053")


def _seconds_of_receiving() -> float:
    """Of `inbound_mail` for one mail, on the share of a vCPU that its memory buys."""
    with metered() as assembly:
        plain = TimedAssembly(assembly.settings)
        address = str(assembly.registrar.make().inbox.address)
        notices = [
            assembly.accepted(f"mail-{number}", address, raw)
            for number, raw in enumerate(corpus()[: MAILS + 1])
        ]
        events = [{"Records": [{"messageId": "1", "body": write(each)}]} for each in notices]
        bill = assembly.cost(lambda: INBOUND_MAIL.serve(events[0], assembly))
        with quiet(INBOUND_MAIL.logger):
            began = time.process_time()
            for each in events[1:]:
                INBOUND_MAIL.call(each, plain)
            cpu = (time.process_time() - began - plain.emulator_seconds) / MAILS
    waiting: Any = sum(
        WAITING_MS.get(name, consumer.OTHER_CALL_MS) * times for name, times in bill.calls.items()
    )
    return float(cpu * consumer.VCPU_MB / functions.INBOUND_MAIL.memory_mb + waiting / 1000)
