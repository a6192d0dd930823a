"""Whatever is asked to be sent is refused, or reads as it was asked for: by three readers."""

import email
import email.header
import email.policy
import email.utils
import re
from email.message import Message
from typing import Any

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import read
from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.sending.compose import compose
from mayfly.sending.draft import Draft
from mayfly.sending.draft_schemas import EmailDraft
from mayfly.sending.mime import canonical
from tests import samples

NAMED = ("019b-id", samples.NOW)
MOST = 10_000_000
FORGED = ["\r\n", "\n", "\r", "\0", "\t", "\x85", "\u2028", "=?utf-8?q?a=0D=0AFrom:_x?="]
ODD = [
    *(
        "Bcc: x@y.example",
        "=0D=0A",
        "=?utf-8?q?a_b?=",
        "=?utf-8?q?",
        "=?utf-8?b?",
        "=?",
        "?=",
        "=?x?=",
    ),
    *(
        " ",
        "  ",
        '"',
        "\\",
        "<",
        ">",
        ",",
        ";",
        ":",
        "(",
        ")",
        "@",
        ".",
        "'",
        "é",
        "漢字",
        "🙂",
        "e\u0301",
    ),
    *("\u200b", "\ufeff", "\ufffd", "\xa0", "a", "x" * 90, "%0D%0A", "utf-8''", "*0*="),
    *("--=_mixed_019b-id", "\u202e"),
]
ANY = st.lists(st.sampled_from(FORGED + ODD) | st.text(max_size=8), max_size=8).map("".join)
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
FAIR = st.text(LETTERS, max_size=120) | st.lists(st.sampled_from(ODD), max_size=8).map("".join)
LOCALS = st.sampled_from(["ann", "b.c", "a+b", "a=b", "o'x", "{a}", "a?=", "B", "c/d"])
DOMAINS = st.sampled_from(["mine.example", "bücher.example", "xn--bcher-kva.example", "b.example"])
ADDRESSES = st.builds("{}@{}".format, LOCALS, DOMAINS)


def _named(name: str, address: str, quoted: bool) -> str:
    if quoted:
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"


WHOM = ADDRESSES | st.builds(_named, FAIR, ADDRESSES, st.just(True))
SEVERAL = st.lists(WHOM, min_size=1, max_size=2)
FILES = st.fixed_dictionaries(
    {"filename": FAIR, "content": st.sampled_from(["", "aGk=", "LS09X21peGVkXzAxOWItaWQNCg=="])},
    optional={
        "contentType": st.sampled_from(["text/plain", "text/html", "image/png"]),
        "contentId": st.sampled_from(["logo", "a@b"]),
    },
)
SENT = st.fixed_dictionaries(
    {"from": WHOM, "to": SEVERAL, "subject": FAIR, "text": ANY},
    optional={
        "cc": SEVERAL,
        "bcc": SEVERAL,
        "replyTo": SEVERAL,
        "html": ANY,
        "headers": st.dictionaries(st.sampled_from(["X-Note", "List-Id", "x_y"]), FAIR),
        "attachments": st.lists(FILES, max_size=2),
        "unsubscribe": st.fixed_dictionaries(
            {
                "url": st.text("ab/?&=%._~#[]@!$'()*+;:-", max_size=500).map(
                    "https://mine.example/{}".format
                )
            },
            optional={"mailto": ADDRESSES},
        ),
    },
)
GOOD: dict[str, Any] = {
    "from": "ann@mine.example",
    "to": "bob@example.com",
    "subject": "",
    "text": "",
}


def _tried(sent: dict[str, Any]) -> None:
    """InvalidInput, or a mail that all readers read as what was sent."""
    try:
        draft = read(sent, EmailDraft).draft()
        raw = compose(draft, *NAMED, MOST)
    except InvalidInput as refusal:
        event("refused: " + str(refusal)[:40])
        return
    event("composed")
    _check_lines(raw)
    _check_our_reading(raw, draft)
    _check_strict_reading(email.message_from_bytes(raw, policy=email.policy.default), draft)
    _check_lenient_reading(email.message_from_bytes(raw, policy=email.policy.compat32), draft)


def _names(draft: Draft) -> list[str]:
    there = {"Cc": draft.cc, "To": draft.to, "Reply-To": draft.reply_to}
    names = [
        "Message-ID",
        "Date",
        "From",
        *(name for name in ("To", "Cc", "Reply-To") if there[name]),
    ]
    names.append("Subject")
    if draft.unsubscribing:
        names.append("List-Unsubscribe")
        names += ["List-Unsubscribe-Post"] if draft.unsubscribing.url else []
    return [*names, *draft.headers, "MIME-Version", "Content-Type"]


def _check_lines(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\0" not in raw
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def _check_our_reading(raw: bytes, draft: Draft) -> None:
    mail = mime.read(raw, MIME)
    assert mail.defects == ()
    assert _own([name for name, _ in mail.headers]) == _names(draft)
    assert [each.address for each in mail.from_] == [draft.sender.address]
    assert [each.address for each in mail.to] == [each.address for each in draft.to]
    assert [each.address for each in mail.cc] == [each.address for each in draft.cc]
    assert mail.subject == draft.subject
    # Of a mail that says nothing, the texts that are shown in place are what there is to read.
    texts = [each for each in draft.files if each.content_id and "text/" in each.content_type]
    assert len(draft.files) - len(texts) <= len(mail.parts) <= len(draft.files)


def _check_strict_reading(mail: Any, draft: Draft) -> None:
    assert _own(mail.keys()) == _names(draft)
    assert not [each for each in mail.walk() if each.defects]
    whom = {"From": (draft.sender,), "To": draft.to, "Cc": draft.cc, "Reply-To": draft.reply_to}
    for name, several in whom.items():
        found = mail[name].addresses if several else ()
        assert [each.addr_spec for each in found] == [each.address for each in several]
        # It leaves the blank between two encoded words of a name, which is none of the name's.
        shown = ["".join(each.display_name.split()) for each in found]
        assert shown == ["".join(each.name.split()) for each in several]
    assert str(mail["Subject"]) == draft.subject
    for name, value in draft.headers.items():
        assert str(mail[name]) == value
    _check_parts(mail, draft)


def _check_lenient_reading(mail: Message, draft: Draft) -> None:
    assert _own(mail.keys()) == _names(draft)
    whom = {"From": (draft.sender,), "To": draft.to, "Cc": draft.cc, "Reply-To": draft.reply_to}
    for name, several in whom.items():
        found = email.utils.getaddresses([_line(each) for each in mail.get_all(name, [])])
        assert [address for _, address in found] == [each.address for each in several]
        assert [_unfolded(each) for each, _ in found] == [each.name for each in several]
    assert _unfolded(mail["Subject"]) == draft.subject
    for name, value in draft.headers.items():
        assert _unfolded(mail[name]) == value
    _check_parts(mail, draft)


def _check_parts(mail: Any, draft: Draft) -> None:
    leaves = [each for each in mail.walk() if not each.is_multipart()]
    bodies = [canonical(each) for each in (draft.text, draft.html) if each is not None]
    files = sorted(draft.files, key=lambda each: not each.content_id)
    contents = [each.get_payload(decode=True) for each in leaves]
    assert contents == [*bodies, *(each.content for each in files)]
    names = [each.get_filename() for each in leaves[len(bodies) :]]
    assert len(names) == len(files)
    for name, file in zip(names, files, strict=True):
        # One of the library's two ways takes off quotes and brackets that it had unquoted already.
        assert name in (file.filename, email.utils.unquote(file.filename).strip())


def _own(names: list[str]) -> list[str]:
    return [each for each in names if each != "Content-Transfer-Encoding"]


def _line(value: str) -> str:
    return re.sub("\r?\n", "", value)


def _unfolded(value: str) -> str:
    return str(email.header.make_header(email.header.decode_header(_line(value))))


@settings(max_examples=250, deadline=None)
@given(SENT)
def test_what_is_sent_is_refused_or_reads_as_it_was_given(sent: dict[str, Any]) -> None:
    _tried(sent)


@settings(max_examples=250, deadline=None)
@example('""', "file")
@example('"a.txt"', "file")
@example("<a.txt>", "file")
@given(ANY | FAIR, st.sampled_from(["subject", "header", "name", "url", "file", "text", "html"]))
def test_one_strange_field_is_refused_or_reads_as_it_was_given(text: str, where: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "subject": {"subject": text},
        "header": {"headers": {"X-Note": text}},
        "name": {
            "from": _named(text, "ann@mine.example", True),
            "to": [_named(text, "b@c.example", True)],
        },
        "url": {"unsubscribe": {"url": f"https://mine.example/{text}", "mailto": "l@mine.example"}},
        "file": {"attachments": [{"filename": text, "content": "aGk="}]},
        "text": {"text": text},
        "html": {"html": text},
    }
    _tried(GOOD | changes[where])
