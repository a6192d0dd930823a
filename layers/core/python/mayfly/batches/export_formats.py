"""Document 003's export of generated inboxes: text, JSON or CSV, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Self
from urllib.parse import urlencode

import msgspec

from mayfly import limits
from mayfly.batches.export import ExportFilter
from mayfly.batches.models import Entry, Status
from mayfly.batches.schemas import Password
from mayfly.kit.http.query import Query, choice, parameter, whole_number
from mayfly.kit.http.route import JSON
from mayfly.kit.http.schemas import Count, PreciseTime, View, about
from mayfly.kit.http.spreadsheet import CSV_TYPE, attachment_headers, csv_of
from mayfly.private_inboxes.schemas import InboxId

PATH = "/v1/admin/export"
TEXT_TYPE = "text/plain; charset=utf-8"
FILENAME = "mayfly-inboxes.csv"
_STATUS = ("active", "all")


class ExportedInbox(View):
    """A generated inbox."""

    email: Annotated[str, about("The address")]
    password: Password
    inbox_id: InboxId
    status: Status
    created_at: PreciseTime

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """An inbox, with what opens it."""
        return cls.of_model(entry, email=str(entry.address), inbox_id=str(entry.inbox))


class ExportedInboxes(View):
    """Generated inboxes, in the order in which they were made."""

    count: Annotated[Count, about("How many there are in `entries`: maybe none, though it goes on")]
    entries: list[ExportedInbox]
    next_cursor: Annotated[str | None, about("The `cursor` of the next page, null on the last")]

    @classmethod
    def of(cls, entries: Sequence[Entry], cursor: str | None) -> Self:
        """A page of the export."""
        shown = list(map(ExportedInbox.of, entries))
        return cls(count=len(shown), entries=shown, next_cursor=cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery(ExportFilter):
    """Which part of an export to write, and in which format."""

    format: str
    limit: int
    cursor: str | None


def read_export_query(query: Query) -> ExportQuery:
    """Read the parameters; InvalidInput names the one that cannot be."""
    return ExportQuery(
        format=choice("format", query.get("format", "text"), tuple(_WRITERS)),
        domain_id=query.get("domain_id"),
        active_only=choice("status", query.get("status", "active"), _STATUS) == "active",
        limit=whole_number("limit", query.get("limit"), 1, limits.MAX_EXPORTED)
        or limits.MAX_EXPORTED,
        cursor=query.get("cursor"),
    )


def write_export(
    base_url: str, asked: ExportQuery, entries: Sequence[Entry], cursor: str | None
) -> tuple[bytes, dict[str, str]]:
    """The page and its headers: its type, and how the export goes on."""
    content_type, write = _WRITERS[asked.format]
    headers = {"Content-Type": content_type}
    if asked.format == "csv":
        headers |= attachment_headers(FILENAME)
    if cursor is not None:
        status = _STATUS[0] if asked.active_only else _STATUS[1]
        query = {"format": asked.format, "status": status, "limit": asked.limit, "cursor": cursor}
        if asked.domain_id is not None:
            query["domain_id"] = asked.domain_id
        url = f"{base_url}{PATH}?{urlencode(query)}"
        headers |= {"Link": f'<{url}>; rel="next"', "X-Next-Cursor": cursor}
    return write(ExportedInboxes.of(entries, cursor)), headers


def _text(page: ExportedInboxes) -> bytes:
    return "".join(f"{each.email}:{each.password}\n" for each in page.entries).encode()


def _csv(page: ExportedInboxes) -> bytes:
    """Each page with the header row. No password begins as a formula does: see
    `batches.models.password_of`.
    """
    rows = ([*map(str, msgspec.structs.astuple(each))] for each in page.entries)
    return csv_of(ExportedInbox.__struct_fields__, rows)


_WRITERS: dict[str, tuple[str, Callable[[ExportedInboxes], bytes]]] = {
    "text": (TEXT_TYPE, _text),
    "json": (JSON, msgspec.json.encode),
    "csv": (CSV_TYPE, _csv),
}


EXPORT_PARAMETERS = [
    parameter(
        "format",
        {"type": "string", "enum": list(_WRITERS), "default": "text"},
        "The format.",
    ),
    parameter("domain_id", {"type": "string", "format": "uuid"}, "Only inboxes at this domain."),
    parameter(
        "status",
        {"type": "string", "enum": list(_STATUS), "default": "active"},
        "`all`: also inboxes that have expired or are deleted.",
    ),
    parameter(
        "limit",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": limits.MAX_EXPORTED,
            "default": limits.MAX_EXPORTED,
        },
        "How many inboxes one page looks at, at most.",
    ),
    parameter("cursor", {"type": "string"}, "Goes on: `X-Next-Cursor` of the page before."),
]
