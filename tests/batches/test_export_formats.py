"""The export: no page is over its cap, and no cell of its CSV is a formula or leaves its row."""

import csv
import io

import pytest

from mayfly import limits
from mayfly.batches.export_formats import ExportQuery, read_export_query, write_export
from mayfly.batches.models import Entry, Status
from mayfly.errors import InvalidInput
from mayfly.mail.address import Address
from tests import samples

ASKED = ExportQuery(format="csv", limit=100, cursor=None)
FORMULAS = [
    '=HYPERLINK("http://127.0.0.1/?"&A1,"x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
]


def entry(local: str, password: str) -> Entry:
    address = Address(local, "mayfly.example")
    return Entry(samples.inbox().id, address, password, Status.ACTIVE, samples.NOW)


def row_of(local: str, password: str) -> dict[str, str]:
    content, _ = write_export("https://api.example", ASKED, [entry(local, password)], None)
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return row


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_cell_begins_as_a_formula_does(formula: str) -> None:
    assert row_of("ann", formula)["password"] == f"'{formula}"


@pytest.mark.parametrize("local", ["=a", "+a", "-a"])
def test_no_address_is_a_formula(local: str) -> None:
    assert row_of(local, "secret")["email"] == f"'{local}@mayfly.example"


@pytest.mark.parametrize("text", ['a","=1+1', "a\r\n=1+1,b", 'a"\n"=1', "a,=1+1", "a;=1+1"])
def test_no_cell_begins_another(text: str) -> None:
    row = row_of("ann", text)

    assert (row["email"], row["password"]) == ("ann@mayfly.example", text)
    assert None not in row


@pytest.mark.parametrize("zeros", ["", "0" * 8])
def test_no_page_may_look_at_more_than_the_cap(zeros: str) -> None:
    assert (
        read_export_query({"limit": f"{zeros}{limits.MAX_EXPORTED}"}).limit == limits.MAX_EXPORTED
    )
    with pytest.raises(InvalidInput, match=f"from 1 to {limits.MAX_EXPORTED}$"):
        read_export_query({"limit": f"{zeros}{limits.MAX_EXPORTED + 1}"})
