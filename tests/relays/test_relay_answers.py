"""What a relay's answers say of an address."""

import pytest

from mayfly.relays.models import RecipientAnswer, Stage, Verdict


def answer(words: str, **changes: object) -> RecipientAnswer:
    given = {"verdict": Verdict.PERMANENT, "stage": Stage.RECIPIENT, "code": 550} | changes
    return RecipientAnswer("a@b.example", words=words, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        *("5.1.1 no such user", "5.1.2 no such host", "5.1.3 not well-formed", "5.1.6 moved"),
        *("5.1.10 null MX", "5.2.1 disabled", "5.1.1", "5.1.1: unknown", "5.1.1 one 5.1.1 two"),
    ],
)
def test_an_address_is_gone_where_the_code_says_so(words: str) -> None:
    assert answer(words).is_gone


@pytest.mark.parametrize(
    "words",
    [
        *("", "no such user", "mailbox unavailable (5.1.1)", "4.1.1 not now", "5.1.0 other"),
        *("5.1.4 ambiguous", "5.1.7 the sender", "5.1.8 the sender's host", "5.1.11", "5.1.100"),
        *("5.2.2 full", "5.2.3 too large", "5.2.10", "5.3.4 too large", "5.4.1 no answer"),
        *("5.7.1 policy", "5.7.26 no SPF", "5.1.1.1", "15.1.1", "5x1x1"),
    ],
)
def test_anything_else_says_nothing_of_the_address(words: str) -> None:
    assert not answer(words).is_gone


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": Verdict.TEMPORARY, "code": 450},
        {"verdict": Verdict.ACCEPTED, "code": 250},
        {"stage": Stage.DATA},
        {"stage": Stage.SENDER},
        {"stage": Stage.AUTH},
    ],
)
def test_only_a_permanent_answer_to_the_recipient_counts(changes: dict[str, object]) -> None:
    assert not answer("5.1.1 no such user", **changes).is_gone
