"""Accounts: registering, logging in and out, and what nobody learns on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.models import Account, AccountId
from mayfly.accounts.passwords import PasswordChanger, PasswordHashes, Passwords
from mayfly.accounts.registration import Registration
from mayfly.accounts.service import AccountService, SessionPolicy
from mayfly.accounts.tokens import AccountSession, AccountTokens, Authenticator
from mayfly.accounts.updater import AccountUpdater
from mayfly.errors import (
    AccountNotFound,
    Contended,
    InvalidAddress,
    InvalidInput,
    SigningKeysUnavailable,
    Unauthenticated,
)
from mayfly.inboxes.models import Access
from mayfly.mail.address import Address
from tests import samples
from tests.memory import Memory

EMAIL = "ann@elsewhere.example"
PASSWORD = "a phrase for the tests"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CountedHashes(PasswordHashes):
    """Hashes that are cheap, and counted: each computation is one that takes its time."""

    memory_kib: int = 8
    passes: int = 1
    computed: tuple[list[str], ...] = ([],)

    def hash(self, password: str) -> str:
        self.computed[0].append(password)
        return PasswordHashes.hash(self, password)

    def verify(self, kept: str, password: str) -> bool:
        self.computed[0].append(password)
        return PasswordHashes.verify(self, kept, password)


@dataclass
class Desk:
    """The flows of accounts over memory."""

    memory: Memory
    hashes: CountedHashes
    registry: Registration
    membership: AccountService
    changer: PasswordChanger
    doorman: Authenticator

    def hashed(self) -> int:
        """How many hashes were computed since it was asked last."""
        count = len(self.hashes.computed[0])
        self.hashes.computed[0].clear()
        return count

    def account(self) -> Account:
        return self.memory.accounts.find(Address.parse(EMAIL))

    def visit(self, password: str = PASSWORD) -> AccountSession:
        return self.doorman.admit(self.membership.login(EMAIL, password)[1].text)


@pytest.fixture
def desk() -> Desk:
    memory = Memory()
    entropy = Entropy()
    hashes = CountedHashes(computed=([],))
    passwords = Passwords(hashes, frozenset)
    tokens = AccountTokens(memory.signing_keys, memory.clock, entropy)
    updater = AccountUpdater(memory.accounts, memory.clock.pause)
    return Desk(
        memory,
        hashes,
        Registration(memory.accounts, passwords, memory.clock, entropy),
        AccountService(
            updater,
            memory.inboxes,
            tokens,
            passwords,
            SessionPolicy(WEEK),
            memory.clock,
        ),
        PasswordChanger(updater, passwords),
        Authenticator(memory.accounts, tokens, memory.clock),
    )


class Entropy:
    """Different bytes at each call."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, length: int) -> bytes:
        self.calls += 1
        return self.calls.to_bytes(length, "big")


def test_who_registers_can_log_in_however_the_address_is_written(desk: Desk) -> None:
    desk.registry.register(" Ann@ELSEWHERE.example", PASSWORD, "Ann")

    account, token = desk.membership.login("aNN@elsewhere.example ", PASSWORD)

    assert str(account.email) == EMAIL
    assert token.expires_at == samples.NOW + WEEK
    assert desk.doorman.admit(token.text).account == account


def test_a_login_costs_one_hash_whether_there_is_such_an_account_or_not(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    assert desk.hashed() == 1

    with pytest.raises(Unauthenticated) as wrong:
        desk.membership.login(EMAIL, "another phrase")
    assert desk.hashed() == 1
    with pytest.raises(Unauthenticated) as nobody:
        desk.membership.login("nobody@elsewhere.example", "another phrase")
    assert desk.hashed() == 1

    assert str(wrong.value) == str(nobody.value)
    desk.membership.login(EMAIL, PASSWORD)
    assert desk.hashed() == 1


def test_registering_costs_one_hash_whether_the_address_is_taken_or_not(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "Ann")
    first = desk.account()
    assert desk.hashed() == 1

    desk.registry.register(EMAIL, "another phrase", "Eve")

    assert desk.hashed() == 1
    assert desk.account() == first


def test_what_cannot_be_registered_costs_no_hash(desk: Desk) -> None:
    for email, password, error in (
        ("no address", PASSWORD, InvalidAddress),
        (EMAIL, "short", InvalidInput),
    ):
        with pytest.raises(error):
            desk.registry.register(email, password, "")

    assert desk.hashed() == 0
    with pytest.raises(AccountNotFound):
        desk.account()


def test_a_hash_of_older_parameters_is_renewed_at_a_login(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    old = desk.account()
    older = PasswordHashes(memory_kib=16, passes=1).hash(PASSWORD)
    desk.memory.accounts.save(replace(old, password_hash=older), old.revision)

    desk.membership.login(EMAIL, PASSWORD)

    kept = desk.account().password_hash
    assert "m=8,t=1" in kept
    assert desk.membership.login(EMAIL, PASSWORD)
    assert desk.account().password_hash == kept


def test_logging_out_ends_this_session_and_no_other(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    _, first = desk.membership.login(EMAIL, PASSWORD)
    _, second = desk.membership.login(EMAIL, PASSWORD)

    desk.membership.logout(desk.doorman.admit(first.text))

    with pytest.raises(Unauthenticated, match="ended"):
        desk.doorman.admit(first.text)
    assert desk.doorman.admit(second.text)


def test_a_session_ends_by_our_clock(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    _, token = desk.membership.login(EMAIL, PASSWORD)
    desk.memory.clock.now = token.expires_at - timedelta(seconds=1)
    assert desk.doorman.admit(token.text)

    desk.memory.clock.advance(seconds=1)

    with pytest.raises(Unauthenticated, match="expired"):
        desk.doorman.admit(token.text)


def test_of_too_many_sessions_the_oldest_goes(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    tokens = []
    for _ in range(limits.SESSIONS_PER_ACCOUNT + 1):
        tokens.append(desk.membership.login(EMAIL, PASSWORD)[1].text)
        desk.memory.clock.advance(seconds=1)

    with pytest.raises(Unauthenticated):
        desk.doorman.admit(tokens[0])

    assert all(desk.doorman.admit(each) for each in tokens[1:])
    assert len(desk.account().sessions) == limits.SESSIONS_PER_ACCOUNT


def test_expired_sessions_are_forgotten_at_a_login(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    desk.membership.login(EMAIL, PASSWORD)
    desk.memory.clock.advance(days=7)

    desk.membership.login(EMAIL, PASSWORD)

    assert len(desk.account().sessions) == 1


def test_a_login_gives_way_to_others_and_tries_again(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    desk.memory.accounts.meanwhile.append(renamed(desk))

    account, token = desk.membership.login(EMAIL, PASSWORD)

    assert (account.full_name, len(account.sessions)) == ("Somebody Else", 1)
    assert desk.doorman.admit(token.text)
    assert desk.memory.clock.pauses


def renamed(desk: Desk) -> Callable[[], object]:
    def rename() -> None:
        there = desk.account()
        desk.memory.accounts.save(replace(there, full_name="Somebody Else"), there.revision)

    return rename


def test_who_never_gets_a_turn_is_told_so(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    visit = desk.visit()

    def always() -> None:
        renamed(desk)()
        desk.memory.accounts.meanwhile.append(always)

    desk.memory.accounts.meanwhile.append(always)
    with pytest.raises(Contended):
        desk.membership.rename(visit.account, "Ann")


def test_a_password_that_changes_during_a_login_opens_nothing(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")

    def changed() -> None:
        there = desk.account()
        kept = desk.hashes.hash("the new phrase")
        desk.memory.accounts.save(replace(there, password_hash=kept), there.revision)

    desk.memory.accounts.meanwhile.append(changed)
    with pytest.raises(Unauthenticated):
        desk.membership.login(EMAIL, PASSWORD)

    assert desk.account().sessions == {}


def test_an_account_that_goes_during_a_call_is_one_without_a_session(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    visit = desk.visit()
    desk.memory.accounts.meanwhile.append(lambda: desk.memory.accounts.remove(desk.account()))

    with pytest.raises(Unauthenticated):
        desk.membership.rename(visit.account, "Ann")


def test_without_a_key_no_session_is_begun(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    desk.memory.signing_keys.keys = []

    with pytest.raises(SigningKeysUnavailable):
        desk.membership.login(EMAIL, PASSWORD)

    assert desk.account().sessions == {}


def test_a_changed_password_ends_the_other_sessions(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    here, there = desk.visit(), desk.visit()

    desk.changer.change_password(here, PASSWORD, "the new phrase")

    assert set(desk.account().sessions) == {here.session}
    assert there.session not in desk.account().sessions
    with pytest.raises(Unauthenticated):
        desk.membership.login(EMAIL, PASSWORD)
    assert desk.membership.login(EMAIL, "the new phrase")


def test_a_change_whose_answer_was_lost_is_done_all_the_same(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    visit, save = desk.visit(), desk.memory.accounts.save

    def twice(account: Account, revision: int) -> Account:
        desk.memory.accounts.save = save  # type: ignore[method-assign]
        save(account, revision)
        return save(account, revision)

    desk.memory.accounts.save = twice  # type: ignore[method-assign]
    desk.changer.change_password(visit, PASSWORD, "a second phrase")

    assert desk.visit("a second phrase").account.id == visit.account.id


def test_only_who_knows_the_password_changes_it_or_leaves(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    visit = desk.visit()

    with pytest.raises(Unauthenticated):
        desk.changer.change_password(visit, "wrong", "the new phrase")
    with pytest.raises(Unauthenticated):
        desk.membership.leave(visit.account, "wrong")
    with pytest.raises(InvalidInput):
        desk.changer.change_password(visit, PASSWORD, "short")

    assert desk.account().password_hash == visit.account.password_hash


def test_leaving_wipes_the_mailboxes_also_one_made_meanwhile(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    visit = desk.visit()
    owner = str(visit.account.id)
    early, late, gone = (
        samples.inbox(f"{name}@mayfly.example", access=Access.OWNER, owner=owner)
        for name in ("early", "late", "gone")
    )
    listed = replace(visit.account, mailboxes=(gone.id, early.id))
    account = desk.memory.accounts.save(listed, listed.revision)
    desk.memory.inboxes.create(early, samples.NOW)

    def opened() -> None:
        there = replace(desk.account(), mailboxes=(gone.id, early.id, late.id))
        desk.memory.accounts.open_mailbox(there, late, samples.NOW)

    desk.memory.accounts.meanwhile.append(opened)
    desk.membership.leave(account, PASSWORD)

    inboxes = desk.memory.rows.inboxes.values()
    assert [each.deleted_at is not None for each in inboxes] == [True, True]
    with pytest.raises(AccountNotFound):
        desk.account()


def test_who_registers_anew_has_another_id_and_no_old_session(desk: Desk) -> None:
    desk.registry.register(EMAIL, PASSWORD, "")
    visit = desk.visit()
    _, token = desk.membership.login(EMAIL, PASSWORD)
    desk.membership.leave(desk.account(), PASSWORD)

    desk.registry.register(EMAIL, PASSWORD, "")

    assert desk.account().id != visit.account.id
    assert desk.account().id.partition == visit.account.id.partition
    with pytest.raises(Unauthenticated):
        desk.doorman.admit(token.text)


def test_an_account_id_reads_back_and_nonsense_does_not() -> None:
    made = AccountId.make(Address.parse(EMAIL), b"12345678")

    assert AccountId.parse(str(made)) == made
    assert str(made)[14] == "8"
    for nonsense in ("", "nobody", str(made)[:-1]):
        with pytest.raises(AccountNotFound):
            AccountId.parse(nonsense)
    with pytest.raises(ValueError, match="8 random bytes"):
        AccountId.make(Address.parse(EMAIL), b"short")
