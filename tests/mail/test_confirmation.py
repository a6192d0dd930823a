"""The code and the link of a mail, on a labelled set: a wrong one is worse than none."""

import json
import sys
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mayfly.limits import CONFIRMATION
from mayfly.mail.codes.find import Confirmation, confirmation
from tests.mail.own_mails import MAILS

URL = "https://acme.example/confirm?token=Zk3v9QpL8sXw2Rt7"


@dataclass(frozen=True)
class Case:
    name: str
    language: str
    subject: str
    text: str
    html: str
    code: str | None
    link: str | None

    def found(self) -> Confirmation:
        return confirmation(self.subject, self.text, self.html, CONFIRMATION)


CASES = [
    Case(**json.loads(line))
    for line in (MAILS / "confirmations.jsonl").read_text(encoding="utf-8").splitlines()
]


def given(subject: str = "", text: str = "", html: str = "") -> Confirmation:
    return confirmation(subject, text, html, CONFIRMATION)


def test_the_set_is_large_and_half_of_it_has_no_code() -> None:
    assert len({each.name for each in CASES}) == len(CASES) >= 100
    assert sum(each.code is None for each in CASES) >= 40
    assert sum(each.code is not None for each in CASES) >= 60
    assert len({each.language for each in CASES if each.code}) >= 20
    assert len({each.language for each in CASES if not each.code}) >= 10


@pytest.mark.parametrize("what", ["code", "link"])
def test_what_is_found_is_right_and_little_is_missed(what: str) -> None:
    wanted = {each.name: getattr(each, what) for each in CASES}
    found = {each.name: getattr(each.found(), what) for each in CASES}

    wrong = {name: one for name, one in found.items() if one and one != wanted[name]}
    missed = {name: one for name, one in wanted.items() if one and found[name] is None}
    given = sum(one is not None for one in found.values())
    precision = 1 - len(wrong) / given
    recall = 1 - len(missed) / sum(one is not None for one in wanted.values())
    told = f"precision {precision:.3f}, recall {recall:.3f}; wrong {wrong}; missed {missed}"
    assert not wrong, told
    assert recall >= 0.95, told


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_code_is_found_wherever_it_is_written(case: Case) -> None:
    as_html = "<br>".join(case.text.replace("&", "&amp;").replace("<", "&lt;").split("\n"))

    assert given(case.subject, "", case.html or as_html).code == case.code


@pytest.mark.parametrize(
    "number",
    ["12/05/2024", "2024-05-12", "14:32", "203.0.113.77", "1,299.00", "+4915212345678"],
)
def test_other_figures_are_no_codes_even_where_one_is_expected(number: str) -> None:
    assert given("Your verification code", f"Verification code: {number}").code is None


def test_two_codes_are_none() -> None:
    found = given("", "Your login code is 482913.\nYour login code is 739205.")

    assert found == Confirmation(None, None)


def test_a_year_is_a_code_only_if_it_is_called_one() -> None:
    assert given("", "Verification code 2024, Acme").code is None
    assert given("", "Your verification code is 2024.").code == "2024"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://acme.example/confirm?token=Zk3v9QpL8sXw2Rt7",
        "javascript:alert(1)//confirm",
        "https://acme.example/confirm?token=" + "x9" * 2_000,
        "https://acme.example/confirm?t=<b>9",
        "https://[/confirm?token=Zk3v9QpL8sXw2Rt7",
        "https:///confirm?token=Zk3v9QpL8sXw2Rt7",
        "data:text/html,confirm",
        "mailto:confirm@acme.example",
        "/confirm?token=Zk3v9QpL8sXw2Rt7",
    ],
)
def test_what_no_reader_should_open_is_no_link(url: str) -> None:
    assert given("Confirm your email", "", f"<a href='{url}'>Confirm email</a>").link is None


def test_an_entity_in_a_link_is_read() -> None:
    html = f'<a href="{URL}&amp;next=1">Confirm email</a>'

    assert given("", "", html).link == f"{URL}&next=1"


def test_the_same_mail_gives_the_same_answer() -> None:
    assert [each.found() for each in CASES] == [each.found() for each in CASES]


def test_what_lies_behind_the_limits_is_not_looked_at() -> None:
    code, link = "Your login code is 482913.", f'<a href="{URL}">Confirm email</a>'
    filler = "<p>word word</p>" * (CONFIRMATION.html_chars // 16 + 1)

    assert given("", "x\n" * CONFIRMATION.text_chars + code).code is None
    assert given("", "", filler + link).link is None
    assert given("", "", "<a href=https://x.example>x</a> " * CONFIRMATION.links + link) == (
        Confirmation(None, None)
    )
    assert given("", "4829 x " * CONFIRMATION.numbers + code).code is None


HOSTILE = [
    ("1", ""),
    ("1 ", ""),
    ("4829 ", ""),
    ("your code 4829\n", ""),
    ("A1", ""),
    ("a@", ""),
    ("https://x.example/confirm ", ""),
    ("", "<p>1</p>"),
    ("", "<td>4829"),
    ("", "<a href=https://x.example/confirm?t=1>click here</a>"),
    ("", "<a href=https://x.example/a>confirm your email "),
    ("", "<div>"),
    ("", "your verification code for "),
]


@pytest.mark.parametrize(("text", "html"), HOSTILE)
def test_a_mail_twice_as_long_costs_no_more_than_twice(text: str, html: str) -> None:
    unlimited = replace(CONFIRMATION, html_chars=10**9, text_chars=10**9)

    def steps(times: int) -> int:
        return steps_of(lambda: confirmation("code", text * times, html * times, unlimited))

    assert steps(4_000) <= 2.2 * steps(2_000)


@pytest.mark.parametrize(("text", "html"), HOSTILE)
def test_a_megabyte_costs_no_more_than_what_is_looked_at(text: str, html: str) -> None:
    def steps(chars: int) -> int:
        long_text = (text * chars)[:chars]
        long_html = (html * chars)[:chars]
        return steps_of(lambda: given("code", long_text, long_html))

    assert steps(1_000_000) <= 1.05 * steps(CONFIRMATION.html_chars)


def steps_of(run: Any) -> int:
    """How many functions were called, of ours and of Python's."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls
