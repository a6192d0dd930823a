"""What every Destinations, ForwardNotes and OutgoingMails must do for forwarding."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly.errors import ForeignNotice
from mayfly.forwarding.dynamodb import DynamoDestinations, DynamoForwardNotes
from mayfly.forwarding.models import Destination, ForwardOrder
from mayfly.forwarding.ports import Destinations, ForwardNotes, ForwardOrders
from mayfly.forwarding.sqs import SqsForwardOrders, read_order
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.dynamodb.table import Table
from mayfly.messages.dynamodb import DynamoMessages
from mayfly.messages.models import Filing
from mayfly.messages.ports import Deliveries, Messages
from mayfly.receiving.dynamodb import DynamoDeliveries
from mayfly.receiving.models import Stored
from mayfly.settings import Settings
from tests import samples
from tests.aws import SIDES, on_side
from tests.forwarding.fakes import FakeForwardOrders
from tests.memory import FakeClock, Memory
from tests.worlds import COOLDOWN, QUOTA

ANN, BOB = "an account", "another"
ASKED = Destination("ann@elsewhere.example", "a" * 64, samples.NOW, samples.NOW + timedelta(days=1))
CONFIRMED = replace(ASKED, confirmed_at=samples.NOW + timedelta(hours=1))


@dataclass
class World:
    """The ports under test."""

    destinations: Destinations
    notes: ForwardNotes
    inboxes: Inboxes
    deliveries: Deliveries
    messages: Messages


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    clock = FakeClock()
    if request.param == "fake":
        memory = Memory(clock)
        yield World(
            memory.destinations,
            memory.forward_notes,
            memory.inboxes,
            memory.deliveries,
            memory.messages,
        )
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, clock.pause)
        yield World(
            DynamoDestinations(table),
            DynamoForwardNotes(table),
            DynamoInboxes(table, COOLDOWN),
            DynamoDeliveries(table, QUOTA, clock),
            DynamoMessages(table),
        )


def test_a_destination_is_its_accounts_alone(world: World) -> None:
    world.destinations.put(ANN, ASKED)

    assert world.destinations.of(ANN) == [ASKED]
    assert world.destinations.find(ANN, ASKED.address) == ASKED
    assert world.destinations.of(BOB) == []
    assert world.destinations.find(BOB, ASKED.address) is None


def test_asked_again_it_has_another_proof_and_the_one_before_confirms_nothing(
    world: World,
) -> None:
    again = replace(ASKED, proof="b" * 64)
    world.destinations.put(ANN, ASKED)
    world.destinations.put(ANN, again)

    assert not world.destinations.confirm(ANN, CONFIRMED)
    assert world.destinations.confirm(ANN, replace(CONFIRMED, proof="b" * 64))
    assert world.destinations.of(ANN) == [replace(CONFIRMED, proof="b" * 64)]


def test_one_that_is_confirmed_is_not_asked_anew(world: World) -> None:
    world.destinations.put(ANN, ASKED)
    world.destinations.confirm(ANN, CONFIRMED)

    world.destinations.put(ANN, replace(ASKED, proof="b" * 64))

    assert world.destinations.of(ANN) == [CONFIRMED]


def test_one_that_is_removed_is_gone_and_is_not_confirmed(world: World) -> None:
    world.destinations.put(ANN, ASKED)

    assert world.destinations.remove(ANN, ASKED.address)
    assert not world.destinations.remove(ANN, ASKED.address)
    assert not world.destinations.confirm(ANN, CONFIRMED)
    assert world.destinations.of(ANN) == []


@pytest.mark.parametrize("side", SIDES)
def test_an_order_is_read_as_it_was_given(side: str) -> None:
    order = ForwardOrder(MessageId(samples.inbox().id, 7, samples.accepted().mail))
    if side == "fake":
        orders: ForwardOrders = Memory().forward_orders
        orders.give(order)
        assert isinstance(orders, FakeForwardOrders) and orders.given == [order]
        return
    with on_side(Settings()) as clients:
        url = clients["sqs"].create_queue(QueueName="orders")["QueueUrl"]
        SqsForwardOrders(clients["sqs"], url).give(order)
        (told,) = clients["sqs"].receive_message(QueueUrl=url)["Messages"]
    assert read_order(told["Body"]) == order


@pytest.mark.parametrize("body", ["", "[]", "{", '{"account": "a"}', "7"])
def test_what_is_no_such_order_is_left_to_others(body: str) -> None:
    assert read_order(body) is None


@pytest.mark.parametrize("body", ['{"forward": 7}', '{"forward": "x"}', '{"forward": null}'])
def test_a_broken_order_is_named(body: str) -> None:
    with pytest.raises(ForeignNotice):
        read_order(body)


def given_message(world: World) -> MessageId:
    inbox = samples.inbox()
    world.inboxes.create(inbox, samples.NOW)
    filing = Filing(rules=("r",), forwards=("b@c.example", "d@e.example"), webhooks=("w1",))
    outcome = world.deliveries.deliver(
        samples.accepted(), samples.summary(), inbox, samples.NOW, filing
    )
    assert isinstance(outcome, Stored)
    return outcome.message


def test_a_message_says_whom_it_is_forwarded_to_and_why_not(world: World) -> None:
    where = given_message(world)
    _, message = world.messages.get(where, samples.NOW)
    assert (message.forwards, message.skips) == (("b@c.example", "d@e.example"), ())
    assert (message.rules, message.webhooks) == (("r",), ("w1",))

    for _ in range(2):
        world.notes.note(where, {"b@c.example": "unconfirmed"})

    _, noted = world.messages.get(where, samples.NOW)
    assert noted == replace(message, skips=(("b@c.example", "unconfirmed"),))


def test_a_note_brings_no_message_back(world: World) -> None:
    where = given_message(world)
    world.messages.delete(where, samples.NOW)

    world.notes.note(where, {"b@c.example": "unconfirmed"})

    assert world.messages.after(where.inbox, 0, 10, samples.NOW) == []
