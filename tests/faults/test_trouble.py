"""Trouble around the flows: mails late, broken or twice, clocks apart, rows that do not go."""

from datetime import timedelta
from typing import Any

import pytest

from functions.inbound_mail.handler import settle
from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.inboxes.ids import partition_of
from mayfly.kit.dynamodb import keys as table
from mayfly.receiving.models import DropReason
from mayfly.receiving.notice import write
from tests import samples
from tests.faults import invariants
from tests.faults.account_scenarios import given_a_mailbox
from tests.faults.admin_scenarios import GENERATE, KEY, given_a_key
from tests.faults.scenario import given_inboxes, given_mail, noted
from tests.faults.script import FaultyAdapters, FaultyClient, Script, faulty, refusal
from tests.faults.world import RAW, World, asked, followed, framed, received, world

ANN, BOB = "ann@mayfly.example", "bob@mayfly.example"
LIST = "/api/emails/{email}/messages"
SKEW = timedelta(minutes=5)
FOREVER = {table.COUNTERS_PARTITION, table.DOMAINS_PARTITION, table.ADMIN_PARTITION}
FOREVER |= {table.ACCOUNT_PARTITION, table.SWEEP_PARTITION, table.REQUESTS_PARTITION}


def settled(here: World) -> None:
    """All that happened was counted, and is in order."""
    assert followed(here, here.process())
    invariants.check(here)


@pytest.fixture
def here() -> Any:
    with world() as made:
        yield made


def numbers(here: World, email: str = ANN, **query: Any) -> list[int]:
    reply = asked("GET", LIST, email, **query)(here, here.process())
    assert reply.status == 200
    return [each["seq"] for each in reply.json]


def test_a_mail_that_its_sender_sends_again_is_a_second_message(here: World) -> None:
    given_inboxes(here, "ann")

    for name in ("mail-1", "mail-2"):  # the same Message-ID; SES took it in twice
        given_mail(here, "ann", name=name)

    assert numbers(here) == [2, 1]
    settled(here)


def test_mail_for_an_inbox_that_went_meanwhile_reaches_nobody(here: World) -> None:
    given_inboxes(here, "ann")
    here.put_raw("mail-1")
    here.process().adapters.inboxes.close(noted(here, "ann").id, here.clock())
    assert followed(here, here.process())

    assert received("mail-1", ANN)(here, here.process())

    tally = here.process().adapters.deliveries.tally()
    assert tally.dropped[DropReason.DELETED_RECIPIENT] == 1
    assert asked("GET", LIST, ANN)(here, here.process()).status == 404
    assert here.objects() == []
    settled(here)


@pytest.mark.parametrize("raw", [b"", RAW[: len(RAW) // 2], RAW[:40]], ids=["no", "half", "few"])
def test_a_raw_mail_of_half_its_bytes_is_a_message_with_what_there_is(
    here: World, raw: bytes
) -> None:
    given_inboxes(here, "ann")
    here.put_raw("mail-1", raw)

    assert received("mail-1", ANN)(here, here.process())

    (line,) = asked("GET", LIST, ANN)(here, here.process()).json
    whole = asked("GET", "/api/messages/{id}/raw", line["id"])(here, here.process())
    assert whole.content == raw
    settled(here)


def test_a_notice_without_its_raw_mail_stays_in_the_queue_until_that_is_there(
    here: World,
) -> None:
    given_inboxes(here, "ann")
    notice = received("mail-1", ANN)

    assert not notice(here, here.process())
    assert numbers(here) == []
    here.put_raw("mail-1")
    assert notice(here, here.process())

    assert numbers(here) == [1]
    settled(here)


class HotPartition(FaultyAdapters):
    """Adapters for which one inbox is written to more than its partition takes."""

    hot = ""

    def client(self, service: str, **options: Any) -> Any:
        client = FaultyClient(super().client(service, **options), service, self.script)
        return Throttling(client, self.hot)


class Throttling:
    """A client that refuses whatever is about one inbox."""

    def __init__(self, client: Any, hot: str) -> None:
        self._client, self._hot = client, hot

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name == "exceptions":
            return real

        def call(**request: Any) -> Any:
            if f"inbox#{self._hot}" in str(request):
                raise refusal("ProvisionedThroughputExceededException", 400)
            return real(**request)

        return call


def test_an_inbox_that_is_written_to_too_much_delays_no_quiet_one(here: World) -> None:
    given_inboxes(here, "ann", "bob")
    adapters = HotPartition(here.settings, here.clock, Script(), here.client)
    process = Assembly(here.settings, adapters)
    adapters.hot = partition_of(noted(here, "ann").address)
    records = []
    for number in range(10):
        here.put_raw(f"mail-{number}")
        body = write(samples.notice(f"mail-{number}", BOB if number % 5 == 4 else ANN))
        records.append({"messageId": str(number), "body": body})

    left = settle({"Records": records}, process)["batchItemFailures"]

    assert [each["itemIdentifier"] for each in left] == list("01235678")
    assert (numbers(here, BOB), numbers(here, ANN)) == ([2, 1], [])
    settle({"Records": [records[int(each["itemIdentifier"])] for each in left]}, here.process())
    assert len(numbers(here, ANN)) == 8
    settled(here)


@pytest.mark.parametrize("skew", [-SKEW, SKEW], ids=["behind", "ahead"])
@pytest.mark.parametrize("which", ["makes", "receives", "reads"])
def test_a_clock_five_minutes_off_keeps_no_mail_and_no_token_from_its_reader(
    here: World, which: str, skew: timedelta
) -> None:
    processes = dict.fromkeys(("makes", "receives", "reads"), here.process())
    processes[which] = _skewed(here, skew)
    ask = asked("POST", "/v1/inboxes", body={"mode": "generated"})
    made = ask(here, processes["makes"]).json
    here.put_raw("mail-1")
    notice = received("mail-1", made["email_address"], at=here.clock())

    assert notice(here, processes["receives"])

    path, token = "/v1/inboxes/{inboxId}/messages", made["access_token"]
    reply = asked("GET", path, made["inbox_id"], token=token)(here, processes["reads"])
    assert (reply.status, reply.json["count"]) == (200, 1)
    settled(here)


def test_the_very_instant_of_its_end_is_after_it(here: World) -> None:
    given_inboxes(here, "ann")
    given_mail(here, "ann")
    here.clock.now = noted(here, "ann").expires_at

    assert asked("GET", LIST, ANN)(here, here.process()).status == 404
    given_mail(here, "ann", name="mail-2")

    assert here.process().adapters.deliveries.tally().dropped[DropReason.EXPIRED_RECIPIENT] == 1
    settled(here)


def test_a_list_goes_on_past_rows_that_should_be_gone(here: World) -> None:
    lives = {"expires_at": samples.NOW + timedelta(days=20)}
    given_inboxes(here, "ann", **lives)
    for number in range(7):
        given_mail(here, "ann", name=f"mail-{number}")
    here.clock.advance(days=3, seconds=1)
    given_mail(here, "ann", name="mail-7", at=here.clock())

    assert numbers(here) == [8]
    assert numbers(here, after=0, limit=3) == [8]
    assert numbers(here, after=8, limit=3) == []


def test_what_comes_out_of_the_dead_letters_after_ten_days_is_delivered_once_or_dropped_by_name(
    here: World,
) -> None:
    later = samples.NOW + timedelta(days=40)
    given_inboxes(here, "ann", expires_at=later)
    given_inboxes(here, "bob", expires_at=later, message_lifetime=timedelta(days=30))
    here.put_raw("mail-1")
    here.clock.advance(days=10)

    for _ in range(2):
        assert received("mail-1", ANN, BOB)(here, here.process())

    assert (numbers(here, ANN), numbers(here, BOB)) == ([], [1])
    assert here.process().adapters.deliveries.tally().dropped[DropReason.TOO_LATE] == 1
    settled(here)


def test_every_row_that_ends_says_when_in_seconds(here: World) -> None:
    given_a_mailbox(here)
    given_a_key(here)
    ask = asked("POST", GENERATE, body={"count": 1}, admin_key=KEY)
    assert ask(here, here.process()).status == 201
    given_inboxes(here, "ann")
    here.process().subscriptions.service.connect("one")
    here.process().subscriptions.service.subscribe("one", ANN)
    given_mail(here, "ann")
    now = here.clock().timestamp()

    ends = {
        row[table.PARTITION_KEY].partition("#")[0]: row.get(table.TTL_ATTRIBUTE)
        for row in here.rows()
        if not any(row[table.PARTITION_KEY].startswith(each) for each in FOREVER)
    }

    assert {"inbox", "mail", "batches", "batch", "connections", "rate"} <= set(ends)
    for end in ends.values():
        assert type(end) is int
        assert now < end < now + (limits.STATS_KEPT + timedelta(days=2)).total_seconds()


def test_a_flood_of_frames_that_ask_for_nothing_is_counted_and_no_more(here: World) -> None:
    here.process().subscriptions.service.connect("one")
    script = Script()
    process = here.process(script)
    nonsense: list[object] = [{"type": "ping"}, {"type": "dance"}, [], "x" * 40_000, None]
    nonsense += [{"type": "subscribe"}, {"type": "subscribe", "email": "no address"}]

    for frame in nonsense * 20:
        assert framed(here, process, "one", frame)["type"] in ("pong", "error")

    # Two counters, for some frames at a time: those of the connection and of its address.
    assert set(script.calls) <= {"dynamodb.update_item"}
    assert len(script.calls) <= 2 * 20 * len(nonsense) / 5


def _skewed(here: World, by: timedelta) -> Assembly:
    """A process whose clock is so much ahead."""
    return faulty(here.settings, lambda: here.clock() + by, Script(), here.client)
