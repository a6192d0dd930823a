"""Looks for accepted email without an outcome, and each minute at what the day costs.

The bucket announces each raw message in a queue, and SQS calls it with those of some minutes; the
clock calls it every hour. The table's stream hands over messages that TTL removed, and what
counters have counted.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.sqs_batch import each_alone, postponed, wait_after
from mayfly import limits
from mayfly.assembly import Assembly, here, ready
from mayfly.breaker.models import Stage
from mayfly.errors import ForeignNotice
from mayfly.inboxes.ids import mail_key
from mayfly.kit.dynamodb.notation import decode
from mayfly.kit.log import describe, logger_of, metrics_of
from mayfly.messages.rows import message_id_from
from mayfly.receiving.notice import ses_name
from mayfly.retention.lost_mail import SweepOutcome
from mayfly.retention.sqs import read_arrivals
from mayfly.stats.models import Entry
from mayfly.stats.rows import entry_from
from mayfly.storage.ports import RawObject

_SETTLED = (SweepOutcome.WELL, SweepOutcome.CLEARED, SweepOutcome.NO_MAIL)
_WORDS = {SweepOutcome.RECOVERED: "Mail replayed", SweepOutcome.NO_MAIL: "No mail to look at"}

logger = logger_of("sweep")
metrics = metrics_of("sweep")
ready("retention.sweeper", "retention.eraser")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look at the raw messages of records; else call the breaker; else do one sweep.

    The event names what the breaker does: `look`, `status` or `reset`. `{"round": "now"}` begins a
    round of the sweep that is not due.
    """
    if asked := event.get("breaker"):
        return _ask_breaker(asked)
    try:
        if _is_of_the_table(event):
            return follow(event, here())
        if "Records" in event:
            answer = look_at(event, here())
            return postponed(event, answer, here().adapters.retries.postpone, _next_look)
        return _sweep(at_once=event.get("round") == "now")
    finally:
        if metrics.metric_set:
            metrics.flush_metrics()


def _is_of_the_table(event: dict[str, Any]) -> bool:
    return any(each.get("eventSource") == "aws:dynamodb" for each in event.get("Records", ()))


def follow(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Count what was counted by day, and forget what TTL removed; all again if either fails."""
    records = event["Records"]
    counts = [each for each in records if each["eventName"] != "REMOVE"]
    gone = [each for each in records if each["eventName"] == "REMOVE"]
    if counts:
        count(counts, flows)
    if gone:
        forget({"Records": gone}, flows)
    return {"batchItemFailures": []}


def count(records: Sequence[dict[str, Any]], flows: Assembly) -> None:
    """Add what counter rows tell to the statistics by day; what is repeated counts once."""
    entries = [entry for each in records if (entry := _entry(each)) is not None]
    flows.stats.service.count(entries)
    logger.info("Counted by day", changes=len(records), counted=len(entries))


def _entry(record: dict[str, Any]) -> Entry | None:
    rows = record["dynamodb"]
    try:
        return entry_from(decode(rows.get("OldImage", {})), decode(rows["NewImage"]))
    except (LookupError, TypeError, ValueError) as error:
        # No repeat would make it readable, and it would keep all others from being counted.
        metrics.add_metric("ChangeUnreadable", MetricUnit.Count, 1)
        number = str(rows.get("SequenceNumber", ""))
        logger.error("Change unreadable", record=number, error=type(error).__name__)
        return None


def forget(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Remove the raw bytes of messages that TTL removed, so that they lie no longer than these.

    Not of a recovered one: the notice that was lost may have named more than its headers, and come
    after all. If it fails, Lambda comes again with all of them.
    """
    rows = [decode(each["dynamodb"]["OldImage"]) for each in event["Records"]]
    messages = [message_id_from(row) for row in rows if not row.get("recovered")]
    removed = flows.retention.eraser.forget(messages)
    metrics.add_metric("RawMailExpired", MetricUnit.Count, removed)
    logger.info("Raw mails removed with their messages", messages=len(rows), mails=removed)
    return {"batchItemFailures": []}


def look_at(event: dict[str, Any], flows: Assembly) -> dict[str, Any]:
    """Look at the raw messages of each record; SQS keeps those that have no outcome yet."""
    mails_of = {record["messageId"]: _mails_in(record, flows) for record in event["Records"]}
    found = flows.retention.sweeper.look_all(
        [raw for mails in mails_of.values() for raw in mails or ()]
    )
    seen = Counter(each for each in found.values() if isinstance(each, SweepOutcome))
    for raw, each in found.items():
        if isinstance(each, Exception):
            metrics.add_metric("ArrivalFailed", MetricUnit.Count, 1)
            logger.error("Raw mail not looked at", mail=mail_key(raw.key), **describe(each))
        elif each in _WORDS:
            _name(raw.key, _WORDS[each])
    answer = each_alone(event, lambda record: _is_done(mails_of[record["messageId"]], found))
    _count(seen.total(), seen[SweepOutcome.RECOVERED], seen[SweepOutcome.CLEARED])
    logger.info("Looked", found={found.value: count for found, count in seen.items()})
    return answer


def _mails_in(record: dict[str, Any], flows: Assembly) -> list[RawObject] | None:
    settings = flows.settings
    try:
        return read_arrivals(record["body"], settings.mail_bucket, settings.raw_prefix)
    except ForeignNotice as error:
        metrics.add_metric("ArrivalFailed", MetricUnit.Count, 1)
        logger.error("Record unreadable", record=record["messageId"], reason=str(error))
        return None


def _is_done(
    mails: list[RawObject] | None, found: Mapping[RawObject, SweepOutcome | Exception]
) -> bool:
    """Whether the emails have an outcome; one that was replayed is looked at once more."""
    return mails is not None and all(found[raw] in _SETTLED for raw in mails)


def _next_look(times: int) -> timedelta:
    """The first look is early: at the second one an email is old enough to be missed."""
    return wait_after(max(times - 1, 1), limits.SWEEP_AGAIN, limits.LONGEST_ARRIVAL_WAIT)


def _count(mails: int, recovered: int, cleared: int) -> None:
    """Count what is not 0: a metric is paid for by the hour in which it is counted."""
    counts = {"SweptMails": mails, "MailRecovered": recovered, "MailCleared": cleared}
    for name, count in counts.items():
        if count:
            metrics.add_metric(name, MetricUnit.Count, count)


def _name(object_key: str, what: str) -> None:
    logger.info(what, mail=mail_key(object_key), message_id=ses_name(object_key))


def _ask_breaker(asked: str) -> dict[str, Any]:
    """Alarms watch how much is spent: a metric that is never written is not paid for."""
    breaker = here().breaker.service
    found = {"look": breaker.look, "status": breaker.status, "reset": breaker.reset}[asked]()
    if asked == "look" and (found.is_tripped or found.stage is not Stage.WITHIN):
        metrics.add_metric("BudgetPercent", MetricUnit.Percent, found.percent)
        metrics.add_metric("BreakerTripped", MetricUnit.Count, int(found.is_tripped))
        metrics.flush_metrics()
    if found.is_tripped:
        logger.error("DAILY_BUDGET_USD is overspent: no mail is taken; make breaker-reset ends it")
    logger.info("Breaker", asked=asked, percent=found.percent, tripped=found.is_tripped)
    return {
        "tripped": found.is_tripped,
        "day": found.spending.day.isoformat(),
        "dollars": round(found.spending.dollars, 4),
        "budget": found.budget_usd,
        "percent": found.percent,
    }


def _sweep(*, at_once: bool) -> dict[str, Any]:
    """One sweep; its findings are metrics, and an alarm watches how far it is behind.

    It also notes where the day's emails begin, so that the budget knows it within an hour, and
    looks whether SES takes mail at all.
    """
    findings = here().retention.sweeper.sweep(at_once=at_once)
    _count(findings.mails, findings.recovered, findings.cleared)
    metrics.add_metric("SweepBehind", MetricUnit.Seconds, findings.behind.total_seconds())
    here().rate_limits.budget.begin_day()
    if not (
        here().adapters.receipt_rule.is_in_force() or here().breaker.service.status().is_tripped
    ):
        # What the breaker did has an alarm of its own.
        metrics.add_metric("ReceivingOff", MetricUnit.Count, 1)
        logger.error("No active receipt rule brings mail here")
    for key in findings.replayed:
        _name(key, "Mail replayed")
    logger.info("Swept", mails=findings.mails, recovered=findings.recovered)
    return {"mails": findings.mails, "recovered": findings.recovered, "cleared": findings.cleared}
