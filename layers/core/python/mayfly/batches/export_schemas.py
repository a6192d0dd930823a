"""Document 003's export of generated inboxes: text, JSON or CSV, a page at a time."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from mayfly import limits
from mayfly.batches.models import Entry, Status
from mayfly.batches.schemas import PASSWORD
from mayfly.kit.http.body import json_text
from mayfly.kit.http.query import Query, choice, parameter, whole_number
from mayfly.kit.http.schema import array, number, or_null, precise_time, record, text
from mayfly.kit.http.times import precise_stamp
from mayfly.private_inboxes.schemas import INBOX_ID

PATH = "/v1/admin/export"
TEXT_TYPE = "text/plain; charset=utf-8"
CSV_TYPE = "text/csv; charset=utf-8"
FILENAME = "mayfly-inboxes.csv"
_FIELDS = ("email", "password", "inbox_id", "status", "created_at")
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_STATUS = ("active", "all")


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """What of an export is asked for, and how it shall look."""

    format: str
    domain_id: str | None
    active_only: bool
    limit: int
    cursor: str | None


def export_query(query: Query) -> ExportQuery:
    """Read the parameters; InvalidInput names the one that cannot be."""
    return ExportQuery(
        format=choice("format", query.get("format", "text"), tuple(_WRITERS)),
        domain_id=query.get("domain_id"),
        active_only=choice("status", query.get("status", "active"), _STATUS) == "active",
        limit=whole_number("limit", query.get("limit"), 1, limits.MAX_EXPORTED)
        or limits.MAX_EXPORTED,
        cursor=query.get("cursor"),
    )


def exported(
    base_url: str, asked: ExportQuery, entries: Sequence[Entry], cursor: str | None
) -> tuple[bytes, dict[str, str]]:
    """The page and its headers: its type, and how the export goes on."""
    content_type, write = _WRITERS[asked.format]
    headers = {"Content-Type": content_type}
    if asked.format == "csv":
        headers["Content-Disposition"] = f'attachment; filename="{FILENAME}"'
    if cursor is not None:
        status = _STATUS[0] if asked.active_only else _STATUS[1]
        query = {"format": asked.format, "status": status, "limit": asked.limit, "cursor": cursor}
        if asked.domain_id is not None:
            query["domain_id"] = asked.domain_id
        url = f"{base_url}{PATH}?{urlencode(query)}"
        headers |= {"Link": f'<{url}>; rel="next"', "X-Next-Cursor": cursor}
    return write([_entry(each) for each in entries], cursor).encode(), headers


def _entry(entry: Entry) -> dict[str, str]:
    values = (
        str(entry.address),
        entry.password,
        str(entry.inbox),
        entry.status.value,
        precise_stamp(entry.created_at),
    )
    return dict(zip(_FIELDS, values, strict=True))


def _text(entries: list[dict[str, str]], cursor: str | None) -> str:
    return "".join(f"{each['email']}:{each['password']}\n" for each in entries)


def _json(entries: list[dict[str, str]], cursor: str | None) -> str:
    document = {"count": len(entries), "entries": entries, "next_cursor": cursor}
    return json_text(document)


def _csv(entries: list[dict[str, str]], cursor: str | None) -> str:
    """RFC 4180, each page with the header row.

    A cell that a spreadsheet would take for a formula, full-width signs included, gets an
    apostrophe before it (OWASP, CSV injection). No password begins so: see
    `domain.batch.password_of`.
    """
    written = io.StringIO()
    rows = csv.DictWriter(written, _FIELDS)
    rows.writeheader()
    for each in entries:
        rows.writerow(
            {
                name: f"'{value}" if value.startswith(_FORMULA) else value
                for name, value in each.items()
            }
        )
    return written.getvalue()


_WRITERS: dict[str, tuple[str, Callable[[list[dict[str, str]], str | None], str]]] = {
    "text": (TEXT_TYPE, _text),
    "json": ("application/json", _json),
    "csv": (CSV_TYPE, _csv),
}


EXPORT_PARAMETERS = [
    parameter("format", text(enum=list(_WRITERS), default="text"), "How it shall look."),
    parameter("domain_id", text(format="uuid"), "Only inboxes at this domain."),
    parameter(
        "status",
        text(enum=list(_STATUS), default="active"),
        "`all`: also inboxes that have expired or are deleted.",
    ),
    parameter(
        "limit",
        number(minimum=1, maximum=limits.MAX_EXPORTED, default=limits.MAX_EXPORTED),
        "How many inboxes one page looks at, at most.",
    ),
    parameter("cursor", text(), "Goes on: `X-Next-Cursor` of the page before."),
]
SCHEMA = record(
    {
        "count": number("How many there are in `entries`: maybe none, though it goes on"),
        "entries": array(
            record(
                {
                    "email": text("The address"),
                    "password": PASSWORD,
                    "inbox_id": INBOX_ID,
                    "status": text(enum=[each.value for each in Status]),
                    "created_at": precise_time(),
                }
            )
        ),
        "next_cursor": or_null(text("The `cursor` of the next page, null on the last")),
    },
    "Generated inboxes, in the order in which they were made",
)
