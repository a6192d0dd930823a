"""Passwords: the rules of ASVS 5.0 section 6.2, and what is kept of them."""

import argon2
import pytest

from mayfly.accounts.passwords import PasswordHashes, Passwords, common_passwords
from mayfly.errors import InvalidInput
from mayfly.mail.address import Address

CHEAP = PasswordHashes(memory_kib=8, passes=1)
EMAIL = Address.parse("caroline@elsewhere.example")


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(CHEAP, lambda: {"password1", "iloveyou"})


@pytest.mark.parametrize(
    "password",
    [
        "8 chars!",
        "only small letters",
        "пароль на каждый день",
        "🦋🦋🦋🦋🦋🦋🦋🦋",
        "  spaces around  ",
        "x" * 64,
        "x" * 128,
    ],
)
def test_any_characters_in_any_order_make_a_password(passwords: Passwords, password: str) -> None:
    passwords.check(password, EMAIL)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("7 chars", "8 to 128"),
        ("x" * 129, "8 to 128"),
        ("password1", "most common"),
        ("PassWord1", "most common"),
        ("my name is Caroline", "e-mail"),
        ("I like MayFly a lot", "service"),
    ],
)
def test_what_many_would_try_first_is_refused(
    passwords: Passwords, password: str, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        passwords.check(password, EMAIL)


def test_a_short_name_may_be_part_of_a_password(passwords: Passwords) -> None:
    passwords.check("a plain phrase", Address.parse("al@elsewhere.example"))


def test_the_common_passwords_are_more_than_asvs_asks_for() -> None:
    long_enough = [each for each in common_passwords() if len(each) >= 8]

    assert len(long_enough) >= 3000
    assert {"password", "12345678", "qwertyuiop", "iloveyou"} <= common_passwords()
    assert all(each == each.lower() for each in long_enough)


def test_a_hash_is_argon2id_with_owasp_s_parameters() -> None:
    kept = PasswordHashes().hash("a plain phrase")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHashes().verify(kept, "a plain phrase")
    assert not PasswordHashes().needs_rehash(kept)


@pytest.mark.parametrize("password", ["Straße", "ﬀ", "é", "\ud800 odd", " x ", "a\x00b", "y" * 128])
def test_a_password_is_hashed_whole_and_unchanged(password: str) -> None:
    kept = CHEAP.hash(password)

    assert CHEAP.verify(kept, password)
    for other in (password + " ", password[:-1], password.swapcase(), "e\u0301", password.strip()):
        assert other == password or not CHEAP.verify(kept, other)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert CHEAP.hash("a plain phrase") != CHEAP.hash("a plain phrase")


def test_what_is_no_hash_verifies_nothing() -> None:
    assert not CHEAP.verify("", "a plain phrase")
    assert not CHEAP.verify("$argon2id$nonsense", "a plain phrase")


def test_hashes_of_other_parameters_work_and_are_known() -> None:
    kept = PasswordHashes(memory_kib=16, passes=1).hash("a plain phrase")

    assert CHEAP.verify(kept, "a plain phrase")
    assert CHEAP.needs_rehash(kept)


@pytest.mark.parametrize("hashes", [CHEAP, PasswordHashes()], ids=["cheap", "usual"])
def test_nobody_s_hash_is_computed_as_any_other_and_fits_no_password(
    hashes: PasswordHashes,
) -> None:
    nobody, kept = hashes.nobody(), hashes.hash("a plain phrase")

    # Were it malformed, it would be refused without a computation, and fast.
    assert argon2.extract_parameters(nobody) == argon2.extract_parameters(kept)
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(nobody, "a plain phrase")
    assert not hashes.verify(nobody, "a plain phrase")
