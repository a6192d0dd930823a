"""What it costs to compose: in proportion to what is given, and nothing for what is too long.

Costs are the process's own CPU time, and compared with each other in one run only.
"""

from collections.abc import Callable
from functools import partial

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import read
from mayfly.sending.compose import compose
from mayfly.sending.draft import Correspondent, Draft
from mayfly.sending.draft_schemas import EmailDraft, request_hash
from mayfly.sending.field_rules import decoded
from mayfly.sending.mime import address_field, disposition_field, text_field, text_part
from tests import samples
from tests.costs import cpu_seconds, grows_with_its_input

NAMED = ("019b-id", samples.NOW)
PIECES = ["a", " ", "  ", "é", "漢", "🙂", "=?", "?=", "=?utf-8?q?a?=", '"', "\\", "a ", "<", ","]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    "work",
    [
        lambda text: text_field("X-Note", text),
        lambda text: address_field("To", [(text, "a@b.example")]),
        lambda text: disposition_field("attachment", text),
        lambda text: text_part("plain", text),
    ],
    ids=["text", "name", "filename", "body"],
)
def test_a_field_costs_in_proportion_to_its_text(work: Callable[[str], object], piece: str) -> None:
    assert grows_with_its_input(work, piece, 1_000)


def _parsed(text: str) -> None:
    for given in (text, f"{text}<a@b.example>", f'"{text}', f"{text}@b.example", f"<{text}"):
        try:
            Correspondent.parse(given)
        except InvalidInput:
            continue


@pytest.mark.parametrize("piece", [*PIECES, "@", "a.", "<>", ' "', " <", "\\\\", '\\"'])
def test_an_address_costs_in_proportion_to_its_text(piece: str) -> None:
    assert grows_with_its_input(_parsed, piece, 1_000)


def whom(name: str) -> tuple[Correspondent, ...]:
    return tuple(
        Correspondent(name, f"a{number}", "b.example") for number in range(limits.SENT_RECIPIENTS)
    )


def composed(name: str) -> bytes:
    return compose(Draft(whom(name)[0], to=whom(name), subject="Hello", text="Hello"), *NAMED, 1)


def test_fifty_long_names_beyond_ascii_cost_about_what_plain_ones_do() -> None:
    plain = cpu_seconds(lambda: composed("a" * limits.SENT_NAME_CHARS))

    strange = [letter * limits.SENT_NAME_CHARS for letter in ("é", "漢", '"', "=?")]
    strange[-1] = strange[-1][: limits.SENT_NAME_CHARS]
    for name in strange:
        assert cpu_seconds(partial(composed, name)) <= 20 * plain


def test_a_field_that_no_reader_reads_to_its_end_is_refused() -> None:
    with pytest.raises(InvalidInput, match="to is too long"):
        composed("🙂" * limits.SENT_NAME_CHARS)


def test_a_header_that_no_reader_reads_to_its_end_is_refused() -> None:
    headers = {f"X-{number}": "é" * 440 for number in range(limits.SENT_HEADERS)}
    to, answers = whom("漢" * limits.SENT_NAME_CHARS), whom("漢" * 60)
    draft = Draft(to[0], to=to, reply_to=answers, subject="", text="", headers=headers)

    with pytest.raises(InvalidInput, match="headers may have"):
        compose(draft, *NAMED, 1)


def test_encoded_words_within_encoded_words_are_decoded_to_the_end() -> None:
    text = "a\r\nBcc: x"
    for _ in range(4):
        escaped = "".join(f"={ord(letter):02X}" for letter in text)
        text = f"=?utf-8?q?{escaped}?="

    assert decoded(text)[-1] == "a\r\nBcc: x"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("from", {"from": "é" * 4_000_000 + " <a@b.example>"}),
        ("to", {"to": [" " * 4_000_000 + "<a@b.example"]}),
        ("to", {"to": ["a@" + "é" * 4_000_000]}),
        ("a name in cc", {"cc": "é" * (limits.SENT_NAME_CHARS + 1) + " <a@b.example>"}),
        ("replyTo", {"replyTo": ["a@b.example"] * (limits.SENT_RECIPIENTS + 1)}),
        ("subject", {"subject": "=?" * 2_000_000}),
        ("headers.X-Note", {"headers": {"X-Note": "=?" * 2_000_000}}),
        ("headers", {"headers": {f"X-{number}": "" for number in range(limits.SENT_HEADERS + 1)}}),
        ("unsubscribe.url", {"unsubscribe": {"url": "https://b.example/" + "=?" * 2_000_000}}),
        ("unsubscribe.mailto", {"unsubscribe": {"mailto": " " * 4_000_000 + "<a@b.example"}}),
        ("filename", {"attachments": [{"filename": "\ufdfa" * 4_000_000, "content": ""}]}),
    ],
)
def test_what_is_too_long_is_refused_before_it_is_worked_on(
    name: str, changes: dict[str, object]
) -> None:
    sent = {"from": "a@b.example", "to": ["c@d.example"], "text": "Hello"} | changes

    def refused() -> None:
        with pytest.raises(InvalidInput, match=name.replace(".", r"\.")):
            compose(read(sent, EmailDraft).draft(), *NAMED, 1)

    reference = cpu_seconds(lambda: request_hash({"from": "é" * 4_000_000}))
    assert cpu_seconds(refused) <= 50 * reference
