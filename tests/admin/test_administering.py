"""Who is let in as an admin."""

import base64

import pytest

from mayfly.admin.service import AdminAuthenticator, AdminKeyMaker
from mayfly.errors import Unauthenticated
from mayfly.kit.tokens.models import key_hash
from tests.admin.fakes import FakeAdminKeys, FakeAdminSecret
from tests.memory import FakeClock
from tests.samples import NOW

KEY = "the admin key of the tests, with its random bits"


@pytest.fixture
def keys() -> FakeAdminKeys:
    return FakeAdminKeys()


def test_the_key_is_let_in_and_only_its_hash_is_kept(keys: FakeAdminKeys) -> None:
    keys.replace(key_hash(KEY), NOW)

    AdminAuthenticator(keys).admit(KEY)

    assert KEY not in repr(keys.kept)


@pytest.mark.parametrize(
    "sent", ["", "x", KEY[:-1], f"{KEY} ", KEY.upper(), key_hash(KEY), "\ud800"]
)
def test_nothing_else_is(keys: FakeAdminKeys, sent: str) -> None:
    keys.replace(key_hash(KEY), NOW)

    with pytest.raises(Unauthenticated, match=r"X-Admin-Key|not the admin key") as refused:
        AdminAuthenticator(keys).admit(sent)

    assert not sent or sent not in str(refused.value)


@pytest.mark.parametrize("sent", [KEY, "", key_hash("")])
def test_nobody_is_before_a_key_is_made(keys: FakeAdminKeys, sent: str) -> None:
    with pytest.raises(Unauthenticated):
        AdminAuthenticator(keys).admit(sent)


def test_the_key_before_opens_nothing(keys: FakeAdminKeys) -> None:
    for key in (KEY, "the next one"):
        keys.replace(key_hash(key), NOW)

    AdminAuthenticator(keys).admit("the next one")
    with pytest.raises(Unauthenticated):
        AdminAuthenticator(keys).admit(KEY)


class Secret(FakeAdminSecret):
    """Says in which order things happen; can fail."""

    def __init__(self, keys: FakeAdminKeys, *, is_down: bool = False) -> None:
        super().__init__()
        self.known_before: list[list[str]] = []
        self.admin_keys = keys
        self.is_down = is_down

    def keep(self, key: str) -> None:
        if self.is_down:
            raise ConnectionError
        self.known_before.append(list(self.admin_keys.kept))
        super().keep(key)


def maker_over(keys: FakeAdminKeys, secret: Secret) -> AdminKeyMaker:
    return AdminKeyMaker(keys, secret, FakeClock(), lambda length: bytes(range(length)))


def test_a_new_key_has_256_bits_and_is_in_the_secret_before_it_is_valid(
    keys: FakeAdminKeys,
) -> None:
    secret = Secret(keys)

    maker_over(keys, secret).make()

    (key,) = secret.keys
    assert base64.urlsafe_b64decode(key + "=") == bytes(range(32))
    assert secret.known_before == [[]]
    AdminAuthenticator(keys).admit(key)


def test_a_key_that_cannot_be_put_into_the_secret_is_never_valid(keys: FakeAdminKeys) -> None:
    keys.replace(key_hash(KEY), NOW)

    with pytest.raises(ConnectionError):
        maker_over(keys, Secret(keys, is_down=True)).make()

    AdminAuthenticator(keys).admit(KEY)


def test_a_first_key_is_made_once(keys: FakeAdminKeys) -> None:
    secret = Secret(keys)
    maker = maker_over(keys, secret)

    made = [maker.make_first(), maker.make_first()]

    assert made == [True, False]
    assert len(secret.keys) == 1
