"""What of a mail is body, picture or file, after what senders really do."""

import pytest

from mayfly.kit.http.query import Html
from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.mail.mime.parser import ParsedMail
from mayfly.messages.message_schemas import safe_html

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
JPEG = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////"
PRE = '<div dir="auto" style="white-space:pre-wrap">'


def part(content_type: str, body: str = "x", **fields: str) -> str:
    lines = [f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", body])


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    body = "".join(f"--{boundary}\r\n{each}\r\n" for each in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n{body}--{boundary}--\r\n"


def read(mail: str, charset: str = "utf-8") -> ParsedMail:
    return mime.read(mail.encode(charset), MIME)


def files(mail: ParsedMail) -> list[str]:
    return [each.filename for each in mail.parts if not each.inline]


@pytest.mark.parametrize("kind", ["mixed", "related", "signed", "report", "alternative"])
@pytest.mark.parametrize("body", ["html", "plain"])
def test_the_first_text_of_a_multipart_is_body_whatever_its_name(kind: str, body: str) -> None:
    mail = read(
        multipart(kind, part(f'text/{body}; name="mail.{body}"', "words"), part("image/png"))
    )

    assert (mail.text or mail.html) == "words"
    assert [each.content_type for each in mail.parts] == ["image/png"]


def test_a_named_text_that_is_not_the_first_is_a_file() -> None:
    mail = read(
        multipart("mixed", part("text/plain", "words"), part("text/plain; name=a.txt", "a"))
    )

    assert (mail.text, files(mail)) == ("words", ["a.txt"])


@pytest.mark.parametrize(
    "kind", ["enriched", "richtext", "markdown", "x-unknown", "x-web-markdown"]
)
def test_a_text_of_any_kind_is_plain_text(kind: str) -> None:
    assert read(part(f"text/{kind}", "words")).text == "words"
    beside = read(multipart("mixed", part("text/plain", "first"), part(f"text/{kind}", "words")))
    assert (beside.text, beside.parts) == ("first\nwords", ())


@pytest.mark.parametrize("kind", ["csv", "calendar", "vcard", "x-vcard", "xml", "rfc822-headers"])
def test_texts_that_are_files_stay_files(kind: str) -> None:
    mail = read(multipart("report", part("text/plain", "words"), part(f"text/{kind}", "a,b")))

    assert (mail.text, [each.content_type for each in mail.parts]) == ("words", [f"text/{kind}"])


@pytest.mark.parametrize("kind", ["x-amp-html", "watch-html", "enriched"])
def test_an_alternative_that_nobody_shows_is_no_file(kind: str) -> None:
    others = part("text/plain", "plain"), part(f"text/{kind}", "other"), part("text/html", "rich")
    mail = read(multipart("alternative", *others))

    assert (mail.text, mail.html, mail.parts) == ("plain", "rich", ())


def test_an_alternative_that_stands_alone_is_a_file() -> None:
    mail = read(multipart("alternative", part("text/x-amp-html", "other")))

    assert [each.content_type for each in mail.parts] == ["text/x-amp-html"]


def test_an_invitation_among_alternatives_is_a_file() -> None:
    mail = read(
        multipart("alternative", part("text/plain", "come"), part("text/calendar", "BEGIN"))
    )

    assert [each.filename for each in mail.parts] == ["part-1.ics"]


@pytest.mark.parametrize(
    "disposition", ["inline; filename=plan.pdf", "attachment; filename=plan.pdf"]
)
def test_a_file_that_says_inline_is_a_file(disposition: str) -> None:
    pdf = part("application/pdf; name=plan.pdf", Content_Disposition=disposition)
    for body in (part("text/plain", "see"), part("text/html", "<p>see")):
        mail = read(multipart("mixed", body, pdf))

        assert files(mail) == ["plan.pdf"]


@pytest.mark.parametrize(
    ("html", "inline"),
    [
        ("<img src=cid:a@x>", True),
        ('<img src="CID:a%40x">', True),
        ("<img alt='' src=' &#99;id:a&#64;x '>", True),
        ("<style>p{}</style><p title='<'><!-- a --> 1 < 2 <img src='cid:a@x'>", True),
        # Backgrounds are not shown.
        ("<td background='cid:a@x'>", False),
        ("<td style=\"background-image:url('cid:a@x')\">", False),
        ('<td style="background-image:url(&quot;cid:a@x&quot;)">', False),
        ("<a href='cid:a@x'>see</a>", False),
        ("<!-- <img src='cid:a@x'> -->", False),
        ("<style><img src='cid:a@x'></style>", False),
        ("<p title=\"<img src='cid:a@x'>\">", False),
        ("see cid:a@x or src='cid:a@x'", False),
        ("<img src='cid:a@x'", False),
        ("<img src='cid:a@x'>" + "<p>" * 200_000, False),
        ("<img src=cid:b@x>", False),
    ],
)
def test_a_picture_belongs_into_the_html_that_names_it(html: str, inline: bool) -> None:
    fields = {"Content_ID": "<a@x>", "Content_Disposition": "attachment; filename=a.png"}
    mail = read(multipart("mixed", part("text/html", html), part("image/png", **fields)))

    assert [each.inline for each in mail.parts] == [inline]


def test_a_part_of_a_related_that_the_html_does_not_show_is_a_file() -> None:
    html, picture = part("text/html", "<p>"), part("image/png")
    mail = read(multipart("related", html, picture, part("application/pdf; name=a.pdf")))

    assert [each.inline for each in mail.parts] == [False, False]


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/pdf", "JVBERi0xLjQK"),
        ("application/octet-stream", "TVqQAAMAAAAEAAAA"),
        ("image/png", "TVqQAAMAAAAEAAAA"),
        ("image/heic", "AAAAGGZ0eXBoZWlj"),
        ("image/avif", "AAAAGGZ0eXBhdmlm"),
        ("image/bmp", "Qk06AAAAAAAAADYAAAA="),
        ("image/svg+xml", "PHN2Zz4="),
    ],
)
def test_what_an_image_names_but_cannot_show_is_a_file(content_type: str, data: str) -> None:
    fields = {"Content_ID": "<p@x>", "Content_Transfer_Encoding": "base64"}
    named = part(f"{content_type}; name=a", data, **fields)
    mail = read(multipart("related", part("text/html", '<img src="cid:p@x">'), named))

    assert files(mail) == ["a"]


def test_of_two_pictures_with_one_id_the_shown_one_is_inline() -> None:
    html = part("text/html", '<img src="cid:p@x">')
    pictures = [part("image/png", PNG, Content_ID="<p@x>") for _ in range(2)]
    mail = read(multipart("related", html, *pictures))

    (shown,) = (each for each in mail.parts if each.inline)
    assert f"/attachments/{shown.id}" in safe_html(mail, "https://x.example", Html.SAFE).html


@pytest.mark.parametrize(
    ("source", "is_shown"),
    [
        ("file:///C:/i.png", True),
        ("thismessage:/i.png", True),
        ("//x.example/i.png", True),
        ("http://x.example:port/i.png", False),
        ("http://x.example]/i.png", False),
        ("x-mmsg:i.png", False),
        ("C:/i.png", False),
        ("javascript:i", False),
        ("java&#10;script:i", False),
    ],
)
def test_a_picture_is_inline_where_the_safe_html_shows_it(source: str, is_shown: bool) -> None:
    html = part("text/html", f'<img src="{source}"><a href="{source}">see</a>')
    location = source.replace("&#10;", "")
    mail = read(multipart("related", html, part("image/png", PNG, Content_Location=location)))

    safe = safe_html(mail, "https://x.example", Html.SAFE).html
    assert ("/attachments/1" in safe, mail.parts[0].inline) == (is_shown, is_shown)
    assert "script:" not in safe
    assert "file:" not in safe


@pytest.mark.parametrize("location", ["i.png", "http://x.example/a/i.png"])
def test_pictures_are_found_by_what_the_html_says_is_its_base(location: str) -> None:
    html = part("text/html", '<base href="http://x.example/a/"><img src="i.png">')
    mail = read(multipart("related", html, part("image/png", PNG, Content_Location=location)))

    assert [(each.inline, each.location) for each in mail.parts] == [(True, "i.png")]
    assert "/attachments/1" in safe_html(mail, "https://x.example", Html.SAFE).html


def test_a_picture_beside_text_alone_is_a_file() -> None:
    mail = read(multipart("related", part("text/plain", "look"), part("image/png; name=a.png")))

    assert files(mail) == ["a.png"]


def test_texts_side_by_side_are_one_sequence() -> None:
    signature = multipart(
        "alternative", part("text/plain", "Ada"), part("text/html", "<b>Ada</b>"), boundary="a"
    )
    mail = read(multipart("mixed", part("text/plain", "1 < 2"), signature))

    assert mail.text == "1 < 2\nAda"
    assert mail.html == f"{PRE}1 &lt; 2</div>\n<b>Ada</b>"
    assert mail.preview == "1 < 2 Ada"


def test_the_preview_is_of_the_message_and_not_of_a_lists_footer() -> None:
    mail = read(multipart("mixed", part("text/html", "<p>News</p>"), part("text/plain", "footer")))

    assert (mail.text, mail.html) == ("footer", f"<p>News</p>\n{PRE}footer</div>")
    assert mail.preview.startswith("News")


def test_what_lies_within_an_alternative_is_one_choice() -> None:
    inner = multipart(
        "mixed",
        part("text/html", "<p>1"),
        part("image/png; name=a.png"),
        part("text/html", "<p>2"),
        boundary="m",
    )
    mail = read(multipart("alternative", part("text/plain", "1 2"), inner))

    assert (mail.text, mail.html, files(mail)) == ("1 2", "<p>1\n<p>2", ["a.png"])


@pytest.mark.parametrize(
    ("delsp", "flowed", "text"),
    [
        ("no", "one \r\ntwo\r\nthree", "one two\nthree"),
        ("yes", "https://x.example/ab \r\ncd \r\nef", "https://x.example/abcdef"),
        ("no", ">> a \r\n>> b\r\n> c", ">> a b\n> c"),
        ("no", "> a \r\nb", "> a \nb"),
        ("no", " From here\r\n >x", "From here\n>x"),
        ("no", "words \r\n-- \r\nAda", "words \n-- \nAda"),
        ("YES", "a \r\n\r\nb", "a\nb"),
    ],
)
def test_flowed_text_is_joined(delsp: str, flowed: str, text: str) -> None:
    kind = f"text/plain; charset=utf-8; Format=Flowed; DelSp={delsp}"

    assert read(part(kind, flowed)).text == text


def test_text_that_does_not_flow_keeps_its_lines() -> None:
    assert read(part("text/plain", "one \r\n two")).text == "one \n two"


@pytest.mark.parametrize(
    ("content_type", "data", "picture"),
    [
        ("image/jpg", JPEG, "image/jpeg"),
        ("image/pjpeg", JPEG, "image/jpeg"),
        ("image/x-png", PNG, "image/png"),
        ("application/octet-stream", PNG, "image/png"),
        ("application/octet-stream", JPEG, "image/jpeg"),
        ("application/octet-stream", "R0lGODlhAQAB", "image/gif"),
        ("application/octet-stream", "UklGRhoAAABXRUJQVlA4", "image/webp"),
        ("binary/octet-stream", PNG, "image/png"),
        ("application/x-unknown", PNG, "image/png"),
        ("image/*", PNG, "image/png"),
        ("image/unknown", JPEG, "image/jpeg"),
        ("application/octet-stream", "PHN2Zz4=", ""),
        ("image/svg+xml", "PHN2Zz4=", ""),
        ("image/png", PNG, "image/png"),
        ("application/pdf", PNG, ""),
    ],
)
def test_pictures_are_known_by_their_bytes(content_type: str, data: str, picture: str) -> None:
    html = part("text/html", "<img src=cid:a>")
    fields = {"Content_ID": "<a>", "Content_Transfer_Encoding": "base64"}
    (found,) = read(multipart("related", html, part(content_type, data, **fields))).parts

    assert (found.picture, found.inline) == (picture, bool(picture))


@pytest.mark.parametrize(
    ("base", "source", "location", "is_found"),
    [
        ("", "pear.png", "pear.png", True),
        ("http://o.example/page.html", "pear.png", "pear.png", True),
        ("http://o.example/a/page.html", "pear.png", "http://o.example/a/pear.png", True),
        ("http://o.example/page.html", "http://o.example/pear.png", "pear.png", True),
        ("", "http://o.example/pear.png", "http://o.example/\r\n pear.png", True),
        ("", "other.png", "pear.png", False),
    ],
)
def test_pictures_are_found_by_their_place(
    base: str, source: str, location: str, is_found: bool
) -> None:
    html = part(
        "text/html", f'<img src="{source}">', **({"Content_Location": base} if base else {})
    )
    picture = part("image/png", Content_Location=location)
    (found,) = read(multipart("mixed", html, picture)).parts

    assert found.location == (source if is_found else "")
    assert found.inline is is_found


def test_headers_and_file_names_are_in_the_charset_of_the_text() -> None:
    text = part("text/plain; charset=gb2312", "你好")
    mail = read(
        "From: 果园 <a@x.example>\r\nSubject: 收获\r\n"
        + multipart("mixed", text, part('application/pdf; name="报告.pdf"')),
        "gb18030",
    )

    assert (mail.subject, mail.from_[0].name, files(mail)) == ("收获", "果园", ["报告.pdf"])


@pytest.mark.parametrize("label", ["", "; charset=us-ascii", "; charset=unknown-8bit"])
def test_a_label_that_says_nothing_leaves_the_word_to_meta(label: str) -> None:
    html = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Привет'
    mail = read(f"Subject: Привет\r\n{part(f'text/html{label}', html)}", "cp1251")

    assert mail.html.endswith("Привет")
    assert mail.subject == "Привет"


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@x>", ("<a@x>",)),
        ("a@x", ("<a@x>",)),
        ("  <a@x> (comment)", ("<a@x>",)),
        ("Your message of Friday <a@x>", ("<a@x>",)),
        ("<a\r\n @x>", ("<a@x>",)),
        ("a@x b@x", ("<a@x>", "<b@x>")),
        ("word", ("<word>",)),
        ("<>", ()),
        ("", ()),
    ],
)
def test_identifiers_have_one_form(written: str, ids: tuple[str, ...]) -> None:
    mail = read(
        f"Message-ID: {written}\r\nIn-Reply-To: {written}\r\nReferences: {written}\r\n\r\nx"
    )

    assert (mail.in_reply_to, mail.references) == (ids, ids)
    assert mail.message_id == (ids[0] if ids else "")


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html, charset=utf-8", "utf-8"),
        ("text/html charset=utf-8", "utf-8"),
        ("text/html; charset='utf-8'", "utf-8"),
        ("text/html; charset=utf-8, x", "utf-8"),
        ("text/html; charset: utf-8", "utf-8"),
        ("text/html: charset=utf-8", "utf-8"),
    ],
)
def test_content_types_of_careless_senders_are_read(content_type: str, charset: str) -> None:
    assert read(part(content_type, "<p>é"), charset).html == "<p>é"


def test_a_text_that_has_the_boundary_it_names_is_a_multipart() -> None:
    inner = part("text/html", "<p>5=3A00", Content_Transfer_Encoding="quoted-printable")
    mail = read(
        f'Content-Type: text/HTML; boundary="--n"\r\n\r\nparts\r\n----n\r\n{inner}\r\n----n--'
    )

    assert (mail.html, mail.defects) == ("<p>5:00", ("text-with-boundary",))
    assert read("Content-Type: text/html; boundary=n\r\n\r\n<p>no parts").html == "<p>no parts"


def test_a_boundary_in_single_quotes_is_found_with_them_or_without() -> None:
    for written in ("'q'", "q"):
        mail = read(
            f"Content-Type: multipart/mixed; boundary='q'\r\n\r\n--{written}\r\n"
            f"{part('text/html', '<p>')}\r\n--{written}--"
        )

        assert (mail.html, mail.defects) == ("<p>", ())


@pytest.mark.parametrize(
    ("written", "links"),
    [
        ("<https://x.example/l>", ("https://x.example/l",)),
        (
            "https://x.example/l, <mailto:a@x.example>",
            ("https://x.example/l", "mailto:a@x.example"),
        ),
        ("mailto:a@x.example?subject=out", ("mailto:a@x.example?subject=out",)),
        ("<https://x.example/a\r\n b>", ("https://x.example/ab",)),
        ("NO", ()),
    ],
)
def test_links_to_unsubscribe_need_no_brackets(written: str, links: tuple[str, ...]) -> None:
    assert read(f"List-Unsubscribe: {written}\r\n\r\nx").list_unsubscribe == links


def test_lines_that_are_no_headers_do_not_end_the_header_of_a_part() -> None:
    body = (
        "Content-Type: text/plain; charset=utf-8\r\nCAUTION this mail is from outside\r\nand "
        "two lines long.\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E2=9C=85"
    )
    mail = read(multipart("mixed", body))

    assert (mail.text, mail.defects) == ("✅", ("part-bad-header-line",))


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Orchard: support <a@x.example>", "Orchard: support", "a@x.example"),
        ("Re: [x] y: z <a@x.example>", "Re: [x] y: z", "a@x.example"),
        ("Team: a@x.example", "", "a@x.example"),
        ("Team: a@x.example;", "", "a@x.example"),
        ("Team: Ada <a@x.example>;", "Ada", "a@x.example"),
    ],
)
def test_a_colon_that_nobody_quoted_is_of_the_name(written: str, name: str, address: str) -> None:
    (sender,) = read(f"From: {written}\r\n\r\nx").from_

    assert (sender.name, sender.address) == (name, address)


def test_lines_that_are_no_headers_do_not_hide_those_that_every_mail_has() -> None:
    mail = read(
        "Received: from a.example\r\n\\tby b.example\r\nFrom: Ann <ann@a.example>\r\n"
        "__\r\n  more\r\nSubject: Hello\r\nDate: 13 Nov 2026 09:15:00 +0000\r\n\r\nText"
    )

    assert (mail.subject, mail.from_[0].address, mail.text) == ("Hello", "ann@a.example", "Text")
    assert mail.date is not None
    assert mail.defects == ("bad-header-line",)


def test_a_text_right_below_the_headers_is_none_of_them() -> None:
    mail = read("From: a@b.example\r\nSubject: s\r\nDate: x\r\nOne\r\nTwo\r\nSubject: t\r\n\r\nEnd")

    assert (mail.subject, mail.text) == ("s", "One\nTwo\nSubject: t\n\nEnd")


def test_the_headers_of_a_bounced_mail_are_a_file_whatever_they_are_called() -> None:
    mail = read(multipart("report", part("text/plain"), part("text/rfc822-header", "From: a@b")))

    assert mail.text == "x"
    assert [each.content_type for each in mail.parts] == ["text/rfc822-header"]


IMAGE = "image/png", PNG
PDF = "application/pdf; name=a.pdf", "x"


@pytest.mark.parametrize("start", ['; start="<root@x>"', ""])
@pytest.mark.parametrize("disposition", [{}, {"Content_Disposition": "inline"}])
def test_the_root_of_a_related_is_body_wherever_it_stands(
    start: str, disposition: dict[str, str]
) -> None:
    root = part('text/html; name="body.html"', "words", Content_ID="<root@x>", **disposition)
    mail = read(multipart(f"related{start}", part(*IMAGE, Content_ID="<i@x>"), root))

    assert (mail.html, [each.content_type for each in mail.parts]) == ("words", ["image/png"])


def test_a_named_text_beside_the_root_of_a_related_is_a_file() -> None:
    other = part("text/html; name=a.html", "other", Content_ID="<a@x>")
    root = part("text/html; name=body.html", "words", Content_ID="<root@x>")
    mail = read(multipart("related; start=root@x", other, root))

    assert (mail.html, files(mail)) == ("words", ["a.html"])


def test_a_root_that_is_an_attachment_stays_a_file() -> None:
    root = part("text/html", "words", Content_ID="<r>", Content_Disposition="attachment")
    mail = read(multipart('related; start="<r>"', root))

    assert (mail.html, len(mail.parts)) == ("", 1)


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (part(*PDF), 1),
        (part(*PDF, Content_Disposition="attachment"), 1),
        (part("image/png; name=logo.png", PNG, Content_Disposition="inline"), 1),
        (part("text/plain; name=a.txt", "a", Content_Disposition="attachment"), 1),
        (part("text/csv", "a,b"), 1),
        (part("text/plain", ""), 0),
        (part("text/plain", " \r\n\r\n"), 0),
        (part("text/html", "<html><body><p>&nbsp;</p></body></html>"), 0),
        (multipart("alternative", part("text/plain", ""), boundary="c"), 0),
    ],
)
@pytest.mark.parametrize("body", ['text/html; name="mail.html"', 'text/plain; name="body.txt"'])
def test_the_first_text_to_read_is_body_whatever_stands_before_it(
    before: str, kept: int, body: str
) -> None:
    mail = read(multipart("mixed", before, part(body, "words")))

    assert "words" in (mail.html if "html" in body else mail.text)
    assert "words" in mail.preview
    assert len(mail.parts) == kept


@pytest.mark.parametrize(
    "before",
    [
        part("text/plain", "words"),
        part("text/html", "<p>words"),
        part("text/html", '<img src="http://x.example/i.png">'),
        multipart("alternative", part("text/plain", "words"), boundary="c"),
    ],
)
def test_a_named_text_after_something_to_read_is_a_file(before: str) -> None:
    mail = read(multipart("mixed", part(*PDF), before, part("text/plain; name=notes.txt", "n")))

    assert files(mail) == ["a.pdf", "notes.txt"]


@pytest.mark.parametrize(
    ("written", "links"),
    [
        ("https://x.example/u?x=a;b=c,d", ["https://x.example/u?x=a;b=c,d"]),
        ("mailto:u@x.example?subject=a,b", ["mailto:u@x.example?subject=a,b"]),
        ('"https://x.example/u"', ["https://x.example/u"]),
        ("https://x.example/u,mailto:u@x.example", ["https://x.example/u", "mailto:u@x.example"]),
        ("https://x.example/u, mailto:u@x.example,", ["https://x.example/u", "mailto:u@x.example"]),
    ],
)
def test_a_bare_link_to_unsubscribe_is_whole(written: str, links: list[str]) -> None:
    assert list(read(f"List-Unsubscribe: {written}\r\n\r\nx").list_unsubscribe) == links


def test_a_text_whose_label_says_nothing_is_in_the_charset_of_the_others() -> None:
    text = part("text/plain; charset=unknown-8bit", "收获果园")
    html = part("text/html", "<meta charset=gb2312>收获")
    mail = read("Subject: 收获\r\n" + multipart("alternative", text, html), "gbk")

    assert (mail.subject, mail.text, mail.preview) == ("收获", "收获果园", "收获果园")
