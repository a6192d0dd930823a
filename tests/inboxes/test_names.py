"""Friendly names, and those that nobody may have."""

import re
from collections.abc import Callable

import pytest

from mayfly.inboxes.names import friendly_local_part, is_reserved, words

FIRST_NAMES, LAST_NAMES = words("first names"), words("last names")


def counted(number: int) -> Callable[[int], bytes]:
    """Entropy that is this number."""
    return lambda length: number.to_bytes(length, "big")


def test_a_name_is_two_words_and_a_number() -> None:
    names = {friendly_local_part(counted(at * 7919)) for at in range(2000)}

    assert len(names) > 1900
    for name in names:
        assert re.fullmatch(r"[a-z]+\.[a-z]+[1-9][0-9]", name)


def test_a_name_that_was_taken_is_followed_by_one_from_a_larger_choice() -> None:
    first = friendly_local_part(counted(99), attempt=1)
    later = friendly_local_part(counted(99), attempt=7)

    assert re.fullmatch(r"[a-z]+\.[a-z]+[1-9][0-9]{3}", first)
    assert later == first


def test_every_word_can_come_up() -> None:
    pairs = len(FIRST_NAMES) * len(LAST_NAMES)

    first = {friendly_local_part(counted(at)) for at in range(0, pairs, 83)}

    assert {name.split(".")[0] for name in first} == set(FIRST_NAMES)
    assert len(set(FIRST_NAMES)) == len(FIRST_NAMES)
    assert len(set(LAST_NAMES)) == len(LAST_NAMES)


def test_no_name_is_a_reserved_one_or_too_long() -> None:
    longest = max(map(len, FIRST_NAMES)) + max(map(len, LAST_NAMES)) + 5

    assert longest <= 64
    assert not [name for name in (*FIRST_NAMES, *LAST_NAMES) if is_reserved(name)]
    assert not is_reserved("sarah.mitchell42")


@pytest.mark.parametrize(
    "local",
    [
        *("postmaster", "Abuse", "WEBMASTER", "security+tag", "admin", "no-reply"),
        *(
            "no.reply",
            "No_Reply",
            "do-not-reply",
            "service",
            "bounce",
            "mailer.daemon",
            "post.master",
        ),
        *("customer-service", "help-desk", "bounces+a=b"),
    ],
)
def test_what_rfc_2142_names_is_reserved(local: str) -> None:
    assert is_reserved(local)


@pytest.mark.parametrize("local", ["orders", "myalias", "ann", "reply", "services2go", "owner"])
def test_other_names_can_be_had(local: str) -> None:
    assert not is_reserved(local)
