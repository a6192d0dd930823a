"""Codes and links in the spellings of programs: actions, codes bound to a place, and hrefs."""

import pytest

from mayfly.limits import CONFIRMATION
from mayfly.mail.codes.find import Confirmation, confirmation

URL = "https://club.example/confirm/9f8e7d6c5b4a39281706"


def given(subject: str, text: str = "", html: str = "") -> Confirmation:
    return confirmation(subject, text, html, CONFIRMATION)


@pytest.mark.parametrize(
    "action",
    [
        '{"@type": ["ViewAction"], "name": "Confirm registration", "target": "URL"}',
        '{"@type": ["Action", "ConfirmAction"], "name": "Confirm registration", "url": "URL"}',
        '{"@type": "http://schema.org/ViewAction", "name": "Confirm registration", "url": "URL"}',
        '{"@type": "ViewAction", "name": "Confirm registration", "target": ["URL"]}',
        '{"@type": "ViewAction", "name": ["Confirm registration"], "target": "URL"}',
        '{"@type": "ViewAction", "name": "Confirm account", "url": [{"urlTemplate": "URL"}]}',
        '<!-- {"@type": "ViewAction", "name": "Confirm registration", "target": "URL"} -->',
        '//<![CDATA[\n{"@type": "ViewAction", "name": "Confirm account", "target": "URL"}\n//]]>',
    ],
)
def test_an_action_is_read_however_its_json_is_written(action: str) -> None:
    script = f'<script type="application/ld+json">{action.replace("URL", URL)}</script>'

    assert given("", "", script).link == URL
    assert given("", "", script.replace("ViewAction", "Person").replace("Confirm", "")).link is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your verification code is 482913.\n\nFollow us:\n@nike.com #JustDoIt", "482913"),
        ("Your verification code is 482913.\n\n@shop.example #747723", "482913"),
        ("Your code is 747723.\n\n@example.com #747723 @embedded.example", "747723"),
        ("@example.com #747723 %ecommerce.example", "747723"),
        ("@localhost #k7w2tz", "k7w2tz"),
        ("@example.com #747723\n\nMore to come", None),
        ("@acme #747723", None),
        ("@nike.com #JustDoIt", None),
        ("@shop.example #SUMMER26", None),
        ("@shop.example #2026", None),
    ],
)
def test_a_code_is_bound_to_a_place_by_the_last_line_alone(text: str, code: str | None) -> None:
    assert given("", text).code == code


@pytest.mark.parametrize("within", ["\n", "\r\n", "\t"])
def test_ends_of_lines_and_tabs_within_a_link_are_not_of_it(within: str) -> None:
    href = URL.replace("/confirm", f"/con{within}firm")

    assert given("", "", f'<a href=" {href} ">Confirm your account</a>').link == URL


def test_blanks_within_a_link_are_escaped() -> None:
    html = f'<a href="{URL}?to=a b">Confirm your account</a>'

    assert given("", "", html).link == f"{URL}?to=a%20b"
