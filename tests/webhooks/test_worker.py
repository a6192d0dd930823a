"""The worker sends what waits: in order, again by the schedule, and never without an outcome."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from mayfly import limits
from mayfly.webhooks.models import SCHEDULE, EventType, Reason, Reply, wait_after
from mayfly.webhooks.ports import Wake
from tests.webhooks.given import ANN, BOX, HOOK, House, a_webhook, an_event

FAILED = Reply(500, 30, "oh")
SILENT = Reply(0, 15_000, trouble="no answer within 15 seconds")


def test_events_are_sent_once_and_in_their_order() -> None:
    house = House(a_webhook())
    events = [an_event(number) for number in range(1, 120)]

    house.tell(*events, *events[:3])
    house.run()

    assert [each[1] for each in house.sender.sent] == [each.id for each in events]
    assert set(house.states()) == {"delivered"}
    tally = house.deliveries.tally()
    assert (tally.accepted, tally.delivered, tally.difference) == (119, 119, 0)


def test_only_those_are_told_that_want_it_and_whose_it_is() -> None:
    others = a_webhook(2, BOX, events=frozenset({EventType.INBOX_FULL}))
    off = a_webhook(3, disabled_at=an_event().at)
    house = House(a_webhook(), others, off)

    house.tell(an_event(), an_event(2, owners=(BOX,)))
    house.run()

    assert [each[0] for each in house.sender.sent] == [HOOK]


def test_what_fails_comes_again_by_the_schedule_and_is_given_up_in_the_end() -> None:
    house = House(a_webhook())
    poison = an_event(1)
    house.sender.by_event[poison.id] = FAILED

    house.tell(poison)
    house.run()
    # Others are taken all the time, so that the webhook is not disabled.
    while house.go_on():
        house.tell(an_event(int(house.clock().timestamp()), at=house.clock()))
        house.run()

    times = [at for _, event, at in house.sender.sent if event == poison.id]
    assert len(times) == len(SCHEDULE) == 10
    waits = [after - before for before, after in pairwise(times)]
    for wait, wanted in zip(waits, SCHEDULE[1:], strict=True):
        assert wanted <= wait <= wanted * 1.2 + timedelta(seconds=2)
    assert house.states()[0] == Reason.ATTEMPTS
    assert house.disabled == []
    assert house.deliveries.tally().difference == 0


def test_an_inbox_s_events_wait_for_the_first_retry_and_no_longer() -> None:
    house = House(a_webhook())
    first, second, other = an_event(1), an_event(2), an_event(3, lane="inbox-2")
    house.sender.answers = [FAILED, Reply(200, 1), FAILED]

    house.tell(first, second, other)
    house.run()
    assert [each[1] for each in house.sender.sent] == [first.id, other.id]
    house.go_on()

    # The second attempt failed, too: now the second event is not kept any longer.
    assert [each[1] for each in house.sender.sent][2:] == [first.id, second.id]
    house.until(lambda: house.wakes.next_at() is None)
    assert house.states() == ["delivered"] * 3


def test_a_receiver_that_does_not_answer_is_left_alone_whatever_waits_for_it() -> None:
    house = House(a_webhook())
    house.sender.answers = [SILENT, SILENT, SILENT]

    house.tell(*(an_event(number, lane=f"inbox-{number}") for number in range(1, 40)))
    house.run()
    assert len(house.sender.sent) == 1
    house.go_on()
    house.go_on()
    assert len(house.sender.sent) == 3
    house.until(lambda: "waiting" not in house.states())

    assert house.states() == ["delivered"] * 39
    assert len(house.sender.sent) == 39 + 3


def test_a_webhook_is_disabled_after_five_days_without_an_answer_that_is_good() -> None:
    house = House(a_webhook())
    house.sender.always = SILENT

    house.tell(an_event(1), an_event(2))
    house.run()
    began = house.clock()
    number = 3
    while not house.disabled:
        assert house.go_on()
        house.tell(an_event(number, at=house.clock()))
        house.run()
        number += 1

    assert house.disabled == [(HOOK, Reason.DISABLED)]
    assert timedelta(days=5) <= house.clock() - began <= timedelta(days=6, hours=6)
    assert "waiting" not in house.states()
    assert house.deliveries.tally().difference == 0


def test_a_receiver_that_is_gone_is_never_asked_again() -> None:
    house = House(a_webhook())
    house.sender.answers = [Reply(410, 5)]

    house.tell(an_event(1), an_event(2))
    house.run()

    assert len(house.sender.sent) == 1
    assert house.disabled == [(HOOK, Reason.GONE)]
    assert house.states() == [Reason.GONE, Reason.GONE]


def test_an_owner_who_asks_does_not_wait_for_a_receiver_that_was_left_alone() -> None:
    house = House(a_webhook())
    house.sender.always = SILENT
    house.tell(an_event(1), an_event(2, lane="inbox-2"))
    house.until(lambda: len(house.sender.sent) == 6)  # it is left alone for hours now
    house.sender.always = Reply(200, 10)

    house.wakes.give(Wake(ANN, HOOK))
    house.run()
    assert len(house.sender.sent) == 6
    house.wakes.give(Wake(ANN, HOOK, at_once=True))
    house.run()

    assert "delivered" in house.states()


def test_a_webhook_that_was_sent_elsewhere_meanwhile_is_not_disabled() -> None:
    house = House(a_webhook())
    elsewhere = a_webhook(url="https://elsewhere.example/")
    house.sender.answers = [Reply(410, 5)]
    house.sender.meanwhile = [lambda: house.put(elsewhere)]
    house.tell(an_event(1), an_event(2))
    house.run()
    house.go_on()

    assert house.disabled == []
    assert house.states() == ["delivered", "delivered"]


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(timedelta(minutes=20), timedelta(minutes=20)), (timedelta(days=9), timedelta(hours=24))],
)
def test_a_receiver_is_given_the_time_it_asks_for(asked: timedelta, waited: timedelta) -> None:
    house = House(a_webhook())
    house.sender.answers = [Reply(503, 1, retry_after=asked)]

    house.tell(an_event(1), an_event(2, lane="inbox-2"))
    house.run()
    first = house.clock()
    house.until(lambda: len(house.sender.sent) > 1)

    assert waited <= house.clock() - first <= waited * 1.01 + timedelta(seconds=2)


def test_a_slow_receiver_goes_on_in_the_queue_of_slow_ones() -> None:
    house = House(a_webhook())
    house.sender.always = Reply(200, 2_500)
    house.tell(*(an_event(number) for number in range(1, 10)))
    wake = Wake(ANN, HOOK)
    house.wakes.due()

    house.worker.work(wake, "1", lambda outcome: None)

    assert len(house.sender.sent) == 1
    assert house.wakes.due() == [replace(wake, is_slow=True)]
    house.worker.work(wake, "2", lambda outcome: None)  # who is woken for the next event
    assert len(house.sender.sent) == 1
    house.worker.work(replace(wake, is_slow=True), "3", lambda outcome: None)
    assert len(house.sender.sent) == 9  # 8 of 2.5 s each: no more begin after 20 s
    house.sender.always = Reply(200, 10)
    house.tell(an_event(10))
    house.run()
    assert house.states() == ["delivered"] * 10
    assert not house.deliveries.state(HOOK).is_slow


def test_two_never_work_on_one_webhook_and_nothing_is_forgotten() -> None:
    house = House(a_webhook())
    now = house.clock()
    house.tell(an_event(1))
    assert house.deliveries.begin(HOOK, "1", now, now + limits.WEBHOOK_LEASE) is not None

    house.worker.work(Wake(ANN, HOOK), "2", lambda outcome: None)
    assert house.sender.sent == []
    house.worker.work(Wake(ANN, HOOK), "1", lambda outcome: None)  # it has died, and comes again

    assert len(house.sender.sent) == 1


def test_what_comes_while_somebody_ends_is_sent_by_them() -> None:
    house = House(a_webhook())
    house.tell(an_event(1))

    def hear(outcome: object) -> None:
        if len(house.sender.sent) == 1:
            house.tell(an_event(2))
            house.worker.work(Wake(ANN, HOOK), "other", lambda outcome: None)

    house.wakes.due()
    house.worker.work(Wake(ANN, HOOK), "1", hear)

    assert house.states() == ["delivered"] * 2


def test_a_paused_webhook_keeps_what_happens_for_five_days() -> None:
    house = House(a_webhook(paused=True))
    house.tell(an_event(1))
    house.run()
    assert house.sender.sent == []
    house.clock.advance(days=3)
    house.tell(an_event(2, at=house.clock()))
    house.run()

    house.until(lambda: house.states()[0] != "waiting")
    assert house.states() == [Reason.TOO_LATE, "waiting"]
    house.put(a_webhook())
    house.wakes.give(Wake(ANN, HOOK))
    house.run()

    assert house.states() == [Reason.TOO_LATE, "delivered"]


def test_what_waits_for_a_webhook_that_is_removed_is_given_up() -> None:
    house = House(a_webhook())
    house.sender.always = FAILED
    house.tell(*(an_event(number) for number in range(1, 70)))
    house.run()

    house.remove(a_webhook())
    house.wakes.give(Wake(ANN, HOOK))
    house.run()

    assert house.states() == [Reason.REMOVED] * 69
    assert house.deliveries.tally().given_up == {"removed": 69}


def test_what_is_not_there_any_more_is_told_to_nobody() -> None:
    house = House(a_webhook())
    house.sender.gone = {an_event(1).id}

    house.tell(an_event(1), an_event(2))
    house.run()

    assert house.states() == [Reason.DELETED, "delivered"]


def test_what_cannot_be_made_stops_nothing_else_and_is_raised() -> None:
    house = House(a_webhook())
    house.sender.broken = {an_event(1).id}
    house.tell(an_event(1), an_event(2, lane="inbox-2"), an_event(3))
    (wake, *_) = house.wakes.due()
    assert isinstance(wake, Wake)

    with pytest.raises(RuntimeError):
        house.worker.work(wake, "1", lambda outcome: None)
    assert house.states() == ["waiting", "delivered", "waiting"]

    house.sender.broken = set()
    house.until(lambda: "waiting" not in house.states())
    assert house.states() == ["delivered"] * 3
    (attempt, _) = house.deliveries.attempts(HOOK, [(found := _first(house))])[found]
    assert attempt.reply.trouble.startswith("a fault of this service")


def _first(house: House) -> str:
    return house.deliveries.page(HOOK, 9)[0][-1].id


def test_over_the_attempts_of_a_minute_it_goes_on_in_the_next() -> None:
    house = House(a_webhook())
    house.sender.waits = timedelta(seconds=30)
    house.tell(an_event(1))
    house.run()
    assert house.sender.sent == []
    house.sender.waits = timedelta()

    house.go_on()

    assert house.states() == ["delivered"]


def test_wakes_do_not_multiply_while_a_receiver_is_down() -> None:
    house = House(a_webhook())
    house.sender.always = SILENT

    house.tell(*(an_event(number) for number in range(1, 50)))
    house.run()

    assert len(house.wakes.given) + len(house.wakes.scheduled) == 1


def test_an_hour_ahead_a_schedule_wakes_it() -> None:
    house = House(a_webhook())
    house.sender.always = FAILED
    house.tell(an_event(1))
    house.run()
    for _ in range(3):
        house.go_on()

    assert house.wakes.given == []
    ((name, at),) = house.wakes.scheduled
    assert name == HOOK
    assert timedelta(hours=2) - timedelta(seconds=1) <= at - house.clock() <= timedelta(hours=2.4)


def test_waits_are_those_of_the_standard_and_up_to_a_fifth_longer() -> None:
    assert [wait_after(n, 0) for n in range(10)] == list(SCHEDULE)
    assert wait_after(2, 1) == timedelta(minutes=6)
    assert wait_after(99, 0) == timedelta(hours=24)
