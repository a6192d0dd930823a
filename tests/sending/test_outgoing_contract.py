"""What every Outbox, Suppressions, OutgoingFiles, Orders, Schedules and Mailer must do."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.errors import Contended, RawMailMissing
from mayfly.kit.dynamodb.table import Table
from mayfly.kit.schedules import OneTimeSchedules
from mayfly.sending.dynamodb import DynamoOutgoingMails, DynamoSuppressions
from mayfly.sending.errors import EmailNotFound, SendsSpent, SuppressionNotFound
from mayfly.sending.models import (
    HistoryEvent,
    OutgoingMail,
    Recipient,
    RecipientStatus,
    State,
    Suppression,
    outgoing_id,
)
from mayfly.sending.ports import (
    Envelope,
    Filter,
    IdempotencyKey,
    IdempotencyResult,
    Mailer,
    OutgoingFiles,
    OutgoingMails,
    Schedules,
    SendJob,
    SendJobs,
    Share,
    Suppressions,
)
from mayfly.sending.s3 import S3OutgoingFiles
from mayfly.sending.ses import SesMailer
from mayfly.sending.sqs import SchedulerSchedules, SqsSendJobs, read_job
from mayfly.settings import Settings
from mayfly.storage.s3 import Bucket
from tests import samples
from tests.aws import SIDES, client, on_side
from tests.memory import FakeClock, Memory

ANN, BOB = "0a0a0a0a-0000-8000-8000-000000000001", "0b0b0b0b-0000-8000-8000-000000000002"
TODAY = samples.NOW.date()
FREE = Share(TODAY, 1, 0, 0)


@dataclass
class Ports:
    """The ports under test, and what they led to."""

    clock: FakeClock
    outbox: OutgoingMails
    suppressions: Suppressions
    files: OutgoingFiles
    orders: SendJobs
    schedules: Schedules
    mailer: Mailer
    given: Callable[[], list[SendJob]]
    scheduled: Callable[[], list[str]]


@pytest.fixture(params=SIDES)
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    clock = FakeClock(samples.NOW)
    if request.param == "fake":
        memory = Memory(clock)
        yield Ports(
            clock,
            memory.outbox,
            memory.suppressions,
            memory.outgoing_files,
            memory.orders,
            memory.schedules,
            memory.mailer,
            memory.orders.due,
            lambda: list(memory.schedules.set_for),
        )
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, clock.pause)
        sqs, scheduler = clients["sqs"], clients["scheduler"]
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        arn = "arn:aws:sqs:us-east-1:123456789012:orders"
        scheduler.create_schedule_group(Name="mails")
        clients["sesv2"].create_email_identity(EmailIdentity="mine.example")

        def given() -> list[SendJob]:
            told = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            return [read_job(each["Body"]) for each in told]

        yield Ports(
            clock,
            DynamoOutgoingMails(table, clock),
            DynamoSuppressions(table),
            S3OutgoingFiles(Bucket(clients["s3"], settings.mail_bucket), "outgoing/"),
            SqsSendJobs(sqs, url),
            SchedulerSchedules(
                OneTimeSchedules(
                    scheduler, "mails", arn, "arn:aws:iam::123456789012:role/r", time.sleep
                )
            ),
            SesMailer(lambda: clients["sesv2"], "set", lambda: pytest.fail("not asked")),
            given,
            lambda: [each["Name"] for each in scheduler.list_schedules()["Schedules"]],
        )


def mail(number: int = 1, account: str = ANN, **changes: Any) -> OutgoingMail:
    created = samples.NOW + timedelta(seconds=number)
    whole: dict[str, Any] = {
        "account": account,
        "id": outgoing_id(created, number.to_bytes(10, "big")),
        "sender": "Sender@mine.example",
        "sender_shown": "Me <Sender@mine.example>",
        "subject": "Grüße",
        "recipients": (
            Recipient("Ann@example.com", "to", "Ann <Ann@example.com>"),
            Recipient(
                "bob@example.com", "bcc", "bob@example.com", RecipientStatus.SUPPRESSED, "bounce"
            ),
        ),
        "object_key": f"soon/{number}",
        "size_bytes": 100,
        "created_at": created,
        "expires_at": created + timedelta(days=30),
        "due_at": created,
        "state": State.QUEUED,
        "history": (HistoryEvent(created, "accepted"),),
    }
    return OutgoingMail(**whole | changes)


def in_state(found: OutgoingMail, state: State, **changes: Any) -> OutgoingMail:
    return found.changed(state=state, **changes)


def test_what_was_added_is_there_as_it_was(ports: Ports) -> None:
    full = mail(
        scheduled_at=samples.NOW + timedelta(days=1),
        round_began=samples.NOW,
        leased_until=samples.NOW,
        reply_to=("a@b.example",),
        reason="why",
        message_id="m",
    )

    assert ports.outbox.add(full, FREE, None) is None

    assert ports.outbox.get(ANN, full.id) == full


def test_nobody_else_finds_it(ports: Ports) -> None:
    ports.outbox.add(mail(), FREE, None)

    with pytest.raises(EmailNotFound):
        ports.outbox.get(BOB, mail().id)
    assert ports.outbox.page(BOB, Filter(), 10) == ([], "")
    assert sum(ports.outbox.counts(BOB).values()) == 0


def test_a_mail_is_saved_at_the_revision_that_was_read(ports: Ports) -> None:
    ports.outbox.add(mail(), FREE, None)
    there = ports.outbox.get(ANN, mail().id)

    saved = ports.outbox.save(there, in_state(there, State.SENDING, attempts=1))

    assert (saved.revision, saved.attempts) == (1, 1)
    assert ports.outbox.get(ANN, mail().id) == saved
    with pytest.raises(Contended):
        ports.outbox.save(there, in_state(there, State.CANCELLED))
    with pytest.raises(Contended):
        ports.outbox.save(there, there.changed(subject="another"))
    assert ports.outbox.get(ANN, mail().id) == saved


def test_what_is_gone_is_not_saved_again(ports: Ports) -> None:
    ports.outbox.add(mail(), FREE, None)
    ports.outbox.remove(mail())
    ports.outbox.remove(mail())

    with pytest.raises(Contended):
        ports.outbox.save(mail(), in_state(mail(), State.SENDING))
    with pytest.raises(EmailNotFound):
        ports.outbox.get(ANN, mail().id)


def test_what_has_changed_is_not_removed(ports: Ports) -> None:
    ports.outbox.add(mail(), FREE, None)
    ports.outbox.save(mail(), in_state(mail(), State.SENDING))

    with pytest.raises(Contended):
        ports.outbox.remove(mail())


def test_accepted_is_the_sum_of_all_states(ports: Ports) -> None:
    for number in range(1, 5):
        ports.outbox.add(mail(number), FREE, None)
    ports.outbox.add(mail(5, BOB), FREE, None)
    ports.outbox.save(mail(1), in_state(mail(1), State.CANCELLED))
    ports.outbox.save(mail(2), in_state(mail(2), State.FAILED, reason="rejected"))
    failed = ports.outbox.add(mail(6, state=State.FAILED, reason="suppressed"), FREE, None)

    tally = ports.outbox.tally()

    assert failed is None
    assert (tally.accepted, tally.difference) == (6, 0)
    assert {state: n for state, n in tally.states.items() if n} == {
        State.QUEUED: 3,
        State.CANCELLED: 1,
        State.FAILED: 2,
    }
    assert tally.failures == {"rejected": 1, "suppressed": 1}
    assert {state: n for state, n in ports.outbox.counts(BOB).items() if n} == {State.QUEUED: 1}


def test_a_failure_that_is_tried_again_is_counted_no_more(ports: Ports) -> None:
    ports.outbox.add(mail(state=State.FAILED, reason="rejected"), FREE, None)
    there = ports.outbox.get(ANN, mail().id)

    ports.outbox.save(there, in_state(there, State.QUEUED, reason=""), FREE)

    tally = ports.outbox.tally()
    assert (tally.failures.get("rejected", 0), tally.difference) == (0, 0)


def test_a_promise_is_kept_once(ports: Ports) -> None:
    promise = IdempotencyKey("k", "request")

    first = ports.outbox.add(mail(1), FREE, promise)
    second = ports.outbox.add(mail(2), FREE, promise)

    kept = IdempotencyResult("request", mail(1).id, State.QUEUED)
    assert (first, second) == (None, kept)
    assert ports.outbox.kept(ANN, "k", samples.NOW) == kept
    assert ports.outbox.kept(ANN, "other", samples.NOW) is None
    assert ports.outbox.kept(BOB, "k", samples.NOW) is None
    assert ports.outbox.tally().accepted == 1
    with pytest.raises(EmailNotFound):
        ports.outbox.get(ANN, mail(2).id)


def test_a_promise_ends(ports: Ports) -> None:
    promise = IdempotencyKey("k", "request")
    ports.outbox.add(mail(1), FREE, promise)
    ports.clock.advance(hours=24)

    later = IdempotencyKey("k", "request 2")
    assert ports.outbox.kept(ANN, "k", ports.clock()) is None
    assert ports.outbox.add(mail(2), FREE, later) is None


def test_a_day_has_a_share_for_each_and_one_for_all(ports: Ports) -> None:
    ports.outbox.add(mail(1), Share(TODAY, 2, 3, 4), None)

    with pytest.raises(SendsSpent) as own:
        ports.outbox.add(mail(2), Share(TODAY, 2, 3, 4), None)
    ports.outbox.add(mail(3), Share(TODAY, 1, 3, 4), None)
    with pytest.raises(SendsSpent):
        ports.outbox.add(mail(4, BOB), Share(TODAY, 2, 3, 4), None)
    with pytest.raises(SendsSpent):
        ports.outbox.add(mail(5, BOB), Share(TODAY, 9, 3, 0), None)

    assert own.value.retry_after == 12 * 3600
    assert ports.outbox.tally().accepted == 2
    ports.outbox.add(mail(6), Share(TODAY + timedelta(days=1), 3, 3, 4), None)


def test_accounts_that_send_from_parts_of_one_domain_share_its_day(ports: Ports) -> None:
    ports.outbox.add(mail(1), Share(TODAY, 2, 3, 0, "example.co.uk"), None)

    with pytest.raises(SendsSpent):
        ports.outbox.add(mail(2, BOB), Share(TODAY, 2, 3, 0, "example.co.uk"), None)
    ports.outbox.add(mail(3, BOB), Share(TODAY, 2, 3, 0, "another.co.uk"), None)
    with pytest.raises(SendsSpent):
        ports.outbox.add(mail(4, BOB), Share(TODAY, 2, 3, 0, "third.example"), None)

    assert ports.outbox.tally().accepted == 2


def test_sending_again_takes_a_share_too(ports: Ports) -> None:
    ports.outbox.add(mail(state=State.FAILED), Share(TODAY, 1, 2, 0), None)
    there = ports.outbox.get(ANN, mail().id)

    with pytest.raises(SendsSpent):
        ports.outbox.save(there, in_state(there, State.QUEUED), Share(TODAY, 2, 2, 0))

    assert ports.outbox.get(ANN, mail().id) == there


def test_a_list_goes_back_in_time_page_by_page(ports: Ports) -> None:
    for number in range(1, 8):
        ports.outbox.add(mail(number), FREE, None)

    seen, before = [], ""
    while True:
        page, before = ports.outbox.page(ANN, Filter(), 3, before)
        seen += [each.id for each in page]
        if not before:
            break

    assert seen == [mail(number).id for number in range(7, 0, -1)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(state=State.FAILED), [3]),
        (Filter(sender="sender@mine.example"), [3, 2, 1]),
        (Filter(sender="other@mine.example"), []),
        (Filter(to="bob@example.com"), [3, 2, 1]),
        (Filter(to="eve@example.com"), []),
        (Filter(since=samples.NOW + timedelta(seconds=2)), [3, 2]),
        (Filter(State.QUEUED, "sender@mine.example", "ann@example.com"), [2, 1]),
    ],
)
def test_a_list_is_of_what_is_wanted(ports: Ports, wanted: Filter, numbers: list[int]) -> None:
    ports.outbox.add(mail(1), FREE, None)
    ports.outbox.add(mail(2), FREE, None)
    ports.outbox.add(mail(3, state=State.FAILED), FREE, None)

    page, _ = ports.outbox.page(ANN, wanted, 10)

    assert [each.id for each in page] == [mail(number).id for number in numbers]


def test_what_is_over_is_in_no_list(ports: Ports) -> None:
    ports.outbox.add(mail(), FREE, None)
    ports.clock.advance(days=31)

    assert ports.outbox.page(ANN, Filter(), 10)[0] == []


def test_of_two_who_take_a_mail_one_has_it(ports: Ports) -> None:
    ports.outbox.add(mail(), FREE, None)

    def take(number: int) -> bool:
        try:
            ports.outbox.save(mail(), in_state(mail(), State.SENDING, attempts=number))
        except Contended:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1
    assert ports.outbox.tally().difference == 0


def test_a_suppression_stays_as_it_was_until_it_is_removed(ports: Ports) -> None:
    first = Suppression("ann@example.com", "bounce", samples.NOW, "m1")
    ports.suppressions.add(ANN, first)
    ports.suppressions.add(ANN, Suppression("ann@example.com", "complaint", samples.NOW, "m2"))

    assert ports.suppressions.among(ANN, ["Ann@Example.com", "bob@example.com"]) == {
        "ann@example.com": first
    }
    assert ports.suppressions.among(BOB, ["ann@example.com"]) == {}
    assert ports.suppressions.remove(ANN, "ann@example.com") == first
    with pytest.raises(SuppressionNotFound):
        ports.suppressions.remove(ANN, "ann@example.com")


def test_suppressions_are_listed_by_address(ports: Ports) -> None:
    for name in "dbace":
        entry = Suppression(f"{name}@example.com", "bounce", samples.NOW)
        ports.suppressions.add(ANN, entry)

    first, after = ports.suppressions.page(ANN, 3)
    rest, end = ports.suppressions.page(ANN, 3, after)

    assert [each.address[0] for each in (*first, *rest)] == list("abcde")
    assert (after, end) == ("c@example.com", "")


def test_bytes_are_kept_until_they_are_deleted(ports: Ports) -> None:
    ports.files.put("soon/1", b"raw")

    assert ports.files.read("soon/1") == b"raw"
    ports.files.delete("soon/1")
    ports.files.delete("soon/1")
    with pytest.raises(RawMailMissing):
        ports.files.read("soon/1")


def test_an_order_is_given(ports: Ports) -> None:
    order = SendJob(ANN, mail().id, 2, samples.NOW)

    ports.orders.give(order)
    ports.orders.give(order, 900)

    assert ports.given() == [order]


def test_a_schedule_is_set_once_and_cleared(ports: Ports) -> None:
    order = SendJob(ANN, mail().id, 1, samples.NOW)

    ports.schedules.set(order, samples.NOW + timedelta(days=1))
    ports.schedules.set(order, samples.NOW + timedelta(days=1))
    there = ports.scheduled()
    ports.schedules.clear(order)
    ports.schedules.clear(order)

    assert (there, ports.scheduled()) == ([order.mail], [])


def test_a_mail_is_handed_over_for_its_envelope(ports: Ports) -> None:
    envelope = Envelope("me@mine.example", ["Ann@example.com"], ANN, mail().id, 1)

    taken = ports.mailer.send(envelope, b"From: me@mine.example\r\n\r\nHello\r\n")

    assert taken.message_id
    assert taken.fates == {"ann@example.com": (RecipientStatus.SENT, "")}


def test_a_schedule_says_when_in_utc_and_goes_by_itself() -> None:
    waits: list[float] = []
    with on_side(Settings()):
        scheduler = client("scheduler")
        scheduler.create_schedule_group(Name="mails")
        arn = "arn:aws:sqs:us-east-1:1:q"
        schedules = SchedulerSchedules(
            OneTimeSchedules(scheduler, "mails", arn, "role", waits.append)
        )
        order = SendJob(ANN, mail().id, 1, samples.NOW)

        schedules.set(order, samples.NOW.astimezone().replace(microsecond=0) + timedelta(hours=1))

        there = scheduler.get_schedule(GroupName="mails", Name=order.mail)
    assert there["ScheduleExpression"] == "at(2026-01-01T13:00:00)"
    assert there["ScheduleExpressionTimezone"] == "UTC"
    assert there["ActionAfterCompletion"] == "DELETE"
    assert read_job(there["Target"]["Input"]) == order
    assert json.loads(there["Target"]["Input"]).keys() == {"account", "mail", "round", "given_at"}


class NewRole:
    """EventBridge Scheduler while it does not know a role yet that was just made."""

    def __init__(self, scheduler: Any, refusals: int, words: str) -> None:
        self.exceptions = scheduler.exceptions
        self.refusals, self.words, self.made = refusals, words, list[str]()

    def create_schedule(self, Name: str, **_: Any) -> None:
        if self.refusals:
            self.refusals -= 1
            told = {"Error": {"Code": "ValidationException", "Message": self.words}}
            raise self.exceptions.ValidationException(told, "CreateSchedule")
        self.made.append(Name)


def test_a_schedule_waits_for_a_role_that_is_seconds_old() -> None:
    waits: list[float] = []
    new = NewRole(
        client("scheduler"),
        2,
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    )

    OneTimeSchedules(new, "mails", "arn", "role", waits.append).set("later", "", samples.NOW)

    assert new.made == ["later"]
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    "words", ["must allow … to assume the role", "Invalid Schedule Expression"]
)
def test_a_schedule_that_is_refused_for_good_says_so(words: str) -> None:
    waits: list[float] = []
    new = NewRole(client("scheduler"), 100, words)

    with pytest.raises(new.exceptions.ValidationException, match=words[:8]):
        OneTimeSchedules(new, "mails", "arn", "role", waits.append).set("later", "", samples.NOW)

    assert waits == ([1.0, 2.0, 4.0] if "role" in words else [])


def test_the_largest_mail_fits_into_a_row() -> None:
    long = "x" * 300
    recipients = tuple(
        Recipient(f"{n}@" + "d" * 250, "to", "n" * 200, RecipientStatus.BOUNCED, long)
        for n in range(limits.SENT_RECIPIENTS)
    )
    lines = tuple(
        HistoryEvent(samples.NOW, "bounce", long, "k" * 16) for _ in range(limits.OUTGOING_EVENTS)
    )
    with on_side(Settings()) as clients:
        outbox = DynamoOutgoingMails(
            Table(clients["dynamodb"], Settings().table_name, print), FakeClock()
        )

        outbox.add(mail(recipients=recipients, history=lines, subject="ä" * 500), FREE, None)

        assert len(outbox.get(ANN, mail().id).recipients) == limits.SENT_RECIPIENTS
