"""Mailboxes of accounts: how many, how long, and whose."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.updater import AccountUpdater
from mayfly.domains.models import UnknownDomain
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService
from mayfly.errors import (
    AddressTaken,
    Contended,
    InboxNotFound,
    InvalidInput,
    MailboxesFull,
    NotExtendable,
    Unauthenticated,
)
from mayfly.inboxes.access import Owner
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.service import InboxPolicy, InboxService
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mailboxes.migration import MailboxMigration
from mayfly.mailboxes.service import MailboxPolicy, MailboxService
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.memory import Memory
from tests.private_inboxes.test_private_inboxes import Entropy

DAY = timedelta(days=1)
TERMS = MailboxPolicy(3, 7 * DAY, 30 * DAY)


@dataclass
class House:
    """The landlord over memory, and an account."""

    memory: Memory
    landlord: MailboxService
    migration: MailboxMigration
    first: Account

    @property
    def account(self) -> Account:
        return self.memory.accounts.get(self.first.id)

    def make(self, alias: str | None = None) -> Inbox:
        return self.landlord.make(self.account, alias, None)

    def session(self, **changes: object) -> tuple[Inbox, TokenClaims]:
        inbox = samples.inbox("guest@mayfly.example", access=Access.TOKEN, **changes)
        self.memory.inboxes.create(inbox, self.memory.clock())
        return inbox, TokenClaims(inbox.id, inbox.token_version, inbox.expires_at)

    def receive(self, inbox: Inbox, name: str) -> None:
        mail = samples.accepted(name)
        summary = samples.summary(received_at=self.memory.clock())
        self.memory.deliveries.deliver(mail, summary, inbox, self.memory.clock())

    def active(self) -> list[Inbox]:
        now = self.memory.clock()
        return [each for each in self.memory.rows.inboxes.values() if each.is_active(now)]


@pytest.fixture
def house() -> House:
    memory = Memory()
    account = an_account()
    memory.accounts.add(account)
    terms = InboxPolicy(DAY, 3 * DAY, is_public=True)
    domains = DomainRegister(memory.domains, ("mayfly.example", "second.example"), memory.clock)
    landlord = MailboxService(
        AccountUpdater(memory.accounts, lambda seconds: None),
        InboxService(memory.inboxes, domains, terms, memory.clock, Entropy()),
        DomainService(memory.claims, domains, memory.clock),
        memory.messages,
        TERMS,
    )
    return House(memory, landlord, MailboxMigration(landlord), account)


def test_a_mailbox_belongs_to_its_account_and_lives_for_its_term(house: House) -> None:
    made = house.make("ann")

    assert (made.access, made.owner) == (Access.OWNER, str(house.first.id))
    assert made.expires_at == samples.NOW + 7 * DAY
    assert made.message_lifetime == 30 * DAY
    assert not made.opens_with("")
    assert house.account.mailboxes == (made.id,)
    assert house.landlord.mailboxes(house.account) == [made]


def test_the_domain_can_be_chosen_among_ours(house: House) -> None:
    made = house.landlord.make(house.account, "ann", "second.example")

    assert str(made.address) == "ann@second.example"
    with pytest.raises(UnknownDomain):
        house.landlord.make(house.account, "ann", "elsewhere.example")


def test_a_name_that_somebody_else_has_in_whatever_way_is_taken(house: House) -> None:
    for access in (Access.ADDRESS, Access.TOKEN, Access.OWNER):
        taken = samples.inbox(f"{access}@mayfly.example", access=access)
        house.memory.inboxes.create(taken, samples.NOW)

        with pytest.raises(AddressTaken):
            house.make(access.value)

    assert house.account.mailboxes == ()


@pytest.mark.parametrize("alias", ["abc", "a.b-c_d", "x" * 64, " Trimmed ", "007"])
def test_names_that_can_be(house: House, alias: str) -> None:
    assert house.make(alias).address.local == alias.strip().lower()


@pytest.mark.parametrize(
    "alias",
    [
        *("ab", "x" * 65, "a b c", "a+b", ".abc", "abc.", "a..b", "a.-b", "-abc", "a@b", "a/b"),
        *("äbc", "\u0430b\u0441", "abc\n.d", "admin", "ABUSE", '"abc"', "a\u0000c"),
    ],
)
def test_names_that_cannot(house: House, alias: str) -> None:
    with pytest.raises(InvalidInput):
        house.make(alias)


def test_no_more_active_ones_than_may_be_and_deleted_ones_free_their_place(house: House) -> None:
    boxes = [house.make() for _ in range(3)]

    with pytest.raises(MailboxesFull, match="3 active"):
        house.make()
    house.landlord.close(house.account, str(boxes[1].id))
    last = house.make()

    assert house.account.mailboxes == (boxes[0].id, boxes[2].id, last.id)


def test_of_many_who_race_for_the_last_place_one_gets_it(house: House) -> None:
    house.make()
    house.make()
    account = house.account

    def made(number: int) -> bool:
        try:
            house.landlord.make(account, f"race{number}", None)
        except (MailboxesFull, Contended):
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        results = list(threads.map(made, range(12)))

    assert sum(results) == 1
    assert len(house.active()) == 3


def test_who_loses_a_race_looks_again_how_many_there_are(house: House) -> None:
    house.make()
    house.make()
    before = house.account
    house.memory.accounts.meanwhile.append(lambda: house.make("quicker"))

    with pytest.raises(MailboxesFull):
        house.landlord.make(before, "slower", None)

    assert house.account.mailboxes[-1] == house.active()[-1].id
    assert len(house.active()) == 3


def test_expired_ones_leave_the_list_once_they_show_nothing_any_more(house: House) -> None:
    empty, full = house.make(), house.make()
    house.receive(full, "mail")
    house.memory.clock.advance(days=8)

    third = house.make()
    assert house.account.mailboxes == (full.id, third.id)
    house.memory.clock.advance(days=30)
    fourth = house.make()

    assert list(house.account.mailboxes) == [fourth.id]
    assert empty.id != fourth.id


def test_a_list_of_expired_ones_does_not_grow_for_ever(house: House) -> None:
    full = [
        samples.inbox(
            f"old{n}@mayfly.example",
            access=Access.OWNER,
            owner=str(house.first.id),
            expires_at=samples.NOW,
            held_messages=1,
        )
        for n in range(limits.LISTED_MAILBOXES)
    ]
    for each in full:
        house.memory.inboxes.create(each, samples.NOW)
    listed = replace(house.account, mailboxes=tuple(each.id for each in full))
    house.memory.accounts.save(listed, listed.revision)

    with pytest.raises(MailboxesFull, match="delete some"):
        house.make()


@pytest.mark.parametrize(("after", "lives"), [(0, 14), (5, 14), (9, 16), (40, 47)])
def test_an_extension_counts_from_the_end_or_from_now(house: House, after: int, lives: int) -> None:
    made = house.make()
    house.memory.clock.advance(days=after)

    extended = house.landlord.extend(house.account, str(made.id))

    assert extended.expires_at == samples.NOW + lives * DAY
    assert house.memory.inboxes.get(made.id) == extended
    assert house.account.mailboxes == (made.id,)


def test_nothing_lives_longer_than_the_mail_it_takes_now(house: House) -> None:
    made = house.make()
    for days in (14, 21, 28, 30):
        extended = house.landlord.extend(house.account, str(made.id))
        assert extended.expires_at == samples.NOW + days * DAY

    with pytest.raises(NotExtendable, match="30 days"):
        house.landlord.extend(house.account, str(made.id))
    house.memory.clock.advance(minutes=59)
    with pytest.raises(NotExtendable, match="30 days"):
        house.landlord.extend(house.account, str(made.id))
    house.memory.clock.advance(days=1, minutes=-59)
    house.landlord.extend(house.account, str(made.id))

    assert house.memory.inboxes.get(made.id).expires_at == samples.NOW + 31 * DAY


def test_an_expired_one_needs_a_free_place_to_come_back(house: House) -> None:
    old = house.make()
    house.memory.clock.advance(days=8)
    for _ in range(3):
        house.make()

    with pytest.raises(MailboxesFull):
        house.landlord.extend(house.account, str(old.id))

    assert not house.memory.inboxes.get(old.id).is_active(house.memory.clock())


def test_an_extension_forgets_what_has_expired_in_it(house: House) -> None:
    made = house.make()
    for n in range(limits.MAX_PAGE_MESSAGES):
        house.receive(made, f"old{n}")
    for days in (6, 13, 20, 27):
        house.memory.clock.now = samples.NOW + days * DAY
        house.landlord.extend(house.account, str(made.id))
    house.receive(made, "new")
    assert house.memory.inboxes.get(made.id).held_messages == limits.MAX_PAGE_MESSAGES + 1
    house.memory.clock.now = samples.NOW + 31 * DAY

    house.landlord.extend(house.account, str(made.id))

    held = house.memory.inboxes.get(made.id)
    assert (held.held_messages, held.held_bytes) == (1, samples.summary().size_bytes)
    assert held.sequence == limits.MAX_PAGE_MESSAGES + 1


def test_all_readable_messages_are_counted_over_several_pages(house: House) -> None:
    made = house.make()
    for n in range(2 * limits.MAX_PAGE_MESSAGES + 1):
        house.receive(made, f"mail{n}")
    before = house.memory.inboxes.get(made.id)

    extended = house.landlord.extend(house.account, str(made.id))

    assert extended.held_messages == before.held_messages == 2 * limits.MAX_PAGE_MESSAGES + 1
    assert extended.held_bytes == before.held_bytes


def test_mail_that_comes_during_an_extension_is_counted(house: House) -> None:
    made = house.make()
    house.memory.accounts.meanwhile.append(lambda: house.receive(made, "mail"))

    house.landlord.extend(house.account, str(made.id))

    held = house.memory.inboxes.get(made.id)
    assert (held.sequence, held.held_messages) == (1, 1)
    assert held.expires_at == samples.NOW + 14 * DAY


def test_a_session_s_mailbox_is_taken_over_with_what_it_holds(house: House) -> None:
    inbox, grant = house.session(token_version=2)
    house.receive(inbox, "mail")

    house.migration.adopt(house.account, grant)

    there = house.memory.inboxes.get(inbox.id)
    assert (there.access, there.owner) == (Access.OWNER, str(house.first.id))
    assert (there.expires_at, there.message_lifetime) == (samples.NOW + 7 * DAY, 30 * DAY)
    assert (there.token_version, there.sequence, there.held_messages) == (3, 1, 1)
    assert house.account.mailboxes == (inbox.id,)


def test_of_two_accounts_one_takes_a_session_over(house: House) -> None:
    _, grant = house.session()
    other = an_account("eve@elsewhere.example")
    house.memory.accounts.add(other)
    house.migration.adopt(house.account, grant)

    with pytest.raises((Unauthenticated, InboxNotFound)):
        house.migration.adopt(other, grant)
    with pytest.raises((Unauthenticated, InboxNotFound)):
        house.migration.adopt(house.account, grant)

    assert house.memory.accounts.get(other.id).mailboxes == ()


Change = Callable[[House, Inbox], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda house, inbox: house.memory.inboxes.rotate(inbox.id, 0),
        lambda house, inbox: house.memory.inboxes.close(inbox.id, house.memory.clock()),
        lambda house, inbox: house.memory.clock.advance(days=1),
    ],
    ids=["rotated", "deleted", "expired"],
)
def test_a_session_that_is_over_is_not_taken_over(house: House, change: Change) -> None:
    inbox, grant = house.session()
    change(house, inbox)

    with pytest.raises((Unauthenticated, InboxNotFound)):
        house.migration.adopt(house.account, grant)

    assert house.account.mailboxes == ()
    assert house.memory.inboxes.get(inbox.id).access is Access.TOKEN


def test_a_full_account_takes_nothing_over(house: House) -> None:
    _, grant = house.session()
    for _ in range(3):
        house.make()

    with pytest.raises(MailboxesFull):
        house.migration.adopt(house.account, grant)

    assert len(house.account.mailboxes) == 3


def test_a_long_lived_session_loses_nothing(house: House) -> None:
    inbox, grant = house.session(expires_at=samples.NOW + 20 * DAY, message_lifetime=60 * DAY)

    house.migration.adopt(house.account, grant)

    there = house.memory.inboxes.get(inbox.id)
    assert (there.expires_at, there.message_lifetime) == (inbox.expires_at, 60 * DAY)


def show(landlord: MailboxService, account: Account, mailbox: str) -> Inbox:
    return landlord.show(Owner(mailbox, str(account.id)))


def test_nobody_else_s_mailbox_is_there(house: House) -> None:
    made = house.make()
    eve = an_account("eve@elsewhere.example")
    house.memory.accounts.add(eve)

    for call in (show, MailboxService.extend, MailboxService.close):
        with pytest.raises(InboxNotFound):
            call(house.landlord, eve, str(made.id))

    assert show(house.landlord, house.account, str(made.id)) == made


def test_a_closed_mailbox_is_gone_and_off_the_list(house: House) -> None:
    made = house.make()

    house.landlord.close(house.account, str(made.id))

    assert house.account.mailboxes == ()
    assert house.landlord.mailboxes(house.account) == []
    for call in (show, MailboxService.extend, MailboxService.close):
        with pytest.raises(InboxNotFound):
            call(house.landlord, house.account, str(made.id))
