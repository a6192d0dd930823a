"""Transactions that meet other writers: the writes that wait for them, and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mayfly.accounts.models import AccountId
from mayfly.batches.dynamodb import DynamoBatches
from mayfly.batches.models import Batch
from mayfly.domains.dynamodb import DynamoDomains
from mayfly.domains.models import MailDomain
from mayfly.errors import UNAVAILABLE, Contended, kind_of
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import CONNECTION_LIFETIME
from mayfly.messages.dynamodb import DynamoMessages
from mayfly.receiving.dynamodb import DynamoDeliveries
from mayfly.receiving.models import DropReason, Stored
from mayfly.subscriptions.dynamodb import DynamoSubscriptions
from mayfly.subscriptions.dynamodb_accounts import DynamoAccountSubscriptions
from mayfly.subscriptions.models import AccountSubscription, Connection, Subscription
from tests import samples
from tests.memory import PLACES
from tests.worlds import COOLDOWN, QUOTA

NOW = samples.NOW
ENDS = NOW + CONNECTION_LIFETIME
FOREVER = 1000


def canceled(*codes: str) -> ClientError:
    """What boto3 raises, with one reason for each item of the transaction."""
    told: Any = {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(told, "TransactWriteItems")


@dataclass
class Busy:
    """DynamoDB's client; the last item of its next transactions meets other writers."""

    client: Any
    conflicts: int = 0
    code: str = "TransactionConflict"
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        self.asked += 1
        if self.asked > self.conflicts:
            return self.client.transact_write_items(**arguments)
        others = ["None"] * (len(arguments["TransactItems"]) - 1)
        raise canceled(*others, self.code)


@dataclass
class Desk:
    """The table, which others write to as well."""

    table: Table
    busy: Busy


@pytest.fixture
def desk(table: Table) -> Desk:
    busy = Busy(table.client)
    return Desk(Table(busy, table.name, lambda seconds: None), busy)


Write = Callable[[], object]


def dropping(table: Table) -> Write:
    deliveries = DynamoDeliveries(table, QUOTA, lambda: NOW)
    mail, recipient = samples.accepted(), samples.inbox().address
    return lambda: deliveries.drop(mail, recipient, DropReason.UNKNOWN_RECIPIENT)


def delivering(table: Table) -> Write:
    inbox = samples.inbox()
    DynamoInboxes(table, COOLDOWN).create(inbox, NOW)
    deliveries = DynamoDeliveries(table, QUOTA, lambda: NOW)
    return lambda: deliveries.deliver(samples.accepted(), samples.summary(), inbox, NOW)


def deleting(table: Table) -> Write:
    outcome = delivering(table)()
    assert isinstance(outcome, Stored)
    return lambda: DynamoMessages(table).delete(outcome.message, NOW)


def rotating(table: Table) -> Write:
    inboxes, inbox = DynamoInboxes(table, COOLDOWN), samples.inbox()
    inboxes.create(inbox, NOW)
    return lambda: inboxes.rotate(inbox.id, 0)


def placing(table: Table) -> Write:
    batch = Batch("00000000-0000-4000-8000-000000000000", NOW, ENDS, b"sealed")
    inboxes = [samples.inbox("a@mayfly.example"), samples.inbox("b@mayfly.example")]
    return lambda: DynamoBatches(table, COOLDOWN).place(batch, 0, inboxes, NOW)


def adding_a_domain(table: Table) -> Write:
    return lambda: DynamoDomains(table).add(MailDomain("a.example", created_at=NOW))


def subscribing(table: Table) -> Write:
    watching, inbox = DynamoSubscriptions(table, PLACES), samples.inbox()
    watching.connect(Connection("one", ENDS))
    return lambda: watching.subscribe(Subscription("one", inbox.id, inbox.address, ENDS), NOW)


def watching_an_account(table: Table) -> Write:
    DynamoSubscriptions(table, PLACES).connect(Connection("one", ENDS))
    watch = AccountSubscription(
        "one", AccountId.make(samples.inbox().address, b"8 bytes."), "s", ENDS
    )
    return lambda: DynamoAccountSubscriptions(table, PLACES).watch(watch, NOW)


WRITES = (
    *(dropping, delivering, deleting, rotating, placing),
    *(adding_a_domain, subscribing, watching_an_account),
)
BUSY = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")


@pytest.mark.parametrize("code", BUSY)
@pytest.mark.parametrize("write", WRITES, ids=lambda write: str(write.__name__))
def test_a_write_waits_for_those_who_are_before_it(
    desk: Desk, write: Callable[[Table], Write], code: str
) -> None:
    do = write(desk.table)
    desk.busy.asked, desk.busy.conflicts, desk.busy.code = 0, 3, code

    do()

    assert desk.busy.asked == 4


@pytest.mark.parametrize("write", WRITES, ids=lambda write: str(write.__name__))
def test_a_write_that_meets_others_all_the_time_is_refused_as_one_to_try_again(
    desk: Desk, write: Callable[[Table], Write]
) -> None:
    do = write(desk.table)
    desk.busy.asked, desk.busy.conflicts = 0, FOREVER

    with pytest.raises(Contended) as refused:
        do()

    assert kind_of(refused.value) is UNAVAILABLE
    assert 1 < desk.busy.asked < 30
    desk.busy.conflicts = 0
    do()  # nothing was changed


def test_what_a_transaction_cannot_be_is_not_tried_again(desk: Desk) -> None:
    desk.busy.conflicts, desk.busy.code = FOREVER, "ValidationError"

    with pytest.raises(ClientError):
        dropping(desk.table)()

    assert desk.busy.asked == 1
