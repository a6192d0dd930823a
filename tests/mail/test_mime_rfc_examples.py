"""The examples of the RFCs themselves, and what they say that is in them."""

from datetime import UTC, datetime

import pytest

from mayfly.limits import MIME
from mayfly.mail.mime.parser import ParsedMail
from mayfly.mail.mime.parser import read as read_mail


def read(mail: str) -> ParsedMail:
    return read_mail(mail.replace("\n", "\r\n").encode(), MIME)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("=?ISO-8859-1?Q?a?=", "a"),
        ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=\n    =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
        ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
        (
            "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?="
            "\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example.",
        ),
    ],
)
def test_encoded_words_of_rfc_2047_and_2231(written: str, text: str) -> None:
    assert read(f"Subject: {written}\n\nx").subject == text


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (
            '"Joe Q. Public" <john.q.public@example.com>',
            ["Joe Q. Public|john.q.public@example.com"],
        ),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            ["Mary Smith|mary@x.test", "|jdoe@example.org", "Who?|one@y.test"],
        ),
        (
            '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
            ["|boss@nil.test", 'Giant; "Big" Box|sysservices@example.net'],
        ),
        (
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            ["Ed Jones|c@a.test", "|joe@where.test", "John|jdoe@one.test"],
        ),
        ("Undisclosed recipients:;", []),
        (
            "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            ["Pete|pete@silly.test"],
        ),
        (
            "A Group(Some people)\n     :Chris Jones <c@(Chris's host.)public.example>,\n"
            "         joe@example.org,\n  John <jdoe@one.test> (my dear friend); (the end)",
            ["Chris Jones|c@public.example", "|joe@example.org", "John|jdoe@one.test"],
        ),
        ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", []),
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test   . example",
            ["Mary Smith|mary@example.net", "|jdoe@test.example"],
        ),
        (
            "=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>",
            ["Andr\u00e9 Pirard|PIRARD@vm1.ulg.ac.be"],
        ),
    ],
)
def test_addresses_of_rfc_5322_and_2047(written: str, found: list[str]) -> None:
    mail = read(f"From: a@b\nTo: {written}\n\nx")

    assert [f"{each.name}|{each.address}" for each in mail.to] == found


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Fri, 21 Nov 1997 09:55:06 -0600", (1997, 11, 21, 15, 55, 6)),
        ("21 Nov 97 09:55:06 GMT", (1997, 11, 21, 9, 55, 6)),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", (1997, 11, 21, 15, 55, 6)),
        (
            "Thu,\n      13\n        Feb\n          1969\n      23:32\n"
            "               -0330 (Newfoundland Time)",
            (1969, 2, 14, 3, 2, 0),
        ),
    ],
)
def test_dates_of_rfc_5322(written: str, moment: tuple[int, ...]) -> None:
    year, month, day, hour, minute, second = moment

    mail = read(f"Date: {written}\n\nx")

    assert mail.date == datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    assert mail.defects == ()


@pytest.mark.parametrize(
    ("written", "links"),
    [
        (
            "(Use this command to get off the list)\n"
            "     <mailto:list-manager@host.com?body=unsubscribe%20list>",
            ("mailto:list-manager@host.com?body=unsubscribe%20list",),
        ),
        (
            "<http://www.host.com/list.cgi?cmd=unsub&lst=list>,\n"
            "     <mailto:list-request@host.com?subject=unsubscribe>",
            (
                "http://www.host.com/list.cgi?cmd=unsub&lst=list",
                "mailto:list-request@host.com?subject=unsubscribe",
            ),
        ),
    ],
)
def test_links_of_rfc_2369(written: str, links: tuple[str, ...]) -> None:
    assert read(f"List-Unsubscribe: {written}\n\nx").list_unsubscribe == links


def test_the_parameters_of_rfc_2231_are_one_name() -> None:
    mail = read(
        "Content-Type: application/x-stuff;\n name*0*=us-ascii'en'This%20is%20even%20more%20;\n"
        ' name*1*=%2A%2A%2Afun%2A%2A%2A%20;\n name*2="isn\'t it!"\n\nx'
    )

    assert mail.parts[0].filename == "This is even more ***fun*** isn't it!"


def test_the_multipart_of_rfc_2046() -> None:
    mail = read(
        'Content-type: multipart/mixed; boundary="simple boundary"\n\nThis is the preamble.\n\n'
        "--simple boundary\n\nThis is implicitly typed plain US-ASCII text.\n"
        "It does NOT end with a linebreak.\n--simple boundary\n"
        "Content-type: text/plain; charset=us-ascii\n\n"
        "This is explicitly typed plain US-ASCII text.\nIt DOES end with a linebreak.\n\n"
        "--simple boundary--\n\nThis is the epilogue.  It is also to be ignored.\n"
    )

    assert mail.text == (
        "This is implicitly typed plain US-ASCII text.\nIt does NOT end with a linebreak.\n"
        "This is explicitly typed plain US-ASCII text.\nIt DOES end with a linebreak.\n"
    )
    assert (mail.html, mail.parts, mail.defects) == ("", (), ())


def test_the_delivery_report_of_rfc_3464_says_what_its_first_part_says() -> None:
    mail = read(
        "Subject: Returned mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="RAA14128/CS"\n\n'
        "--RAA14128/CS\n\nThe original message was received at Sat, 28 Jan 1995\n\n"
        "--RAA14128/CS\ncontent-type: message/delivery-status\n\n"
        "Reporting-MTA: dns; cs.utk.edu\n\nAction: failed\n\n"
        "--RAA14128/CS\ncontent-type: message/rfc822\n\nFrom: a@b.example\n\nlost\n"
        "--RAA14128/CS--\n"
    )

    assert mail.text == "The original message was received at Sat, 28 Jan 1995\n"
    assert [each.content_type for each in mail.parts] == [
        "message/delivery-status",
        "message/rfc822",
    ]


def test_the_pages_of_rfc_2557_name_their_pictures_by_place() -> None:
    mail = read(
        'Content-Type: multipart/related; boundary="bx"; type="text/html"\n\n--bx\n'
        "Content-Type: text/html; charset=US-ASCII\n"
        "Content-Location: http://www.ietf.cnri.reston.va.us/index.html\n\n"
        '<img src="images/ietflogo.gif" alt="IETF logo">\n--bx\n'
        "Content-Location: http://www.ietf.cnri.reston.va.us/images/ietflogo.gif\n"
        "Content-Type: image/gif\nContent-Transfer-Encoding: base64\n\n"
        "R0lGODlhGAGgAPEAAP/////ZRaCgoAAAACH+PUNv\n--bx--\n"
    )

    assert (mail.parts[0].inline, mail.parts[0].location) == (True, "images/ietflogo.gif")


def test_flowed_text_of_rfc_3676_keeps_the_depth_of_quotes() -> None:
    mail = read(
        "Content-Type: text/plain; charset=iso-8859-1; format=flowed\n\n"
        "> `Take some more tea,' the March Hare said to Alice, \n> very earnestly.\n"
        ">> `I've had nothing yet,' \n>> Alice replied.\n-- \nHatter\n"
    )

    assert mail.text == (
        "> `Take some more tea,' the March Hare said to Alice, very earnestly.\n"
        ">> `I've had nothing yet,' Alice replied.\n-- \nHatter\n"
    )
