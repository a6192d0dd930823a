"""SES's later words: read from its events, and written down in whatever order they come."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from mayfly.errors import ForeignNotice, NotAMail
from mayfly.sending.delivery_events import DeliveryEventResult, DeliveryEventService, apply_event
from mayfly.sending.errors import WrongState
from mayfly.sending.models import (
    TRANSITIONS,
    DeliveryEvent,
    HistoryEvent,
    OutgoingMail,
    Recipient,
    RecipientStatus,
    State,
    status_of,
)
from mayfly.sending.ports import Share
from mayfly.sending.ses_events import read
from tests import samples
from tests.memory import Memory

ACCOUNT, MAIL = "an-account", "a-mail"
ANN, BOB = "Ann@example.com", "bob@example.com"
TIME = "2026-01-01T12:00:01.000Z"


def outgoing(state: State = State.SENT, **changes: Any) -> OutgoingMail:
    fate = RecipientStatus.SENT if state is State.SENT else RecipientStatus.PENDING
    whole: dict[str, Any] = {
        "account": ACCOUNT,
        "id": MAIL,
        "sender": "me@mine.example",
        "sender_shown": "me@mine.example",
        "subject": "",
        "recipients": tuple(Recipient(each, "to", each, fate) for each in (ANN, BOB)),
        "object_key": "soon/a-mail",
        "size_bytes": 1,
        "created_at": samples.NOW,
        "expires_at": samples.NOW + timedelta(days=30),
        "due_at": samples.NOW,
        "state": state,
    }
    return OutgoingMail(**whole | changes)


def event(kind: str, about: dict[str, Any] | None = None, round: int = 1) -> DeliveryEvent:
    name = kind[0].lower() + kind[1:]
    return read(
        json.dumps(
            {
                "eventType": kind,
                "mail": {
                    "timestamp": TIME,
                    "messageId": "ses-1",
                    "source": "me@mine.example",
                    "destination": [ANN, BOB],
                    "tags": {
                        "ses:configuration-set": ["set"],
                        "mayfly-account": [ACCOUNT],
                        "mayfly-mail": [MAIL],
                        "mayfly-round": [str(round)],
                    },
                },
                name: about or {},
            }
        )
    )


def delivery(*recipients: str) -> DeliveryEvent:
    return event(
        "Delivery",
        {"timestamp": TIME, "recipients": recipients, "smtpResponse": "250 ok"},
    )


def bounce(*recipients: str, kind: str = "Permanent") -> DeliveryEvent:
    return event(
        "Bounce",
        {
            "bounceType": kind,
            "bounceSubType": "NoEmail",
            "bouncedRecipients": [
                {"emailAddress": each, "diagnosticCode": "smtp; 550 5.1.1 no such user"}
                for each in recipients
            ],
            "timestamp": TIME,
            "feedbackId": f"bounce-{'-'.join(recipients)}",
        },
    )


def complaint(*recipients: str) -> DeliveryEvent:
    return event(
        "Complaint",
        {
            "complainedRecipients": [{"emailAddress": each} for each in recipients],
            "timestamp": TIME,
            "feedbackId": "complaint-1",
            "complaintFeedbackType": "abuse",
        },
    )


SEND, DELAY = event("Send"), event("DeliveryDelay", {"timestamp": TIME, "delayType": "MailboxFull"})
REJECT = event("Reject", {"reason": "Bad content"})


def test_a_mail_is_delivered_once_all_have_it() -> None:
    some = apply_event(outgoing(), delivery(ANN.lower()))
    everybody = apply_event(some, delivery(BOB))

    assert (some.state, everybody.state) == (State.SENT, State.DELIVERED)
    assert some.recipients[0].detail == "250 ok"


def test_the_worst_that_was_heard_counts() -> None:
    bounced = apply_event(outgoing(), bounce(BOB))

    assert bounced.state is State.BOUNCED
    assert apply_event(bounced, delivery(ANN)).state is State.BOUNCED
    assert apply_event(bounced, complaint(ANN)).state is State.COMPLAINED


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN, State.SENT, State.QUEUED])
def test_events_in_any_order_and_twice_lead_to_the_same(state: State) -> None:
    events = [SEND, delivery(ANN), bounce(BOB), complaint(ANN), DELAY]

    ends = set()
    for order in itertools.permutations(events):
        mail = outgoing(state)
        for each in (*order, *order):
            mail = apply_event(mail, each)
        ends.add((mail.state, mail.recipients))
        assert len(mail.history) == len(events)

    assert len(ends) == 1
    ((end, _),) = ends
    assert end is State.COMPLAINED


def test_what_is_uncertain_is_settled_by_an_event() -> None:
    assert apply_event(outgoing(State.UNCERTAIN), SEND).state is State.SENT
    assert apply_event(outgoing(State.UNCERTAIN), SEND).message_id == "ses-1"


def test_what_was_rejected_after_all_has_failed() -> None:
    rejected = apply_event(outgoing(), REJECT)

    assert (rejected.state, rejected.reason) == (State.FAILED, "rejected")


def test_a_delay_is_a_line_and_nothing_else() -> None:
    delayed = apply_event(outgoing(), DELAY)

    assert (delayed.state, delayed.history[-1].kind) == (State.SENT, "delivery_delay")


def test_an_event_of_a_round_before_changes_nothing_else() -> None:
    again = outgoing(State.QUEUED, round=2)

    assert apply_event(again, SEND).state is State.QUEUED
    assert apply_event(again, SEND).history[-1].kind == "send"


def test_the_history_is_oldest_first_and_send_stands_before_sent() -> None:
    """SES's clock may be behind ours or before it, and its words come in any order."""
    seconds = {"accepted": 0, "sending": 0.2, "sent": 0.9}
    lines = [
        HistoryEvent(
            samples.NOW + timedelta(seconds=after), kind, "ses-1" if kind == "sent" else ""
        )
        for kind, after in seconds.items()
    ]

    orders = set()
    for words in itertools.permutations([SEND, delivery(ANN), DELAY]):
        mail = outgoing(history=tuple(lines))
        for word in words:
            mail = apply_event(mail, word)
        orders.add(tuple(each.kind for each in mail.history))

    assert {each[:4] for each in orders} == {("accepted", "sending", "send", "sent")}
    assert {frozenset(each[4:]) for each in orders} == {frozenset({"delivery", "delivery_delay"})}


def test_our_own_line_stands_between_send_and_what_came_of_it() -> None:
    """SES's events may be faster than whoever handed the mail over."""
    began = (HistoryEvent(samples.NOW, "accepted"), HistoryEvent(samples.NOW, "sending"))
    mail = outgoing(State.SENDING, history=began)
    late = HistoryEvent(samples.NOW + timedelta(minutes=1), "sent", "ses-1", "sent ses-1")

    word = event("Delivery", {"timestamp": "2026-01-01T12:00:02.000Z", "recipients": [ANN]})
    heard = apply_event(apply_event(mail, word), SEND)
    written = heard.with_handover(late, 50)

    kinds = [each.kind for each in written.history]
    assert kinds == ["accepted", "sending", "send", "sent", "delivery"]
    assert [each.at for each in written.history] == sorted(each.at for each in written.history)
    assert written.with_handover(late, 50) == written


def test_a_line_of_an_attempt_goes_to_its_own_attempt() -> None:
    before = ("accepted", "sending", "send", "sent", "bounce", "resent", "sending")
    history = tuple(HistoryEvent(samples.NOW, kind) for kind in before)
    mail = outgoing(State.SENDING, history=history)

    written = mail.with_handover(HistoryEvent(samples.NOW, "sent", "ses-2"), 50)

    assert [each.kind for each in written.history] == [*before, "sent"]


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        (bounce(ANN), "bounce"),
        (complaint(ANN), "complaint"),
        (bounce(ANN, kind="Transient"), None),
        (bounce(ANN, kind="Undetermined"), None),
        (delivery(ANN), None),
    ],
)
def test_permanent_bounces_and_complaints_suppress_and_nothing_else(
    heard: DeliveryEvent, reason: str | None
) -> None:
    memory = Memory()
    memory.outbox.add(outgoing(), Share(samples.NOW.date(), 1, 0, 0), None)

    settled = DeliveryEventService(memory.outbox, memory.suppressions, memory.clock).settle(heard)

    found = memory.suppressions.among(ACCOUNT, [ANN, BOB])
    assert settled is DeliveryEventResult.WRITTEN
    assert {address: each.reason for address, each in found.items()} == (
        {ANN.lower(): reason} if reason else {}
    )


def test_an_event_that_comes_again_changes_nothing() -> None:
    memory = Memory()
    memory.outbox.add(outgoing(), Share(samples.NOW.date(), 1, 0, 0), None)
    settler = DeliveryEventService(memory.outbox, memory.suppressions, memory.clock)

    assert [settler.settle(bounce(ANN)) for _ in range(2)] == [
        DeliveryEventResult.WRITTEN,
        DeliveryEventResult.KNOWN,
    ]
    assert memory.outbox.tally().difference == 0


def test_a_mail_that_was_removed_still_suppresses() -> None:
    memory = Memory()
    settler = DeliveryEventService(memory.outbox, memory.suppressions, memory.clock)

    assert settler.settle(bounce(ANN)) is DeliveryEventResult.UNKNOWN_MAIL
    assert ANN.lower() in memory.suppressions.among(ACCOUNT, [ANN])


@pytest.mark.parametrize(
    "body",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        '{"Type": "SubscriptionConfirmation"}',
        '{"eventType": "Open", "mail": {}}',
    ],
)
def test_what_is_no_event_of_a_mail_is_left(body: str) -> None:
    with pytest.raises(NotAMail):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "x", "{}", '{"eventType": "Bounce"}', '{"eventType": "Send", "mail": {}}'),
        '{"eventType": "Send", "mail": {"timestamp": "now", "messageId": "1", "tags": {}}}',
    ],
)
def test_what_is_of_somebody_else_is_foreign(body: str) -> None:
    with pytest.raises(ForeignNotice):
        read(body)


def test_every_state_has_its_transitions_and_leads_to_no_other() -> None:
    line = HistoryEvent(samples.NOW, "test")

    assert set(TRANSITIONS) == set(State)
    for before, after in itertools.product(State, State):
        mail = outgoing(before)
        if after in TRANSITIONS[before]:
            assert mail.moved(after, line, 5).state is after
        else:
            with pytest.raises(WrongState):
                mail.moved(after, line, 5)


def test_nothing_that_was_sent_becomes_unsent() -> None:
    reached = {State.SENT}
    while True:
        more = reached.union(*(TRANSITIONS[each] for each in reached))
        if more == reached:
            break
        reached = more

    # By a person's wish alone: what failed or bounced may be sent again.
    assert State.SENDING not in TRANSITIONS[State.SENT] | TRANSITIONS[State.DELIVERED]
    assert State.UNCERTAIN not in TRANSITIONS[State.SENT]


def test_a_history_keeps_its_first_line_and_its_newest() -> None:
    mail = outgoing()
    for number in range(10):
        mail = mail.with_line(HistoryEvent(samples.NOW, str(number)), 4)

    assert [each.kind for each in mail.history] == ["0", "7", "8", "9"]


@pytest.mark.parametrize(
    ("fates", "state"),
    [
        ((RecipientStatus.SUPPRESSED,), State.FAILED),
        ((RecipientStatus.FAILED, RecipientStatus.SUPPRESSED), State.FAILED),
        ((RecipientStatus.SENT, RecipientStatus.FAILED), State.SENT),
        ((RecipientStatus.DELIVERED, RecipientStatus.FAILED), State.DELIVERED),
        ((RecipientStatus.DELIVERED, RecipientStatus.SENT), State.SENT),
        ((RecipientStatus.DELIVERED, RecipientStatus.BOUNCED), State.BOUNCED),
        ((RecipientStatus.COMPLAINED, RecipientStatus.BOUNCED), State.COMPLAINED),
    ],
)
def test_where_a_mail_stands(fates: tuple[RecipientStatus, ...], state: State) -> None:
    assert status_of([Recipient("a", "to", "a", fate) for fate in fates]) is state
