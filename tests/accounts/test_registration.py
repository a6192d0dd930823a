"""Registering where mails are sent: who becomes verified, and what nobody learns on the way."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.passwords import Passwords
from mayfly.accounts.registration import (
    KNOWN_SUBJECT,
    NEW_SUBJECT,
    EmailVerifier,
    Registration,
    VerificationMails,
)
from mayfly.accounts.service import AccountService, SessionPolicy
from mayfly.accounts.tokens import VERIFY_AUDIENCE, AccountTokens, Authenticator
from mayfly.accounts.updater import AccountUpdater
from mayfly.errors import (
    AccountNotFound,
    InvalidInput,
    MailNotSent,
    SigningKeysUnavailable,
    Unauthenticated,
)
from mayfly.mail.address import Address
from tests.accounts.test_accounts import EMAIL, PASSWORD, CountedHashes, Entropy
from tests.memory import Memory

OTHER = "the phrase of somebody else"


@dataclass
class Desk:
    """The flows of a deployment with a sender, over memory."""

    memory: Memory
    hashes: CountedHashes
    registry: Registration
    verifier: EmailVerifier
    membership: AccountService
    doorman: Authenticator

    def register(self, password: str = PASSWORD, email: str = EMAIL) -> str:
        """The token of the mail, "" if it has none."""
        self.registry.register(email, password, "Ann")
        found = re.search(r'"token": "([^"]+)"', self.memory.postman.sent[-1].text)
        return found[1] if found else ""

    def verify(self, token: str, password: str = PASSWORD) -> Account:
        return self.verifier.verify(self.verifier.claimed(token), password)

    def account(self) -> Account:
        return self.memory.accounts.find(Address.parse(EMAIL))


@pytest.fixture
def desk() -> Desk:
    memory, entropy = Memory(), Entropy()
    hashes = CountedHashes(computed=([],))
    passwords = Passwords(hashes, frozenset)
    sessions = AccountTokens(memory.signing_keys, memory.clock, entropy)
    mailed = replace(sessions, audiences=(VERIFY_AUDIENCE,))
    updater = AccountUpdater(memory.accounts, memory.clock.pause)
    letters = VerificationMails(memory.service_mails(), mailed, lambda: ["mayfly.example"])
    terms = SessionPolicy(timedelta(days=7), needs_verified=True)
    return Desk(
        memory,
        hashes,
        Registration(memory.accounts, passwords, memory.clock, entropy, letters),
        EmailVerifier(updater, hashes, mailed, memory.clock),
        AccountService(updater, memory.inboxes, sessions, passwords, terms, memory.clock),
        Authenticator(memory.accounts, sessions, memory.clock),
    )


def test_who_reads_the_mail_and_knows_the_password_can_log_in(desk: Desk) -> None:
    token = desk.register()
    assert not desk.account().is_verified

    verified = desk.verify(token)

    assert verified == desk.account()
    assert verified.is_verified
    assert desk.membership.login(EMAIL, PASSWORD)


def test_verifying_twice_is_verifying_once(desk: Desk) -> None:
    token = desk.register()

    first, second = desk.verify(token), desk.verify(token)

    assert first == second == desk.account()


def test_an_account_that_is_not_verified_is_nobody_to_a_login(desk: Desk) -> None:
    desk.register()
    refusals = []

    for email, password in (
        (EMAIL, PASSWORD),
        (EMAIL, OTHER),
        ("nobody@elsewhere.example", PASSWORD),
    ):
        desk.hashes.computed[0].clear()
        with pytest.raises(Unauthenticated) as refused:
            desk.membership.login(email, password)
        refusals.append((str(refused.value), len(desk.hashes.computed[0])))

    assert len(set(refusals)) == 1
    assert "not verified" in refusals[0][0]
    assert desk.account().sessions == {}


def test_registering_does_the_same_for_a_free_and_a_taken_address(desk: Desk) -> None:
    desk.verify(desk.register())
    before = desk.account()
    desk.hashes.computed[0].clear()

    token = desk.register(OTHER)

    assert token == ""
    assert desk.hashes.computed[0] == [OTHER]
    assert desk.account() == before
    mails = desk.memory.postman.sent
    assert [each.subject for each in mails] == [NEW_SUBJECT, KNOWN_SUBJECT]
    assert {str(each.recipient) for each in mails} == {EMAIL}
    assert desk.membership.login(EMAIL, PASSWORD)


def test_nothing_that_somebody_chose_is_in_a_mail_but_the_address(desk: Desk) -> None:
    desk.verify(desk.register())
    desk.register(OTHER)

    for mail in desk.memory.postman.sent:
        for chosen in ("Ann", PASSWORD, OTHER, "ann"):
            assert chosen not in mail.text + mail.subject


def test_a_reader_does_not_verify_what_somebody_else_registered(desk: Desk) -> None:
    token = desk.register(OTHER)

    with pytest.raises(Unauthenticated, match="password"):
        desk.verify(token, PASSWORD)

    assert not desk.account().is_verified


def test_registering_anew_ends_the_token_before(desk: Desk) -> None:
    first = desk.register(OTHER)

    second = desk.register()

    with pytest.raises(Unauthenticated, match="register again"):
        desk.verify(first, OTHER)
    assert desk.verify(second).is_verified


def test_an_account_that_gives_way_while_it_is_verified_stays_gone(desk: Desk) -> None:
    token = desk.register()
    desk.memory.accounts.meanwhile.append(lambda: desk.register(OTHER))

    with pytest.raises(Unauthenticated):
        desk.verify(token)

    assert not desk.account().is_verified


def test_a_token_of_the_mail_ends_by_our_clock(desk: Desk) -> None:
    token = desk.register()
    desk.memory.clock.advance(seconds=limits.VERIFICATION_LIFETIME.total_seconds() - 1)
    assert desk.verifier.claimed(token)

    desk.memory.clock.advance(seconds=1)

    with pytest.raises(Unauthenticated, match="register again"):
        desk.verifier.claimed(token)


def test_tokens_of_mails_and_of_sessions_are_no_substitute_for_each_other(desk: Desk) -> None:
    mailed = desk.register()
    desk.verify(mailed)
    _, session = desk.membership.login(EMAIL, PASSWORD)

    with pytest.raises(Unauthenticated):
        desk.doorman.admit(mailed)
    with pytest.raises(Unauthenticated):
        desk.verifier.claimed(session.text)


@pytest.mark.parametrize(
    "email",
    [
        *("ann@mayfly.example", "ann@MAYFLY.example.", "änne@x.example", "ann@localhost"),
        *('"a, b"@x.example', "=?utf-8?q?a=0D=0Ab?=@x.example", "ann@127.0.0.1"),
    ],
)
def test_an_address_that_shows_nothing_is_refused(desk: Desk, email: str) -> None:
    with pytest.raises(InvalidInput):
        desk.registry.register(email, PASSWORD, "")

    assert desk.memory.rows.accounts == {}
    assert desk.memory.postman.sent == []


def test_a_mail_that_is_not_sent_is_told_in_either_case(desk: Desk) -> None:
    desk.verify(desk.register())
    desk.memory.postman.is_down = True

    for email in (EMAIL, "new@elsewhere.example"):
        with pytest.raises(MailNotSent):
            desk.register(email=email)

    desk.memory.postman.is_down = False
    assert desk.register(email="new@elsewhere.example")


def test_without_a_key_nothing_is_registered(desk: Desk) -> None:
    desk.memory.signing_keys.keys = []

    with pytest.raises(SigningKeysUnavailable):
        desk.register()

    with pytest.raises(AccountNotFound):
        desk.account()


def test_without_a_sender_everybody_counts_as_verified_and_stays_so(desk: Desk) -> None:
    desk.register()
    without = replace(desk.membership, policy=SessionPolicy(timedelta(days=7)))

    without.login(EMAIL, PASSWORD)
    desk.register(OTHER)

    assert desk.membership.login(EMAIL, PASSWORD)
    assert desk.memory.postman.sent[-1].subject == KNOWN_SUBJECT
