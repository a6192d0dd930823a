"""What every Accounts must do."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.accounts.models import Account, AccountId, AccountTaken
from mayfly.accounts.ports import Accounts
from mayfly.accounts.rows import account_row
from mayfly.errors import AccountNotFound, AddressTaken, Contended, InboxNotFound, Unauthenticated
from mayfly.inboxes.ids import GENERATION_BYTES
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE
from mayfly.mail.address import Address
from tests import samples
from tests.worlds import COOLDOWN, World

_generations = itertools.count(1)
WEEK = timedelta(days=7)


def an_account(email: str = "ann@elsewhere.example", **changes: object) -> Account:
    """A new generation of an account."""
    where = Address.parse(email)
    fields: dict[str, object] = {
        "id": AccountId.make(where, next(_generations).to_bytes(GENERATION_BYTES, "big")),
        "email": where,
        "full_name": "Ann Other",
        "password_hash": "a-hash-of-the-tests",
        "created_at": samples.NOW,
    }
    return Account(**(fields | changes))  # type: ignore[arg-type]


def a_mailbox(account: Account, address: str = "ann@mayfly.example") -> Inbox:
    return samples.inbox(
        address,
        access=Access.OWNER,
        owner=str(account.id),
        expires_at=samples.NOW + WEEK,
        message_lifetime=timedelta(days=30),
    )


def listing(account: Account, *mailboxes: Inbox) -> Account:
    return replace(account, mailboxes=tuple(each.id for each in mailboxes))


@pytest.fixture
def accounts(world: World) -> Accounts:
    return world.accounts


def added(accounts: Accounts, account: Account) -> Account:
    accounts.add(account)
    return account


def test_an_account_is_found_as_it_was_made_by_address_and_by_id(accounts: Accounts) -> None:
    account = an_account(
        is_verified=False,
        full_name="",
        sessions={"s1": samples.NOW + WEEK, "s-2_=": samples.NOW},
        mailboxes=(samples.inbox().id, samples.inbox("bob@mayfly.example").id),
    )

    accounts.add(account)

    assert accounts.get(account.id) == account
    assert accounts.find(Address.parse(" Ann@ELSEWHERE.example ")) == account


def test_nobody_and_another_generation_are_not_found(accounts: Accounts) -> None:
    accounts.add(an_account())

    with pytest.raises(AccountNotFound):
        accounts.find(Address.parse("bob@elsewhere.example"))
    with pytest.raises(AccountNotFound):
        accounts.get(an_account().id)


def test_an_address_has_one_account_until_it_is_removed(accounts: Accounts) -> None:
    first = added(accounts, an_account())

    with pytest.raises(AccountTaken):
        accounts.add(an_account())
    accounts.remove(first)
    second = added(accounts, an_account())

    assert accounts.find(first.email) == second
    with pytest.raises(AccountNotFound):
        accounts.get(first.id)


def test_an_account_that_is_not_verified_gives_way_to_the_next(accounts: Accounts) -> None:
    first = added(accounts, an_account(is_verified=False))

    second = added(accounts, an_account(is_verified=False))
    accounts.save(replace(second, is_verified=True), second.revision)

    with pytest.raises(AccountNotFound):
        accounts.get(first.id)
    for each in (an_account(), an_account(is_verified=False)):
        with pytest.raises(AccountTaken):
            accounts.add(each)
    assert accounts.find(first.email).id == second.id


def test_verifying_an_account_that_gave_way_is_refused(accounts: Accounts) -> None:
    first = added(accounts, an_account(is_verified=False))
    second = added(accounts, an_account(is_verified=False))

    with pytest.raises(Contended):
        accounts.save(replace(first, is_verified=True), first.revision)

    assert accounts.find(first.email) == second


def test_only_the_row_of_an_account_that_is_not_verified_goes_by_itself() -> None:
    account = an_account(is_verified=False)

    row, verified = account_row(account), account_row(replace(account, is_verified=True))

    assert row[TTL_ATTRIBUTE] - int(samples.NOW.timestamp()) == 24 * 3600
    assert TTL_ATTRIBUTE not in verified


def test_saving_raises_the_revision_and_a_stale_writer_is_refused(accounts: Accounts) -> None:
    account = added(accounts, an_account())

    renamed = accounts.save(replace(account, full_name="Anna"), account.revision)

    assert accounts.get(account.id) == renamed
    assert (renamed.full_name, renamed.revision) == ("Anna", account.revision + 1)
    with pytest.raises(Contended):
        accounts.save(replace(account, full_name="Eve"), account.revision)
    with pytest.raises(Contended):
        accounts.save(an_account(), 0)
    assert accounts.get(account.id) == renamed


def test_removing_asks_for_the_revision_and_a_repeat_is_a_no_op(accounts: Accounts) -> None:
    account = added(accounts, an_account())
    newer = accounts.save(account, account.revision)

    with pytest.raises(Contended):
        accounts.remove(account)
    accounts.remove(newer)
    accounts.remove(newer)
    heir = added(accounts, an_account())
    accounts.remove(newer)

    assert accounts.get(heir.id) == heir


def test_a_mailbox_is_opened_together_with_its_place_in_the_list(world: World) -> None:
    account = added(world.accounts, an_account())
    mailbox = a_mailbox(account)

    opened = world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())

    assert world.accounts.get(account.id) == opened
    assert (opened.revision, opened.mailboxes) == (account.revision + 1, (mailbox.id,))
    assert world.inboxes.get(mailbox.id) == mailbox
    assert world.accounts.mailboxes(opened) == [mailbox]


def test_a_taken_address_leaves_the_account_alone_until_it_has_cooled_down(world: World) -> None:
    account = added(world.accounts, an_account())
    first = samples.inbox("ann@mayfly.example", sequence=1)
    world.inboxes.create(first, world.clock())
    mailbox = a_mailbox(account)

    with pytest.raises(AddressTaken):
        world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())
    assert world.accounts.get(account.id) == account
    assert world.inboxes.get(first.id) == first
    world.clock.now = first.expires_at + COOLDOWN
    world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())

    assert world.inboxes.get(mailbox.id) == mailbox


def test_a_mailbox_is_heir_to_an_address_that_never_had_mail(world: World) -> None:
    account = added(world.accounts, an_account())
    first = samples.inbox("ann@mayfly.example")
    world.inboxes.create(first, world.clock())
    mailbox = a_mailbox(account)
    with pytest.raises(AddressTaken):
        world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())
    world.inboxes.close(first.id, world.clock())

    opened = world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())

    assert world.inboxes.get(mailbox.id) == replace(mailbox, is_heir=True)
    assert world.accounts.get(account.id) == opened
    with pytest.raises(InboxNotFound):
        world.inboxes.get(first.id)


def test_who_lost_an_expired_mailbox_to_an_heir_cannot_extend_it(world: World) -> None:
    account = added(world.accounts, an_account())
    mine = a_mailbox(account)
    account = world.accounts.open_mailbox(listing(account, mine), mine, world.clock())
    world.clock.now = mine.expires_at
    heir = samples.inbox(str(mine.address), expires_at=world.clock() + timedelta(days=1))
    world.inboxes.create(heir, world.clock())
    longer = replace(mine, expires_at=world.clock() + timedelta(days=7))

    with pytest.raises(Contended):
        world.accounts.extend(account, mine, longer)

    assert world.accounts.mailboxes(account) == []
    assert world.inboxes.get(heir.id).expires_at == heir.expires_at


def test_a_stale_account_opens_no_mailbox(world: World) -> None:
    account = added(world.accounts, an_account())
    world.accounts.save(account, account.revision)
    mailbox = a_mailbox(account)

    with pytest.raises(Contended):
        world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())

    with pytest.raises(InboxNotFound):
        world.inboxes.get(mailbox.id)


def test_of_those_who_race_for_the_last_place_one_gets_it(world: World) -> None:
    account = added(world.accounts, an_account())
    mailboxes = [a_mailbox(account, f"ann{n}@mayfly.example") for n in range(8)]

    def opened(mailbox: Inbox) -> bool:
        try:
            world.accounts.open_mailbox(listing(account, mailbox), mailbox, world.clock())
        except Contended:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(opened, mailboxes))

    assert sum(results) == 1
    assert len(world.inboxes.find([each.address for each in mailboxes])) == 1


def test_the_list_shows_what_is_still_there(world: World) -> None:
    account = added(world.accounts, an_account())
    first, second = a_mailbox(account), a_mailbox(account, "second@mayfly.example")
    unknown = a_mailbox(account, "third@mayfly.example")
    for each in (first, second):
        world.inboxes.create(each, world.clock())
    world.inboxes.close(first.id, world.clock())

    found = world.accounts.mailboxes(listing(account, unknown, second, first))

    assert found == [second]
    assert world.accounts.mailboxes(account) == []


def adopted(account: Account, inbox: Inbox) -> Inbox:
    """What the session's inbox shall be."""
    return replace(
        inbox,
        access=Access.OWNER,
        owner=str(account.id),
        token_version=inbox.token_version + 1,
        expires_at=samples.NOW + WEEK,
        message_lifetime=timedelta(days=30),
    )


def test_a_token_inbox_becomes_a_mailbox_and_keeps_what_it_holds(world: World) -> None:
    account = added(world.accounts, an_account())
    inbox = samples.inbox(access=Access.TOKEN, token_version=3)
    world.inboxes.create(inbox, world.clock())
    wanted = adopted(account, inbox)
    # Mail that comes in between is no reason to refuse.
    world.deliveries.deliver(samples.accepted(), samples.summary(), inbox, world.clock())

    saved = world.accounts.adopt(listing(account, inbox), wanted, world.clock())

    there = world.inboxes.get(inbox.id)
    assert there == replace(wanted, sequence=1, held_messages=1, held_bytes=there.held_bytes)
    assert world.accounts.get(account.id) == saved
    assert saved.mailboxes == (inbox.id,)
    assert len(world.messages.after(inbox.id, 0, 10, world.clock())) == 1
    world.deliveries.deliver(samples.accepted("two"), samples.summary(), there, world.clock())
    assert world.inboxes.get(inbox.id).sequence == 2


@pytest.mark.parametrize("obstacle", ["rotated", "deleted", "expired", "owned", "another"])
def test_what_is_no_open_session_is_not_adopted(world: World, obstacle: str) -> None:
    account = added(world.accounts, an_account())
    inbox = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(inbox, world.clock())
    wanted = adopted(account, inbox)
    if obstacle == "rotated":
        world.inboxes.rotate(inbox.id, 0)
    if obstacle == "deleted":
        world.inboxes.close(inbox.id, world.clock())
    if obstacle == "expired":
        world.clock.now = inbox.expires_at
    if obstacle == "owned":
        other = added(world.accounts, an_account("eve@elsewhere.example"))
        world.accounts.adopt(listing(other, inbox), adopted(other, inbox), world.clock())
    if obstacle == "another":
        wanted = replace(wanted, id=samples.inbox().id)
    before = world.inboxes.get(inbox.id)

    with pytest.raises(Unauthenticated):
        world.accounts.adopt(listing(account, inbox), wanted, world.clock())

    assert world.inboxes.get(inbox.id) == before
    assert world.accounts.get(account.id) == account


def test_a_stale_account_adopts_nothing(world: World) -> None:
    account = added(world.accounts, an_account())
    inbox = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(inbox, world.clock())
    world.accounts.save(account, account.revision)

    with pytest.raises(Contended):
        world.accounts.adopt(listing(account, inbox), adopted(account, inbox), world.clock())

    assert world.inboxes.get(inbox.id) == inbox


def test_a_mailbox_is_extended_and_counted_anew(world: World) -> None:
    account = added(world.accounts, an_account())
    mailbox = replace(a_mailbox(account), held_messages=7, held_bytes=700, sequence=7)
    world.inboxes.create(mailbox, world.clock())
    later = replace(mailbox, expires_at=samples.NOW + 2 * WEEK, held_messages=2, held_bytes=200)

    saved = world.accounts.extend(listing(account, mailbox), mailbox, later)

    assert world.inboxes.get(mailbox.id) == later
    assert world.accounts.get(account.id) == saved


@pytest.mark.parametrize("meanwhile", ["mail", "deleted", "extended", "account"])
def test_an_extension_of_what_has_changed_is_refused(world: World, meanwhile: str) -> None:
    account = added(world.accounts, an_account())
    mailbox = a_mailbox(account)
    world.inboxes.create(mailbox, world.clock())
    later = replace(mailbox, expires_at=samples.NOW + 2 * WEEK)
    if meanwhile == "mail":
        world.deliveries.deliver(samples.accepted(), samples.summary(), mailbox, world.clock())
    if meanwhile == "deleted":
        world.inboxes.close(mailbox.id, world.clock())
    if meanwhile == "extended":
        world.accounts.extend(account, mailbox, later)
        account = world.accounts.get(account.id)
    if meanwhile == "account":
        world.accounts.save(account, account.revision)
    before = world.inboxes.get(mailbox.id)

    with pytest.raises(Contended):
        world.accounts.extend(listing(account, mailbox), mailbox, later)

    assert world.inboxes.get(mailbox.id) == before
