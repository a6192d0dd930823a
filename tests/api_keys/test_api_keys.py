"""What an API key looks like, and who it lets in."""

import hashlib
import re
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.updater import AccountUpdater
from mayfly.api_keys.models import ApiKeyRequest, KeyNotFound, KeyProof, KeysFull, Scope, new_key
from mayfly.api_keys.service import ApiKeyAuthenticator, ApiKeyService
from mayfly.errors import InvalidInput, OutOfScope, Unauthenticated
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.memory import Memory

READS = ApiKeyRequest("nightly tests", frozenset({Scope.READ}))


class Keys:
    """An account, and who makes keys for it and lets them in."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.first = an_account()
        self.memory.accounts.add(self.first)
        self.asked = 0
        clock = self.memory.clock
        updater = AccountUpdater(self.memory.accounts, clock.pause)
        self.locksmith = ApiKeyService(self.memory.api_keys, updater, clock, self._entropy)
        self.gate = ApiKeyAuthenticator(self.memory.api_keys, self.memory.accounts, clock)

    @property
    def account(self) -> Account:
        return self.memory.accounts.get(self.first.id)

    def make(self, wanted: ApiKeyRequest = READS) -> tuple[str, str]:
        """The id of a new key, and its text."""
        key, text = self.locksmith.make(self.account, wanted)
        return key.id, text

    def _entropy(self, length: int) -> bytes:
        self.asked += 1
        return self.asked.to_bytes(length, "big")


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.mark.parametrize("number", [0, 1, 2**255, 2**256 - 1])
def test_a_key_is_53_plain_characters_whatever_its_random_bits(number: int) -> None:
    text = new_key(number.to_bytes(32, "big"))

    assert re.fullmatch("mfk_[0-9A-Za-z]{49}", text)
    assert KeyProof.of(text).hash == hashlib.sha256(text.encode()).hexdigest()


def test_different_random_bytes_make_different_keys() -> None:
    texts = {new_key(number.to_bytes(32, "big")) for number in range(300)}

    assert len(texts) == 300
    with pytest.raises(ValueError, match="32 random bytes"):
        new_key(bytes(31))


def test_every_slip_of_one_character_is_told_by_the_checksum() -> None:
    text = new_key(bytes(range(32)))

    for place in range(4, len(text)):
        slip = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]
        with pytest.raises(Unauthenticated, match="checksum"):
            KeyProof.of(slip)
    swapped = text[:10] + text[11] + text[10] + text[12:]
    with pytest.raises(Unauthenticated, match="checksum"):
        KeyProof.of(swapped)


@pytest.mark.parametrize("text", ["", "mfk_", "x" * 53, new_key(bytes(32))[:-1], "mfk_" + "é" * 49])
def test_what_is_no_key_is_refused_without_a_look(text: str) -> None:
    with pytest.raises(Unauthenticated, match="no API key of this service"):
        KeyProof.of(text)


def test_a_key_lets_its_account_in_for_its_scopes_alone(keys: Keys) -> None:
    key_id, text = keys.make(ApiKeyRequest("two", frozenset({Scope.READ, Scope.SEND})))

    account, key = keys.gate.admit(text, Scope.READ)

    assert (account, key.id) == (keys.account, key_id)
    assert keys.gate.admit(text, Scope.SEND)[0] == keys.account
    for scope in (Scope.DOMAINS, Scope.SMTP):
        with pytest.raises(OutOfScope, match=f"'{scope.value}'"):
            keys.gate.admit(text, scope)


def test_nothing_that_is_kept_or_shown_opens_anything(keys: Keys) -> None:
    key_id, text = keys.make()
    (kept,) = keys.memory.rows.api_keys.values()

    assert text[4:] not in repr(kept) + kept.proof.hash + kept.id
    for shown in (key_id, kept.proof.hash):
        with pytest.raises(Unauthenticated):
            keys.gate.admit(shown, Scope.READ)


def test_a_key_of_the_same_id_and_another_hash_is_none(keys: Keys) -> None:
    key_id, text = keys.make()
    kept = keys.memory.rows.api_keys[key_id]
    other = KeyProof(kept.proof.hash[:32] + "0" * 32)
    keys.memory.rows.api_keys[key_id] = type(kept)(
        other, kept.account, kept.name, kept.scopes, kept.created_at
    )

    with pytest.raises(Unauthenticated, match="unknown"):
        keys.gate.admit(text, Scope.READ)


def test_a_revoked_key_opens_nothing_from_then_on(keys: Keys) -> None:
    key_id, text = keys.make()
    _, other = keys.make()

    keys.locksmith.revoke(keys.account, key_id.upper())

    with pytest.raises(Unauthenticated, match="revoked"):
        keys.gate.admit(text, Scope.READ)
    assert keys.gate.admit(other, Scope.READ)
    for wanted in (key_id, "no id"):
        with pytest.raises(KeyNotFound):
            keys.locksmith.revoke(keys.account, wanted)


def test_a_key_that_is_off_the_accounts_list_opens_nothing(keys: Keys) -> None:
    key_id, text = keys.make()
    keys.memory.accounts.save(keys.account.without_key(key_id), keys.account.revision)

    with pytest.raises(Unauthenticated, match="revoked"):
        keys.gate.admit(text, Scope.READ)


def test_a_key_ends_with_its_account_and_is_nothing_to_the_next_of_its_name(keys: Keys) -> None:
    _, text = keys.make()
    kept = dict(keys.memory.rows.api_keys)
    keys.memory.accounts.remove(keys.account)

    with pytest.raises(Unauthenticated):
        keys.gate.admit(text, Scope.READ)
    assert keys.memory.rows.api_keys == {}
    keys.memory.rows.api_keys |= kept  # as if its row had stayed
    keys.memory.accounts.add(an_account())
    with pytest.raises(Unauthenticated):
        keys.gate.admit(text, Scope.READ)


def test_a_key_ends_at_its_very_instant(keys: Keys) -> None:
    end = samples.NOW + timedelta(hours=1)
    _, text = keys.make(ApiKeyRequest("short", frozenset({Scope.READ}), end))

    keys.memory.clock.advance(minutes=59, seconds=59)
    assert keys.gate.admit(text, Scope.READ)
    keys.memory.clock.advance(seconds=1)
    with pytest.raises(Unauthenticated, match="expired"):
        keys.gate.admit(text, Scope.READ)


@pytest.mark.parametrize("end", [timedelta(0), timedelta(days=-1), timedelta(days=3654)])
def test_a_key_cannot_end_in_the_past_or_in_another_age(keys: Keys, end: timedelta) -> None:
    with pytest.raises(InvalidInput, match="expiresAt"):
        keys.make(ApiKeyRequest("odd", frozenset({Scope.READ}), samples.NOW + end))


def test_a_21st_key_is_refused_until_one_is_revoked_or_has_expired(keys: Keys) -> None:
    short = ApiKeyRequest("short", frozenset({Scope.READ}), samples.NOW + timedelta(hours=1))
    made = [keys.make(short if number < 3 else READS)[0] for number in range(20)]

    with pytest.raises(KeysFull, match="20"):
        keys.make()
    keys.locksmith.revoke(keys.account, made[10])
    keys.make()
    with pytest.raises(KeysFull):
        keys.make()
    keys.memory.clock.advance(hours=1)
    keys.make()
    assert len(keys.account.keys) == limits.KEYS_PER_ACCOUNT
    # The oldest of the three that had expired made room.
    assert [made[0] in keys.account.keys, made[1] in keys.account.keys] == [False, True]


def test_two_who_make_the_20th_at_once_make_one(keys: Keys) -> None:
    for _ in range(19):
        keys.make()
    seen = keys.account
    keys.memory.accounts.meanwhile = [lambda: keys.make()]

    with pytest.raises(KeysFull):
        keys.locksmith.make(seen, READS)
    assert len(keys.account.keys) == 20


def test_its_use_is_noted_once_an_hour(keys: Keys) -> None:
    key_id, text = keys.make()
    noted = []

    for minutes in (0, 30, 29, 1, 59, 1):
        keys.memory.clock.advance(minutes=minutes)
        keys.gate.note_use(keys.gate.admit(text, Scope.READ)[1])
        noted.append(keys.memory.rows.api_keys[key_id].last_used_at)

    first, second = samples.NOW, samples.NOW + timedelta(hours=1)
    third = second + timedelta(hours=1)
    assert noted == [first, first, first, second, second, third]
