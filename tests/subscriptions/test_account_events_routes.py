"""From a change of the table to the account that is told of it, and what that costs."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from functions.table_events.handler import lambda_handler
from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.assembly import Assembly
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.dynamodb.keys import message_key
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Content, Message
from mayfly.receiving.models import Stored
from mayfly.subscriptions.push import PushQueues
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.deployments import Deployment
from tests.memory import FakeSockets
from tests.subscriptions.test_table_events_routes import record

RAW = b"From: a@x.example\r\nSubject: Lunch\r\n\r\nthe text\r\n"


@dataclass
class House:
    """A deployment: its frames, and the calls it makes."""

    deployment: Deployment
    sockets: FakeSockets = field(default_factory=FakeSockets)
    calls: Counter[str] = field(default_factory=Counter)
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.assembly.subscriptions.lanes = PushQueues(self.sockets)
        now = self.assembly.now()
        self.account = an_account(sessions={"s1": now + timedelta(days=7)})
        self.assembly.adapters.accounts.add(self.account)
        self.assembly.subscriptions.service.connect("c1")

    @property
    def assembly(self) -> Assembly:
        return self.deployment.assembly

    def inbox(self, address: str, **changes: object) -> Inbox:
        now = self.assembly.now()
        inbox = samples.inbox(
            address, created_at=now, expires_at=now + timedelta(days=1), **changes
        )
        self.assembly.adapters.inboxes.create(inbox, now)
        return inbox

    def mailbox(self) -> Inbox:
        return self.inbox("ann@mayfly.example", access=Access.OWNER, owner=str(self.account.id))

    def mail(self, inbox: Inbox, name: str = "mail-1") -> Message:
        house, now = self.assembly, self.assembly.now()
        summary = samples.summary(received_at=now)
        outcome = house.adapters.deliveries.deliver(samples.accepted(name), summary, inbox, now)
        assert isinstance(outcome, Stored)
        content = Content(parse(RAW, limits.MIME), f"raw/{name}", len(RAW), "0" * 64)
        house.adapters.contents.put(outcome.message.mail, content, now + timedelta(days=1))
        return house.adapters.messages.get(outcome.message, now)[1]

    def subscribe(self) -> None:
        ends = self.assembly.now().replace(microsecond=0) + timedelta(days=7)
        token = self.assembly.accounts.tokens.issue(self.account.id, "s1", ends)
        self.assembly.subscriptions.accounts.subscribe("c1", token.text)

    def announce(self, *messages: Message) -> Counter[str]:
        """Follow the stream records of new messages; the calls to the table that it took."""
        rows = [
            self.assembly.adapters.table.get(message_key(each.id.inbox, each.id.sequence))
            for each in messages
        ]
        records = [record("INSERT", number, new=row) for number, row in enumerate(rows)]
        self.deployment.calls.clear()
        answer = lambda_handler({"Records": records}, self.deployment.context)
        assert answer == {"batchItemFailures": []}
        return Counter(self.deployment.calls)

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(frame) for _, frame in self.sockets.frames]


@pytest.fixture
def house(deployment: Deployment) -> House:
    return House(deployment)


def test_mail_of_a_mailbox_reaches_who_watches_its_account_in_order(house: House) -> None:
    mailbox = house.mailbox()
    house.subscribe()
    messages = [
        house.mail(house.assembly.adapters.inboxes.get(mailbox.id), f"mail-{n}") for n in range(3)
    ]

    house.announce(*messages)

    assert [each["type"] for each in house.frames] == ["new_email"] * 3
    assert [each["email"]["id"] for each in house.frames] == [1, 2, 3]
    assert house.frames[0]["mailboxId"] == str(mailbox.id)
    assert house.frames[0]["email"]["bodyText"].strip() == "the text"


WEBHOOKS = {"BatchGetItem": 1}
"""What looking for webhooks costs each message: the lists of its inbox, account and deployment."""


def test_a_public_inbox_that_nobody_watches_costs_one_query(house: House) -> None:
    message = house.mail(house.inbox("alice@mayfly.example"))

    assert house.announce(message) == {"Query": 1} | WEBHOOKS


def test_a_mailbox_whose_account_nobody_watches_costs_two(house: House) -> None:
    message = house.mail(house.mailbox())

    assert house.announce(message) == {"Query": 2} | WEBHOOKS


def test_a_watched_account_costs_its_row_and_the_mail_besides(house: House) -> None:
    mailbox = house.mailbox()
    house.subscribe()
    message = house.mail(mailbox)

    calls = house.announce(message)

    assert calls == {"Query": 2, "GetItem": 2, "BatchGetItem": 2}
    assert len(house.frames) == 1


def test_after_logout_a_watched_account_costs_its_row_and_says_nothing(house: House) -> None:
    mailbox = house.mailbox()
    house.subscribe()
    account = house.assembly.adapters.accounts.get(house.account.id)
    house.assembly.adapters.accounts.save(account.without_session("s1"), account.revision)
    message = house.mail(mailbox)

    calls = house.announce(message)

    assert calls == {"Query": 2, "GetItem": 1} | WEBHOOKS
    assert house.frames == []
