"""Links, codes and images of bodies as Mailosaur gives them."""

import pytest

from mayfly import limits
from mayfly.mail.mime.models import ParsedMail
from mayfly.mail.mime.parser import parse
from mayfly.mailosaur.content import Image, Link, in_html, in_text


def mail(body: str, kind: str = "html", subject: str = "Hello") -> ParsedMail:
    head = f"Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8"
    return parse(f"{head}\r\n\r\n{body}".encode(), limits.MIME)


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2"> the <b>link</b> </a>', ["the link"]),
        ('<a href="https://a.example/"><img src="cid:x" alt="cat"></a>', [None]),
        ('<a href="https://a.example/">one<a href="https://b.example/">two', ["one", "two"]),
        ('<a name="x">none</a><a href="">none</a>', []),
        ('<a href="mailto:a@b.example">write</a>', ["write"]),
    ],
)
def test_links_have_the_text_in_them(html: str, links: list[str | None]) -> None:
    assert [each.text for each in in_html(mail(html)).links] == links


def test_references_are_resolved_in_where_links_and_images_lead() -> None:
    found = in_html(mail('<a href="https://a.example/?x&amp;y">&lt;a&gt;</a><img src="/&amp;">'))

    assert found.links == [Link("https://a.example/?x&y", "<a>")]
    assert found.images == [Image("/&", None)]


def test_the_clear_code_is_the_first() -> None:
    text = "Order 99887766.\n\nYour verification code is 123456.\n\nRef ABC123"

    found = in_text(mail(text, "plain", "Your verification code"))

    assert found.codes[0] == "123456"
    assert "ABC123" in found.codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("In 2026 we", []),
        ("call +1 555 0100-2000, or write to a1234@b.example", []),
        ("https://a.example/123456 and 12.345,67", []),
        ("A1B2 and A1B2 and 4711", ["A1B2", "4711"]),
        ("123456789 is too long", []),
        ("hello WORLD", []),
    ],
)
def test_what_only_looks_like_a_code(text: str, codes: list[str]) -> None:
    assert in_text(mail(text, "plain")).codes == codes


def test_links_of_texts_are_their_own_words() -> None:
    found = in_text(mail("See <https://a.example/x>, or http://b.example.", "plain"))

    assert found.links == [
        Link("https://a.example/x", "https://a.example/x"),
        Link("http://b.example", "http://b.example"),
    ]
    assert found.images == []


def test_what_a_mail_may_have_is_bounded() -> None:
    many = 1000
    html = "".join(f'<a href="https://a.example/{n}"><img src="{n}"></a>' for n in range(many))
    text = " ".join(f"A{n:04}" for n in range(many))

    assert len(in_html(mail(html)).links) == limits.CONFIRMATION.links
    assert len(in_html(mail(html)).images) == limits.CONFIRMATION.links
    assert len(in_text(mail(text, "plain")).codes) == 20


def test_a_mail_without_a_body_has_nothing() -> None:
    for found in (in_html(mail("x", "plain")), in_text(mail("<p>x</p>"))):
        assert (found.links, found.codes, found.images) == ([], [], [])
