"""Tokens of accounts: what is signed, and what is taken for signed."""

from datetime import timedelta

import jwt
import pytest

from mayfly.accounts.models import AccountId
from mayfly.accounts.tokens import AUDIENCE, AccountTokens
from mayfly.errors import SigningKeysUnavailable, Unauthenticated
from mayfly.inboxes.models import Access
from mayfly.mail.address import Address
from mayfly.private_inboxes.tokens import Tokens
from tests import samples
from tests.memory import Memory

WEEK = timedelta(days=7)
ACCOUNT = AccountId.make(Address.parse("ann@elsewhere.example"), b"12345678")


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def tokens(memory: Memory) -> AccountTokens:
    return AccountTokens(memory.signing_keys, memory.clock, lambda length: bytes(range(length)))


def test_a_token_says_whose_it_is_and_of_which_session(tokens: AccountTokens) -> None:
    session = tokens.new_session()

    token = tokens.issue(ACCOUNT, session, samples.NOW + WEEK)

    grant = tokens.read(token.text)
    assert (grant.account, grant.session) == (ACCOUNT, session)
    assert grant.expires_at == token.expires_at == samples.NOW + WEEK
    assert session not in repr(grant)
    assert token.text not in repr(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "mayfly-inbox"},
        {"aud": None},
        {"sub": None},
        {"sub": "nobody"},
        {"jti": None},
        {"jti": 7},
        {"exp": None},
        {"exp": 10**30},
        {"iat": None},
    ],
    ids=str,
)
def test_what_is_not_as_we_sign_it_is_refused(
    tokens: AccountTokens, memory: Memory, changes: dict[str, object]
) -> None:
    key, now = memory.signing_keys.current(), int(samples.NOW.timestamp())
    claims = {"aud": AUDIENCE, "sub": str(ACCOUNT), "jti": "s", "iat": now, "exp": now + 60}

    def signed(claims: dict[str, object]) -> str:
        whole = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(whole, key.secret, "HS256", headers={"kid": key.id})

    assert tokens.read(signed(claims)).session == "s"
    with pytest.raises(Unauthenticated, match="not an access token of this service"):
        tokens.read(signed(claims | changes))


def test_tokens_of_accounts_and_of_inboxes_are_no_substitute_for_each_other(
    tokens: AccountTokens, memory: Memory
) -> None:
    of_inboxes = Tokens(memory.signing_keys, memory.clock, tokens.entropy)
    inbox = samples.inbox(access=Access.TOKEN)

    with pytest.raises(Unauthenticated):
        tokens.read(of_inboxes.issue(inbox, WEEK).text)
    with pytest.raises(Unauthenticated):
        of_inboxes.read(tokens.issue(ACCOUNT, "s", samples.NOW + WEEK).text)


def test_without_keys_nothing_is_signed(tokens: AccountTokens, memory: Memory) -> None:
    memory.signing_keys.keys.clear()

    with pytest.raises(SigningKeysUnavailable):
        tokens.check_keys()
    with pytest.raises(SigningKeysUnavailable):
        tokens.issue(ACCOUNT, "s", samples.NOW + WEEK)
