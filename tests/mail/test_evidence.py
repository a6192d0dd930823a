"""What a program is given of a message, and in which order it is looked for."""

import pytest

from mayfly.limits import CONFIRMATION, MIME
from mayfly.mail.codes.evidence import code_of, link_of
from mayfly.mail.codes.models import Confidence, Evidence, Where
from mayfly.mail.mime.models import ParsedMail
from mayfly.mail.mime.parser import parse

LINK = "https://club.example/confirm/9f8e7d6c5b4a39281706"
VIEW = "https://club.example/view/1"


def mail(text: str = "", html: str = "", subject: str = "Hello") -> ParsedMail:
    parts = [f"--b\nContent-Type: text/plain\n\n{text}\n"] if text else []
    parts += [f"--b\nContent-Type: text/html\n\n{html}\n"] if html else []
    head = f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: multipart/alternative;boundary=b"
    return parse(f"{head}\n\n{''.join(parts)}--b--\n".encode(), MIME)


def code(**parts: str) -> Evidence | None:
    return code_of(mail(**parts), CONFIRMATION)


def link(**parts: str) -> Evidence | None:
    return link_of(mail(**parts), CONFIRMATION)


def action(kind: str, more: str) -> str:
    return (
        f'<script type="application/ld+json">{{"@type": "{kind}", "name": "Confirm account",'
        f" {more}}}</script>"
    )


@pytest.mark.parametrize(
    "line",
    [
        "@club.example #747723",
        "@Club.Example #747723",
        "@www.club.example #747723 @pay.example",
        "@club.example #747723 %pay.example",
        "  @club.example #747723  ",
    ],
)
def test_a_line_bound_to_a_domain_counts_before_all_words(line: str) -> None:
    found = code(text=f"Your code is 482913.\n\n{line}\n-- \nThe club")

    assert found == Evidence("747723", Where.BOUND)
    assert found.confidence is Confidence.HIGH


def test_it_may_stand_in_the_html_alone() -> None:
    assert code(html="<p>Hello</p><p>@club.example #A1-B2</p>") == Evidence("A1-B2", Where.BOUND)


@pytest.mark.parametrize(
    "text",
    [
        "@club #747723",
        "@club.example 747723",
        "@club.example #sale",
        "See @club.example #747723",
        "@club.example #747723 and more",
        "@club.example #747723\n@club.example #747724",
        "@" + "a." * 5000 + " #1",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    found = code(text=text)

    assert found is None or found.where is Where.WORDS
    assert code(text=f"Your code is 482913.\n\n{text}") in (Evidence("482913", Where.WORDS), None)


def test_words_are_the_last_evidence() -> None:
    found = code(text="Your code is 482913.")

    assert found == Evidence("482913", Where.WORDS)
    assert found.confidence is Confidence.MEDIUM
    assert link(text=f"Confirm your e-mail address: {LINK}") == Evidence(LINK, Where.WORDS)
    assert code(text="Hello") is None
    assert link(text="Hello") is None


def test_where_a_view_action_leads_counts_before_words() -> None:
    html = f'<a href="{LINK}">Confirm your e-mail address</a>'
    script = action("ViewAction", f'"target": "{VIEW}"')
    item = (
        '<div itemscope itemtype="http://schema.org/ViewAction"><link itemprop="url"'
        f' href="{VIEW}"><meta itemprop="name" content="View"></div>'
    )

    assert link(html=html) == Evidence(LINK, Where.WORDS)
    assert link(html=html + script) == Evidence(VIEW, Where.ACTION)
    assert link(html=html + item) == Evidence(VIEW, Where.ACTION)


def test_the_handler_of_a_confirm_action_is_never_given() -> None:
    handler = f'"handler": {{"@type": "HttpActionHandler", "url": "{LINK}"}}'

    assert link(html=action("ConfirmAction", handler)) is None
    assert link(html=action("ViewAction", handler)) is None
    item = (
        '<div itemscope itemtype="http://schema.org/ConfirmAction"><link itemprop="url"'
        f' href="{VIEW}"><meta itemprop="name" content="View"></div>'
    )
    assert link(html=item) is None


@pytest.mark.parametrize("target", ["javascript:alert(1)", "mailto:a@b.example", "https://", "/a"])
def test_an_action_that_leads_nowhere_on_the_web_is_passed_over(target: str) -> None:
    html = f'<a href="{LINK}">Confirm your e-mail address</a>'

    found = link(html=html + action("ViewAction", f'"target": "{target}"'))

    assert found == Evidence(LINK, Where.WORDS)


def test_of_two_actions_neither_is_taken_for_the_one() -> None:
    two = action("ViewAction", f'"target": "{VIEW}"') + action("ViewAction", f'"target": "{LINK}"')

    assert link(html=two) == Evidence(LINK, Where.WORDS)
    assert link(html=two.replace(LINK, f"{VIEW}0")) is None
