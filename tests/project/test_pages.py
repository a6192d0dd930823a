"""Pages of docs/ that are written from what is declared say what is declared now."""

from pathlib import Path

import pytest

from bench.corpus import ROOT
from bench.pages import decisions
from bench.pages.__main__ import PAGES
from bench.pages.limits import cell, sections_of
from infra.local.configuration import HERE
from mayfly import limits

RECORDS = decisions.records()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_is_what_its_declarations_make_now(path: Path) -> None:
    assert path.read_text() == PAGES[path](), "run: make pages"


def test_every_limit_is_in_the_page_with_its_value_and_a_reason() -> None:
    sections = sections_of(limits)

    rows = {name.strip("`").partition(".")[0] for each in sections for name, _, _ in each.rows}
    assert rows == {name for name in vars(limits) if name.isupper()} - {"KIB", "MIB"}
    for each in sections:
        assert [name for name, value, why in each.rows if not value or not why] == [], each.title


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MAX_REQUEST_BYTES", "64 KiB"),
        ("MAX_MAIL_BYTES", "40 MB"),
        ("SENT_LINE_BYTES", "998 bytes"),
        ("MAX_FIELD_CHARS", "2,048 characters"),
        ("KEYS_PER_ACCOUNT", "20 keys per account"),
        ("RATE_WINDOW", "1 minute"),
        ("SWEEP_AFTER", "1 hour"),
        ("CONNECTION_LIFETIME", "125 minutes"),
        ("PUSH_SECONDS", "2.0 seconds"),
        ("INBOX_SENDER_SHARE", "80 percent"),
        ("TRIPPED_RATE", "5"),
    ],
)
def test_a_limit_is_shown_with_its_unit(name: str, text: str) -> None:
    assert cell(name, getattr(limits, name)) == text


@pytest.mark.parametrize("name", HERE)
def test_what_differs_on_the_laptop_has_a_column_of_its_own(name: str) -> None:
    page = (ROOT / "docs/settings.md").read_text().splitlines()

    (line,) = [each for each in page if each.startswith(f"| `{name}` |")]

    expected = f"`{HERE[name]}`" if HERE[name] else ""
    assert line.split("|")[3].strip() == expected


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.number)
def test_records_that_take_each_others_place_both_say_so(record: decisions.Record) -> None:
    others = {each.number: each for each in RECORDS}

    assert all(record.number in others[each].supersedes for _, each in record.superseded)
    assert all(
        record.number in [number for _, number in others[each].superseded]
        for each in record.supersedes
    )


def test_no_two_records_have_one_number() -> None:
    assert len({each.number for each in RECORDS}) == len(RECORDS)
