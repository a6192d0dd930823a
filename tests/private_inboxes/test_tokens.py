"""Tokens: what is signed, and what is taken for signed."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from mayfly.accounts.tokens import AccountTokens
from mayfly.errors import SigningKeysUnavailable, Unauthenticated
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.tokens.jwt import _verified
from mayfly.kit.tokens.models import AccessToken, SigningKey
from mayfly.private_inboxes.tokens import AUDIENCE, SOCKET_AUDIENCE, Tokens
from tests import samples
from tests.memory import Memory

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def tokens(memory: Memory) -> Tokens:
    return Tokens(memory.signing_keys, memory.clock, lambda length: bytes(range(length)))


@pytest.fixture
def inbox() -> Inbox:
    return samples.inbox(access=Access.TOKEN, token_version=3)


def forged(memory: Memory, inbox: Inbox, algorithm: str = "HS256", **changes: Any) -> str:
    """A token with our key, but for what is changed; a claim that is None is left out."""
    key = memory.signing_keys.current()
    now = int(samples.NOW.timestamp())
    claims = {"aud": AUDIENCE, "sub": str(inbox.id), "ver": 3, "jti": "x", "iat": now}
    claims |= {"exp": now + 600}
    headers = {"kid": changes.pop("kid", key.id)}
    secret = changes.pop("secret", key.secret)
    whole = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(whole, secret, algorithm, headers=headers)


def test_a_token_says_whose_it_is_which_version_and_until_when(
    tokens: Tokens, inbox: Inbox
) -> None:
    token = tokens.issue(inbox, TEN_MINUTES)

    grant = tokens.read(token.text)

    assert (grant.inbox, grant.version) == (inbox.id, 3)
    assert grant.expires_at == token.expires_at == samples.NOW + TEN_MINUTES


def test_a_token_is_a_jwt_with_all_its_claims(tokens: Tokens, inbox: Inbox, memory: Memory) -> None:
    text = tokens.issue(inbox, TEN_MINUTES).text

    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + "==")) for part in text.split(".")[:2]
    )
    assert header == {"alg": "HS256", "typ": "JWT", "kid": memory.signing_keys.current().id}
    assert set(claims) == {"aud", "exp", "iat", "jti", "sub", "ver"}
    assert str(inbox.address) not in json.dumps(claims)


def test_a_ticket_opens_over_the_socket_what_its_token_opens_and_as_long(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    grant = tokens.read(tokens.issue(inbox, TEN_MINUTES).text)

    ticket = tokens.ticket(grant)
    memory.clock.advance(seconds=59)

    assert ticket.expires_at == samples.NOW + timedelta(minutes=1)
    assert tokens.read_for_socket(ticket.text) == grant


def test_a_ticket_has_to_be_used_within_its_minute(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    ticket = tokens.ticket(tokens.read(tokens.issue(inbox, TEN_MINUTES).text))

    memory.clock.advance(seconds=60)

    with pytest.raises(Unauthenticated, match="expired"):
        tokens.read_for_socket(ticket.text)


def test_a_ticket_is_good_for_nothing_but_the_socket(tokens: Tokens, inbox: Inbox) -> None:
    ticket = tokens.ticket(tokens.read(tokens.issue(inbox, TEN_MINUTES).text))

    with pytest.raises(Unauthenticated):
        tokens.read(ticket.text)


def test_a_ticket_outlives_no_token(tokens: Tokens, inbox: Inbox) -> None:
    grant = tokens.read(tokens.issue(inbox, timedelta(seconds=20)).text)

    assert tokens.ticket(grant).expires_at == grant.expires_at


@pytest.mark.parametrize("until", [None, "soon", 10**20, [1]])
def test_a_ticket_says_until_when(
    tokens: Tokens, inbox: Inbox, memory: Memory, until: object
) -> None:
    text = forged(memory, inbox, aud=SOCKET_AUDIENCE, until=until)

    with pytest.raises(Unauthenticated):
        tokens.read_for_socket(text)


def test_a_token_ends_on_a_whole_second_and_never_later_than_asked(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    memory.clock.advance(milliseconds=750)

    token = tokens.issue(inbox, TEN_MINUTES)

    assert token.expires_at == samples.NOW + TEN_MINUTES
    assert tokens.read(token.text).expires_at == token.expires_at


def test_what_an_expired_token_says_is_read_for_others_to_judge(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    token = tokens.issue(inbox, TEN_MINUTES)
    memory.clock.advance(days=400)

    assert tokens.read(token.text).expires_at < memory.clock()


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "another secret, also long enough for HS256"},
        {"algorithm": "none", "secret": None},
        {"algorithm": "HS512", "secret": "s" * 64},
        {"aud": "somebody-else"},
        {"aud": None},
        {"exp": None},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"ver": None},
        {"ver": "first"},
        {"sub": "nobody"},
        {"kid": "of-nobody"},
        {"kid": ""},
        {"exp": 10**30},
    ],
    ids=str,
)
def test_what_is_not_as_we_sign_it_is_refused(
    tokens: Tokens, inbox: Inbox, memory: Memory, changes: dict[str, Any]
) -> None:
    assert tokens.read(forged(memory, inbox)).inbox == inbox.id

    with pytest.raises(Unauthenticated, match="not an access token of this service"):
        tokens.read(forged(memory, inbox, **changes))


def test_another_algorithm_with_our_own_key_is_refused(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    memory.signing_keys.change("k" * 64)

    with pytest.raises(Unauthenticated):
        tokens.read(forged(memory, inbox, algorithm="HS512"))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "..", "é", "a" * 10_000, "e30.e30."])
def test_what_is_no_token_at_all_is_refused(tokens: Tokens, text: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(text)


def test_a_change_of_a_single_character_is_noticed(tokens: Tokens, inbox: Inbox) -> None:
    header, claims, signature = tokens.issue(inbox, TEN_MINUTES).text.split(".")
    other = "B" if claims[20] == "A" else "A"

    with pytest.raises(Unauthenticated):
        tokens.read(f"{header}.{claims[:20]}{other}{claims[21:]}.{signature}")


def test_a_replaced_key_checks_tokens_until_it_is_replaced_again(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    old = tokens.issue(inbox, TEN_MINUTES).text

    memory.signing_keys.change("the second secret, as long as the first was")
    new = tokens.issue(inbox, TEN_MINUTES).text
    assert tokens.read(old) == tokens.read(new)
    memory.signing_keys.change("the third secret, as long as the first was too")

    assert tokens.read(new).inbox == inbox.id
    with pytest.raises(Unauthenticated):
        tokens.read(old)


def test_without_keys_nothing_is_signed_and_nobody_is_called_a_stranger(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    token = tokens.issue(inbox, TEN_MINUTES).text
    memory.signing_keys.keys.clear()

    for call in (
        tokens.check_keys,
        lambda: tokens.issue(inbox, TEN_MINUTES),
        lambda: tokens.read(token),
    ):
        with pytest.raises(SigningKeysUnavailable):
            call()


def test_neither_a_key_nor_a_token_shows_in_a_log() -> None:
    secret = "not for the log"

    assert secret not in repr(SigningKey(secret))
    assert secret not in SigningKey(secret).id
    assert secret not in repr(AccessToken(secret, samples.NOW))


def test_a_token_that_is_read_again_is_not_verified_again(
    tokens: Tokens, inbox: Inbox, memory: Memory
) -> None:
    """A request reads it for whom it is counted, and again for who calls."""
    text = tokens.issue(inbox, TEN_MINUTES).text
    before = _verified.cache_info()

    assert tokens.read(text) == tokens.read(text)
    with pytest.raises(Unauthenticated):
        AccountTokens(memory.signing_keys, memory.clock, bytes).read(text)

    after = _verified.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)
