"""The structure of messages, whole and broken."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly_client.bridge import limits
from mayfly_client.bridge.imap.describing import body_structure, envelope
from mayfly_client.bridge.imap.fetching import section
from mayfly_client.bridge.imap.items import Section
from mayfly_client.bridge.mime.addresses import Address, addresses
from mayfly_client.bridge.mime.structure import Part, structure
from mayfly_client.bridge.mime.texts import decoded, texts

MAILS = sorted((Path(__file__).parents[1] / "mails").glob("**/*.eml"))
NESTED = (
    b"Subject: outer\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\npreamble\r\n"
    b"--a\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
    b"--a\r\nContent-Type: message/rfc822\r\n\r\n"
    b"Subject: inner\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>html\r\n--b--\r\n"
    b"--a--\r\nepilogue\r\n"
)


@pytest.mark.parametrize(
    ("numbers", "text", "found"),
    [
        ((1,), "", b"first"),
        ((1,), "MIME", b"Content-Type: text/plain\r\n\r\n"),
        ((2, 1), "", b"plain"),
        ((2, 2), "", b"<p>html"),
        ((2, 2), "MIME", b"Content-Type: text/html\r\n\r\n"),
        (
            (2,),
            "HEADER",
            b"Subject: inner\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n",
        ),
        ((1,), "HEADER", None),
        ((3,), "", None),
        ((1, 1), "", None),
        ((2, 3), "", None),
    ],
)
def test_sections_are_those_of_the_parts(
    numbers: tuple[int, ...], text: str, found: bytes | None
) -> None:
    assert section(structure(NESTED), Section(numbers, text)) == found


def test_fields_can_be_chosen_or_left_out() -> None:
    message = structure(b"A: 1\r\nB: 2\r\n  more\r\na: 3\r\n\r\nbody\r\n")

    some = section(message, Section(text="HEADER.FIELDS", names=(b"A",)))
    others = section(message, Section(text="HEADER.FIELDS.NOT", names=(b"A",)))

    assert some == b"A: 1\r\na: 3\r\n\r\n"
    assert others == b"B: 2\r\n  more\r\n\r\n"


def test_what_is_missing_is_nil_and_what_is_empty_is_not() -> None:
    assert envelope(structure(b"\r\nbody")) == b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    assert envelope(structure(b"Subject:\r\nFrom: a@b.example\r\n\r\n")) == (
        b'(NIL "" ((NIL NIL "a" "b.example")) ((NIL NIL "a" "b.example"))'
        b' ((NIL NIL "a" "b.example")) NIL NIL NIL NIL NIL)'
    )


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a@b.example", [(None, b"a", b"b.example")]),
        (b'"Last, First" <a@b.example>', [(b"Last, First", b"a", b"b.example")]),
        (b"Ann (a comment) Bee <a@b.example>", [(b"Ann Bee", b"a", b"b.example")]),
        (b"a@b.example (Ann)", [(b"Ann", b"a", b"b.example")]),
        (b"=?utf-8?q?J=C3=B6rg?= <j@b.example>", [(b"=?utf-8?q?J=C3=B6rg?=", b"j", b"b.example")]),
        (b"a@b.example, <c@d.example>,", [(None, b"a", b"b.example"), (None, b"c", b"d.example")]),
        (
            b"Friends: a@b.example;",
            [(None, b"Friends", None), (None, b"a", b"b.example"), (None, None, None)],
        ),
        (b"undisclosed-recipients:;", [(None, b"undisclosed-recipients", None), (None,) * 3]),
        (b"<@x.example,@y.example:a@b.example>", [(None, b"a", b"b.example")]),
        (b"nobody", [(None, b"nobody", b"")]),
        (b'"odd \\" one"@b.example', [(None, b'odd " one', b"b.example")]),
        (b"a@[192.0.2.1]", [(None, b"a", b"[192.0.2.1]")]),
        (b"<>", []),
        (b",,;", []),
        (b"", []),
    ],
)
def test_addresses_are_taken_apart(value: bytes, found: list[tuple[bytes | None, ...]]) -> None:
    assert addresses(value) == [Address(*each) for each in found]


def test_a_multipart_without_its_boundary_is_one_text() -> None:
    message = structure(b"Content-Type: multipart/mixed; boundary=x\r\n\r\njust text\r\n")

    assert body_structure(message, extended=False) == (
        b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 11 1)'
    )


def test_parts_of_a_digest_are_messages() -> None:
    head = b"Content-Type: multipart/digest; boundary=d\r\n\r\n"
    raw = head + b"--d\r\n\r\nSubject: one\r\n\r\nx\r\n--d--\r\n"

    (part,) = structure(raw).parts

    assert part.message is not None
    assert part.message.field(b"subject") == b"one"


def test_what_is_too_deep_is_one_part() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200)
    )

    assert depth(structure(raw)) <= limits.DEPTH + 1


def depth(part: Part) -> int:
    return 1 + max((depth(each) for each in part.parts), default=0)


def test_there_are_only_so_many_parts() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000

    assert len(structure(raw).parts) == limits.PARTS


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.name)
def test_parts_lie_in_one_another_and_never_overlap(path: Path) -> None:
    raw = path.read_bytes()

    whole = structure(raw)

    assert raw[whole.header.start : whole.body.end] == raw
    check(whole)
    envelope(whole)
    body_structure(whole, extended=True)
    assert all(isinstance(each, str) for each in texts(whole))


def check(part: Part) -> None:
    at = part.body.start
    for each in part.parts:
        assert at <= each.header.start <= each.header.end == each.body.start <= each.body.end
        at = each.body.end
        check(each)
    assert at <= part.body.end


@given(st.binary(max_size=300), st.sampled_from([b"", NESTED]))
def test_any_bytes_have_a_structure(junk: bytes, around: bytes) -> None:
    raw = around[:100] + junk + around[100:]

    whole = structure(raw)

    check(whole)
    assert b"\x00" not in envelope(whole)
    body_structure(whole, extended=True)
    list(texts(whole))


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: a/b" + b";" * 3_000_000 + b"\r\n\r\n",
        b"From: " + b"<@a," * 500_000 + b"\r\n\r\n",
        b"To: " + b"(" * 2_000_000 + b"\r\n\r\n",
        b"x" * 3_000_000,
        b"a: b\r\n" * 500_000,
        b"\r\n".join([b"Content-Type: multipart/mixed; boundary=-", b"", *[b"---a"] * 500_000]),
        b"Content-Type: multipart/mixed; boundary=" + b"b" * 100_000 + b"\r\n\r\n",
    ],
    ids=["parameters", "routes", "comments", "no-line", "fields", "boundaries", "long-boundary"],
)
def test_hostile_messages_are_described_too(raw: bytes) -> None:
    whole = structure(raw)

    assert envelope(whole).startswith(b"(")
    assert body_structure(whole, extended=True).startswith(b"(")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?b?SsO2cmc=?= =?utf-8?q?_Bee?=", "Jörg Bee"),
        (b"=?iso-8859-1?q?J=F6rg?= plain", "Jörg plain"),
        (b"=?nonsense?q?J=C3=B6rg?=", "Jörg"),
        (b"=?utf-8?b?!!!?=", ""),
        ("Jörg".encode(), "Jörg"),
    ],
)
def test_words_are_decoded_for_searches(value: bytes, text: str) -> None:
    assert decoded(value) == text
