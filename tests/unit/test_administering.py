"""Who is let in as an admin."""

import pytest

from mayfly.administering import AdminGate
from mayfly.domain.credentials import key_hash
from mayfly.domain.errors import Unauthenticated
from tests.fakes.admin import FakeAdminKeys
from tests.samples import NOW

KEY = "the admin key of the tests, with its random bits"


@pytest.fixture
def keys() -> FakeAdminKeys:
    return FakeAdminKeys()


def test_the_key_is_let_in_and_only_its_hash_is_kept(keys: FakeAdminKeys) -> None:
    keys.replace(key_hash(KEY), NOW)

    AdminGate(keys).admit(KEY)

    assert KEY not in repr(keys.kept)


@pytest.mark.parametrize(
    "sent", ["", "x", KEY[:-1], f"{KEY} ", KEY.upper(), key_hash(KEY), "\ud800"]
)
def test_nothing_else_is(keys: FakeAdminKeys, sent: str) -> None:
    keys.replace(key_hash(KEY), NOW)

    with pytest.raises(Unauthenticated, match=r"X-Admin-Key|not the admin key") as refused:
        AdminGate(keys).admit(sent)

    assert not sent or sent not in str(refused.value)


@pytest.mark.parametrize("sent", [KEY, "", key_hash("")])
def test_nobody_is_before_a_key_is_made(keys: FakeAdminKeys, sent: str) -> None:
    with pytest.raises(Unauthenticated):
        AdminGate(keys).admit(sent)


def test_the_key_before_opens_nothing(keys: FakeAdminKeys) -> None:
    for key in (KEY, "the next one"):
        keys.replace(key_hash(key), NOW)

    AdminGate(keys).admit("the next one")
    with pytest.raises(Unauthenticated):
        AdminGate(keys).admit(KEY)
