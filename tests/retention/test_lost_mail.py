"""The check that no accepted mail is without an outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from mayfly import limits
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService
from mayfly.inboxes.ids import MailKey, mail_key
from mayfly.receiving.models import DropReason, MailProgress, Stored
from mayfly.receiving.service import MailStorage, Receiver
from mayfly.retention.lost_mail import Replay, Sweeper, SweepOutcome
from mayfly.rules.filing import Filer
from mayfly.storage.ports import RawObject
from tests import samples
from tests.memory import FakeRawMails, Memory

RAW = (
    b"Return-Path: <x@shop.example>\r\n"
    b"Received: from a.example by inbound-smtp.us-east-1.amazonaws.com with SMTP id m1"
    b" for bcc@mayfly.example; Thu, 1 Jan 2026 12:00:00 +0000\r\n"
    b"Received: from b.example by a.example for <forged@mayfly.example>; some day\r\n"
    b"To: Alice <alice@mayfly.example>, other@elsewhere.example\r\nCc: ALICE@mayfly.example\r\n"
    b"\r\nHello\r\n"
)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def sweeper_over(memory: Memory) -> Sweeper:
    register = DomainRegister(memory.domains, ("mayfly.example",), memory.clock)
    host = DomainService(memory.claims, register, memory.clock)
    return Sweeper(
        memory.rounds,
        memory.raw_mails,
        memory.deliveries,
        memory.contents,
        Replay("mayfly-mail", host, memory.raw_mails, memory.notices),
        memory.clock,
    )


def found(memory: Memory) -> tuple[int, int, int]:
    """Mails, recovered and cleared of one sweep."""
    findings = sweeper_over(memory).sweep()
    return findings.mails, findings.recovered, findings.cleared


def receiver_over(memory: Memory) -> Receiver:
    return Receiver(
        MailStorage("mayfly-mail", "raw/", 10_000),
        memory.raw_mails,
        memory.inboxes.find,
        memory.deliveries,
        memory.contents,
        Filer(memory.rule_sets, memory.clock),
        memory.clock,
    )


def test_a_mail_whose_notice_was_lost_is_replayed_to_those_its_headers_name(
    memory: Memory,
) -> None:
    alice = samples.inbox()
    memory.inboxes.create(alice, memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    memory.clock.advance(hours=2)

    assert found(memory) == (1, 1, 0)
    (notice,) = memory.notices.sent
    assert notice.recipients == ("bcc@mayfly.example", "alice@mayfly.example")
    receiver_over(memory).receive(notice)
    (message,) = memory.messages.after(alice.id, 0, 10, memory.clock())
    assert message.summary.recovered
    assert message.summary.received_at == samples.NOW


def test_recipients_at_domains_that_admins_added_are_replayed_too(memory: Memory) -> None:
    memory.raw_mails.put("raw/m1", RAW.replace(b"elsewhere.example", b"added.example"))
    memory.clock.advance(hours=2)
    sweeper = sweeper_over(memory)
    added = sweeper.replay.host.register.add("added.example")
    sweeper.replay.host.register.change(added.id, is_active=False)

    sweeper.sweep()

    assert "other@added.example" in memory.notices.sent[0].recipients


def test_a_mail_that_names_nobody_of_ours_gets_an_outcome_all_the_same(memory: Memory) -> None:
    memory.raw_mails.put("raw/m1", b"Subject: x\r\n\r\n")
    memory.clock.advance(hours=2)
    sweeper_over(memory).sweep()

    receiver_over(memory).receive(memory.notices.sent[0])

    assert memory.deliveries.tally().dropped[DropReason.UNKNOWN_RECIPIENT] == 1
    assert found(memory) == (1, 0, 0)
    assert list(memory.raw_mails.objects) == ["raw/m1"]


def test_mails_on_their_way_and_mails_of_long_ago_are_left_alone(memory: Memory) -> None:
    memory.raw_mails.put("raw/young", RAW)
    at_once = found(memory)
    memory.clock.now += limits.SWEEP_REACH + timedelta(hours=1)

    much_later = found(memory)

    assert at_once == much_later == (0, 0, 0)
    assert memory.notices.sent == []


def test_sweeps_of_every_hour_look_at_a_mail_twice_and_then_no_more(memory: Memory) -> None:
    found(memory)
    memory.clock.advance(minutes=30)
    memory.raw_mails.put("raw/m1", RAW)
    memory.clock.advance(minutes=30)

    looks = []
    for _ in range(6):
        looks.append(found(memory)[0])
        memory.clock.advance(hours=1)

    assert looks == [0, 1, 1, 0, 0, 0]


def test_where_the_bucket_tells_of_mails_a_round_begins_once_a_week_or_when_it_is_asked_for(
    memory: Memory,
) -> None:
    sweeper = replace(sweeper_over(memory), every=limits.SWEEP_EVERY)
    listed: list[str] = []
    plainly = memory.raw_mails.listed

    def counted(after: str) -> Iterator[Sequence[RawObject]]:
        listed.append(after)
        yield from plainly(after)

    memory.raw_mails.listed = counted  # type: ignore[method-assign]
    given_mails(memory, "a")
    memory.clock.advance(hours=2)

    behind = []
    for _ in range(24 * 15):
        behind.append(sweeper.sweep().behind)
        memory.clock.advance(hours=1)
    rounds = len(listed)
    sweeper.sweep(at_once=True)

    assert (rounds, len(listed)) == (3, 4)
    assert max(behind) < limits.SWEEP_BEHIND
    assert set(swept_keys(memory)) == {"a"}


def test_a_mail_that_the_bucket_tells_of_is_replayed_once_it_is_an_hour_old(memory: Memory) -> None:
    memory.raw_mails.put("raw/m1", RAW)
    raw = RawObject("raw/m1", len(RAW), memory.clock())
    memory.clock.now += limits.ARRIVAL_DELAY
    early = sweeper_over(memory).look(raw)
    memory.clock.now += limits.SWEEP_AGAIN

    late = sweeper_over(memory).look(raw)

    assert (early, late) == (SweepOutcome.ON_ITS_WAY, SweepOutcome.RECOVERED)
    assert swept_keys(memory) == ["m1"]


def test_a_mail_that_has_an_outcome_is_looked_at_without_a_look_at_the_bucket(
    memory: Memory,
) -> None:
    memory.inboxes.create(samples.inbox(), memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    receiver_over(memory).receive(samples.notice("m1", "alice@mayfly.example"))
    memory.raw_mails.reads.clear()
    memory.clock.advance(hours=2)

    assert sweeper_over(memory).look(RawObject("raw/m1", 1, samples.NOW)) is SweepOutcome.WELL
    assert memory.raw_mails.reads == [] == memory.notices.sent


def test_looks_at_several_mails_say_of_each_what_was_found_or_why_not(memory: Memory) -> None:
    mails = [RawObject(f"raw/m{n}", len(RAW), memory.clock()) for n in range(20)]
    given_mails(memory, *(f"m{n}" for n in range(19)))
    memory.clock.advance(hours=2)
    plainly = memory.deliveries.standing

    def standing(mail: MailKey) -> MailProgress:
        if mail == mail_key("raw/m7"):
            raise OSError("AWS is away")
        return plainly(mail)

    memory.deliveries.standing = standing  # type: ignore[method-assign]
    found = replace(sweeper_over(memory), width=4).look_all([*mails, mails[0]])

    assert list(found) == mails
    assert isinstance(found[mails[7]], OSError)
    assert found[mails[19]] is SweepOutcome.NO_MAIL
    assert [found[raw] for raw in mails[:7]] == [SweepOutcome.RECOVERED] * 7
    assert len(memory.notices.sent) == 18


def test_a_mail_that_a_person_removed_before_it_had_an_outcome_is_none(memory: Memory) -> None:
    memory.clock.advance(hours=2)

    found = sweeper_over(memory).look(RawObject("raw/gone", 1, samples.NOW))

    assert (found, memory.notices.sent) == (SweepOutcome.NO_MAIL, [])


def test_what_sweeps_that_did_not_come_have_missed_the_next_one_finds(memory: Memory) -> None:
    found(memory)
    memory.clock.advance(hours=1)
    memory.raw_mails.put("raw/m1", RAW)
    memory.clock.advance(days=5)

    assert found(memory) == (1, 1, 0)


class Slow:
    """A clock by which each look at the time takes a while."""

    def __init__(self, memory: Memory, **pace: float) -> None:
        self.clock, self.pace = memory.clock, pace

    def __call__(self) -> datetime:
        self.clock.advance(**self.pace)
        return self.clock()


def given_mails(memory: Memory, *names: str) -> None:
    for name in names:
        memory.raw_mails.put(f"raw/{name}", RAW)


def swept_keys(memory: Memory) -> list[str]:
    """The mails that were replayed since the last look, in their order."""
    keys = [each.object_key.removeprefix("raw/") for each in memory.notices.sent]
    memory.notices.sent.clear()
    return keys


def test_a_sweep_ends_in_time_and_the_next_one_goes_on_behind_it(memory: Memory) -> None:
    memory.raw_mails.portion = 2
    given_mails(memory, *"abcdefg")
    memory.clock.advance(hours=2)
    pace = limits.SWEEP_TIME / 2 / timedelta(minutes=1)
    sweeper = replace(sweeper_over(memory), now=Slow(memory, minutes=pace))

    sweeper.sweep()
    first = swept_keys(memory)
    given_mails(memory, "a2", "g2")  # behind it and before it: both too young yet
    memory.clock.advance(minutes=30)
    sweeper.sweep()
    second = swept_keys(memory)
    memory.clock.advance(hours=2)
    sweeper_over(memory).sweep()  # finds that it was at the end
    sweeper_over(memory).sweep()

    assert (first, second) == (list("abcd"), list("efg"))
    assert {"a2", "g2"} <= set(swept_keys(memory))


def test_each_mail_is_looked_at_however_short_the_sweeps_are(memory: Memory) -> None:
    memory.raw_mails.portion = 1
    pace = limits.SWEEP_TIME / 2 / timedelta(minutes=1)
    sweeper = replace(sweeper_over(memory), now=Slow(memory, minutes=pace))
    seen: set[str] = set()

    for hour in range(40):
        if hour < 20:
            given_mails(memory, f"{hash_of(hour)}")
        sweeper.sweep()
        seen.update(swept_keys(memory))
        memory.clock.advance(minutes=40)

    assert seen == {hash_of(hour) for hour in range(20)}


def hash_of(hour: int) -> str:
    """A key in no order, as SES gives them."""
    return sha256(bytes([hour])).hexdigest()


def test_a_sweep_that_fails_keeps_its_place(memory: Memory) -> None:
    memory.raw_mails.portion = 1
    given_mails(memory, *"abc")
    memory.clock.advance(hours=2)
    sweeper = sweeper_over(memory)

    def listed(after: str) -> Iterator[Sequence[RawObject]]:
        for portion in FakeRawMails.listed(memory.raw_mails, after):
            if portion[0].key == "raw/c" and not after:
                raise OSError("AWS is away")
            yield portion

    memory.raw_mails.listed = listed  # type: ignore[method-assign]
    with pytest.raises(OSError):
        sweeper.sweep()
    first = swept_keys(memory)
    sweeper.sweep()

    assert (first, swept_keys(memory)) == (["a", "b"], ["c"])


def test_a_sweep_says_how_far_it_is_behind(memory: Memory) -> None:
    memory.raw_mails.portion = 1
    found(memory)
    on_time = sweeper_over(memory).sweep().behind
    given_mails(memory, *"abc")
    memory.clock.advance(days=13)

    behind = replace(sweeper_over(memory), now=Slow(memory, minutes=30)).sweep().behind

    assert on_time == limits.SWEEP_AFTER + limits.SWEEP_AGAIN < limits.SWEEP_BEHIND < behind


def test_a_mail_that_was_delivered_is_left_alone(memory: Memory) -> None:
    memory.inboxes.create(samples.inbox(), memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    receiver_over(memory).receive(samples.notice("m1", "alice@mayfly.example"))
    memory.clock.advance(hours=2)

    assert found(memory) == (1, 0, 0)
    assert "raw/m1" in memory.raw_mails.objects


def test_a_raw_mail_that_nobody_has_any_more_is_cleared(memory: Memory) -> None:
    memory.inboxes.create(samples.inbox(), memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    (outcome,) = receiver_over(memory).receive(samples.notice("m1", "alice@mayfly.example"))
    assert isinstance(outcome, Stored)
    memory.messages.delete(outcome.message, memory.clock())
    memory.deliveries.release(outcome.message)
    memory.clock.advance(hours=2)

    assert found(memory) == (1, 0, 1)
    assert memory.raw_mails.objects == {}
    assert memory.contents.contents == {}


def test_sess_set_up_object_is_no_mail(memory: Memory) -> None:
    memory.raw_mails.put("raw/AMAZON_SES_SETUP_NOTIFICATION", b"x")
    memory.clock.now += timedelta(hours=2)

    findings = sweeper_over(memory).sweep()

    assert (findings.recovered, memory.notices.sent, memory.raw_mails.objects) == (0, [], {})


# What is fetched from POP3 servers

FETCHED = "raw/pop3-01234567-89ab-8def-8123-456789abcdef/dWlkbA~0a"


def test_what_a_fetch_has_left_behind_is_removed_and_never_replayed(memory: Memory) -> None:
    """Its headers name an inbox of ours, and it is not for it."""
    memory.inboxes.create(samples.inbox(), memory.clock())
    memory.raw_mails.put(FETCHED, RAW)
    young = RawObject(FETCHED, len(RAW), memory.clock())

    assert sweeper_over(memory).look(young) is SweepOutcome.ON_ITS_WAY
    assert FETCHED in memory.raw_mails.objects
    memory.clock.advance(hours=2)

    assert sweeper_over(memory).look(young) is SweepOutcome.NO_MAIL
    assert memory.raw_mails.objects == {}
    assert memory.notices.sent == []


def test_what_a_message_is_read_from_stays_and_another_attempt_at_it_goes(memory: Memory) -> None:
    inbox = samples.inbox()
    memory.inboxes.create(inbox, memory.clock())
    another = FETCHED.replace("~0a", "~0b")
    for key in (FETCHED, another):
        memory.raw_mails.put(key, RAW)
        notice = replace(samples.notice("m1", str(inbox.address)), object_key=key)
        receiver_over(memory).receive(notice)
    looks = {each: RawObject(each, 1, memory.clock()) for each in (FETCHED, another)}

    found = sweeper_over(memory).look_all(list(looks.values()))

    assert found[looks[FETCHED]] is SweepOutcome.WELL
    assert found[looks[another]] is SweepOutcome.NO_MAIL
    assert list(memory.raw_mails.objects) == [FETCHED]
    assert len(memory.messages.after(inbox.id, 0, 10, memory.clock())) == 1
