"""Who watches an account, and what they are told."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.tokens import (
    AUDIENCE,
    SOCKET_AUDIENCE,
    AccountSession,
    AccountTokens,
    Authenticator,
)
from mayfly.errors import ConnectionGone, LimitReached, Unauthenticated
from mayfly.filters.fields import filter_of
from mayfly.inboxes.models import SpamPolicy
from mayfly.mail.mime.parser import parse
from mayfly.mailboxes.threads import thread_number
from mayfly.messages.models import Content, Message, Verdicts
from mayfly.subscriptions.account_push import AccountPusher
from mayfly.subscriptions.account_service import AccountSubscriptionService, invitation
from mayfly.subscriptions.models import AccountSubscription, Connection, PlacesTaken
from mayfly.subscriptions.push import PushQueues
from tests import samples
from tests.given_mailboxes import SESSION, given_account, given_mailbox, given_message
from tests.memory import PLACES, Memory
from tests.watchers import account_watcher_over

RAW = b"From: a@x.example\r\nSubject: Lunch\r\n\r\nthe text\r\n"


@dataclass
class House:
    """An account, the connection c1, and the flows."""

    memory: Memory = field(default_factory=Memory)
    account: Account = field(init=False)
    lanes: PushQueues = field(init=False)

    def __post_init__(self) -> None:
        self.account = given_account(self.memory)
        self.lanes = PushQueues(self.memory.sockets)
        self.connect("c1")

    @property
    def tokens(self) -> AccountTokens:
        audiences = (SOCKET_AUDIENCE, AUDIENCE)
        return AccountTokens(self.memory.signing_keys, self.memory.clock, bytes, audiences)

    @property
    def watcher(self) -> AccountSubscriptionService:
        memory = self.memory
        doorman = Authenticator(memory.accounts, self.tokens, memory.clock)
        return account_watcher_over(memory, doorman)

    def connect(self, *names: str) -> None:
        for name in names:
            ends = self.memory.clock() + limits.CONNECTION_LIFETIME
            self.memory.watching.connect(Connection(name, ends))

    def account_token(self, session: str = SESSION) -> str:
        tokens = AccountTokens(self.memory.signing_keys, self.memory.clock, bytes)
        ends = self.memory.clock().replace(microsecond=0) + timedelta(days=7)
        return tokens.issue(self.account.id, session, ends).text

    def save(self, change: Callable[[Account], Account]) -> None:
        current = self.memory.accounts.get(self.account.id)
        self.memory.accounts.save(change(current), current.revision)

    def mail(self, address: str = "ann@mayfly.example", **summary: object) -> Message:
        """A new message in the account's mailbox at this address, which is made if need be."""
        account = self.memory.accounts.get(self.account.id)
        there = {str(each.address): each for each in self.memory.accounts.mailboxes(account)}
        mailbox = there.get(address) or given_mailbox(self.memory, account, address)
        message = given_message(self.memory, mailbox, **summary)
        content = Content(parse(RAW, limits.MIME), "raw/1", len(RAW), "0" * 64)
        self.memory.contents.put(message.id.mail, content, message.expires_at)
        return message

    def announce(self, message: Message) -> list[tuple[str, dict[str, Any]]]:
        """What is sent because of it."""
        memory = self.memory
        del memory.sockets.frames[:]
        announcer = AccountPusher(
            memory.accounts,
            memory.account_watching,
            memory.messages,
            memory.loader,
            self.lanes,
            memory.clock,
        )
        announcer.announce(message.id, str(self.account.id))
        self.lanes.finish(timedelta(seconds=5))
        return [(connection, json.loads(frame)) for connection, frame in memory.sockets.frames]


@pytest.fixture
def house() -> House:
    return House()


def test_mail_of_every_mailbox_is_announced_also_of_one_made_later(house: House) -> None:
    first = house.mail()
    house.watcher.subscribe("c1", house.account_token())

    frames = house.announce(first) + house.announce(house.mail("late@mayfly.example"))

    assert [connection for connection, _ in frames] == ["c1", "c1"]
    assert [frame["type"] for _, frame in frames] == ["new_email", "new_email"]
    assert len({frame["mailboxId"] for _, frame in frames}) == 2
    assert frames[0][1]["email"]["bodyText"].strip() == "the text"


def test_an_account_may_hear_of_what_a_filter_means_only(house: House) -> None:
    house.connect("c2", "c3")
    house.watcher.subscribe("c1", house.account_token())
    house.watcher.subscribe("c2", house.account_token(), only=filter_of({"text": "the text"}))
    house.watcher.subscribe("c3", house.account_token(), only=filter_of({"subject": "lunch"}))

    order = house.announce(house.mail(subject="Your order"))
    lunch = house.announce(house.mail(subject="Lunch"))

    assert sorted(connection for connection, _ in order) == ["c1", "c2"]
    assert sorted(connection for connection, _ in lunch) == ["c1", "c2", "c3"]


def test_the_answer_says_from_where_on_mail_is_announced(house: House) -> None:
    house.mail()
    house.mail()
    house.mail("other@mayfly.example")

    watched = house.watcher.subscribe("c1", house.account_token())

    numbers = {str(each.address): each.sequence for each in watched.mailboxes}
    assert numbers == {"ann@mayfly.example": 2, "other@mayfly.example": 1}
    assert watched.expires_at == samples.NOW + limits.CONNECTION_LIFETIME


def test_spam_is_not_announced_unless_its_mailbox_shows_it(house: House) -> None:
    house.watcher.subscribe("c1", house.account_token())

    assert house.announce(house.mail(subject="Buy", verdicts=Verdicts("FAIL"))) == []


def test_a_message_is_announced_with_its_folder_and_a_reply_with_its_thread(house: House) -> None:
    house.watcher.subscribe("c1", house.account_token())
    first = house.mail(thread_id="lunch", subject="Lunch").id.inbox
    mailboxes = house.memory.rows.inboxes
    mailboxes[first.partition] = replace(mailboxes[first.partition], spam_policy=SpamPolicy.FOLDER)
    reply = house.mail(subject="Re: Lunch", verdicts=Verdicts("FAIL"))

    ((_, frame),) = house.announce(reply)

    assert (frame["folderId"], frame["email"]["threadId"]) == (4, thread_number("lunch"))


def test_while_nobody_watches_nothing_but_that_is_read(house: House) -> None:
    message = house.mail()

    assert house.announce(message) == []
    assert (house.memory.account_watching.asked, house.memory.contents.reads) == (1, 0)


def test_the_content_is_read_once_for_all_who_watch(house: House) -> None:
    house.connect("c2", "c3")
    for name in ("c1", "c2", "c3"):
        house.watcher.subscribe(name, house.account_token())

    frames = house.announce(house.mail())

    assert sorted(connection for connection, _ in frames) == ["c1", "c2", "c3"]
    assert house.memory.contents.reads == 1


def ended_by_logout(house: House) -> None:
    house.save(lambda account: account.without_session(SESSION))


def ended_by_a_new_password(house: House) -> None:
    house.save(
        lambda account: account.with_session(
            "another", samples.NOW + timedelta(days=7), samples.NOW, 20
        ).with_only_session("another")
    )


def ended_by_time(house: House) -> None:
    house.save(lambda account: replace(account, sessions={SESSION: samples.NOW}))


def ended_by_deletion(house: House) -> None:
    house.memory.accounts.remove(house.memory.accounts.get(house.account.id))


ENDS = [ended_by_logout, ended_by_a_new_password, ended_by_time, ended_by_deletion]


@pytest.mark.parametrize("end", ENDS)
def test_a_subscription_ends_with_its_session(house: House, end: Callable[[House], None]) -> None:
    house.watcher.subscribe("c1", house.account_token())
    message = house.mail()

    end(house)

    assert house.announce(message) == []
    assert house.memory.contents.reads == 0


@pytest.mark.parametrize("end", ENDS)
def test_the_token_of_a_session_that_ended_opens_nothing(
    house: House, end: Callable[[House], None]
) -> None:
    token = house.account_token()

    end(house)

    with pytest.raises(Unauthenticated):
        house.watcher.subscribe("c1", token)
    assert house.memory.rows.account_watches == {}


def test_a_message_that_is_gone_is_not_announced(house: House) -> None:
    house.watcher.subscribe("c1", house.account_token())
    message, contentless = house.mail(), house.mail()

    house.memory.messages.delete(message.id, house.memory.clock())
    house.memory.contents.delete(contentless.id.mail)

    assert house.announce(message) + house.announce(contentless) == []


def test_the_token_of_a_page_subscribes_for_as_long_as_the_session(house: House) -> None:
    visit = AccountSession(house.account, SESSION)
    token = invitation(visit, house.tokens)

    watched = house.watcher.subscribe("c1", token.text)
    house.memory.clock.advance(minutes=30)

    assert token.expires_at == samples.NOW + timedelta(seconds=60)
    assert watched.expires_at == samples.NOW + limits.CONNECTION_LIFETIME
    assert len(house.announce(house.mail())) == 1


def test_it_has_to_be_used_in_time_and_opens_nothing_else(house: House) -> None:
    token = invitation(AccountSession(house.account, SESSION), house.tokens).text
    api = Authenticator(
        house.memory.accounts,
        AccountTokens(house.memory.signing_keys, house.memory.clock, bytes),
        house.memory.clock,
    )

    with pytest.raises(Unauthenticated):
        api.admit(token)
    house.memory.clock.advance(seconds=60)
    with pytest.raises(Unauthenticated, match="expired"):
        house.watcher.subscribe("c1", token)


def test_the_subscription_is_over_when_the_session_is_even_if_it_stays_listed(
    house: House,
) -> None:
    soon = samples.NOW + timedelta(minutes=10)
    house.save(lambda account: replace(account, sessions={SESSION: soon}))

    watched = house.watcher.subscribe("c1", house.account_token())

    assert watched.expires_at == soon


def test_those_of_sessions_that_ended_take_nobodys_place(house: House) -> None:
    names = [f"old{number}" for number in range(limits.CONNECTIONS_PER_INBOX)]
    house.connect(*names)
    for name in names:
        house.watcher.subscribe(name, house.account_token())
    with pytest.raises(LimitReached):
        house.watcher.subscribe("c1", house.account_token())

    ended_by_a_new_password(house)
    house.watcher.subscribe("c1", house.account_token("another"))

    watchers = house.memory.account_watching.watchers(house.account.id, house.memory.clock())
    assert [each.connection_id for each in watchers] == ["c1"]


def test_who_unsubscribes_hears_no_more(house: House) -> None:
    house.watcher.subscribe("c1", house.account_token())

    house.watcher.unsubscribe("c1")
    house.watcher.unsubscribe("c1")

    assert house.announce(house.mail()) == []


def test_a_connection_that_is_not_open_cannot_subscribe(house: House) -> None:
    with pytest.raises(ConnectionGone):
        house.watcher.subscribe("c9", house.account_token())


def test_no_session_shows_in_a_log(house: House) -> None:
    watch = AccountSubscription("c1", house.account.id, "secret-session", samples.NOW)

    assert "secret-session" not in repr(watch)


def test_one_client_address_leaves_places_to_watch_the_account(house: House) -> None:
    names = [f"d{n}" for n in range(PLACES.watchers_of_client + 1)]
    house.connect(*names)
    for name in names[:-1]:
        house.watcher.subscribe(name, house.account_token(), "somebody")

    with pytest.raises(PlacesTaken, match="SOCKET_ADDRESS_WATCHERS"):
        house.watcher.subscribe(names[-1], house.account_token(), "somebody")
    house.watcher.subscribe("c1", house.account_token(), "somebody else")
    house.memory.clock.advance(minutes=1)
    house.memory.sockets.gone.add(names[0])
    house.watcher.subscribe(names[-1], house.account_token(), "somebody")

    assert names[0] not in house.memory.rows.connections
