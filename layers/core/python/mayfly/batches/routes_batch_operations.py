"""What the operations of generated inboxes take and give: read by the OpenAPI document."""

from mayfly.admin.routes_admin_operations import ADMIN_ERRORS
from mayfly.batches.export_schemas import CSV_TYPE, EXPORT_PARAMETERS, TEXT_TYPE
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation
from mayfly.kit.http.schema import Schema

_NO_KEYS = "A key that is needed cannot be had just now; it can be tried again"
_NEXT = {
    "X-Next-Cursor": "The `cursor` of the next page; not on the last",
    "Link": 'The URL of the next page, as rel="next" (RFC 8288)',
}
_FILE = {"Content-Disposition": "With `csv`: the file's name (RFC 6266)"}
_LINES: Schema = {"type": "string", "examples": ["sarah.mitchell42@mayfly.example:aB3xY9mK…\n"]}
_CELLS: Schema = {"type": "string"}

BATCH_OPERATIONS: dict[str, Operation] = {
    "generate_inboxes": Operation(
        [Good(201, "The new inboxes, with their passwords and tokens", "GeneratedInboxes")],
        {
            **ADMIN_ERRORS,
            400: f"{BAD_BODY}, or a domain is unknown or not active",
            403: "No mail domain is active",
            409: "No free names were found; it can be tried again",
            413: LARGE_BODY,
            503: _NO_KEYS,
        },
        about=(
            "They are private inboxes with friendly names, made also where nobody else may make"
            " one. If it fails half-way, the answer has what was made, and `details`."
        ),
        body="WantedInboxes",
        body_required=True,
        needs_admin_key=True,
    ),
    "export_inboxes": Operation(
        [
            Good(200, "A page of the export", "", TEXT_TYPE, _LINES, {**_NEXT, **_FILE}),
            Good(200, "A page of the export", "ExportedInboxes", headers={**_NEXT, **_FILE}),
            Good(200, "A page of the export", "", CSV_TYPE, _CELLS, {**_NEXT, **_FILE}),
        ],
        {**ADMIN_ERRORS, 400: "A parameter cannot be, or there is no such domain", 503: _NO_KEYS},
        EXPORT_PARAMETERS,
        about=(
            "Only inboxes that were generated: others have no password. `text` is lines of"
            " `email:password`. Each page of `csv` begins with the names of its columns. A page may"
            " have fewer entries than `limit`, also none; it is the last one without a cursor."
        ),
        needs_admin_key=True,
    ),
    "login_inbox": Operation(
        [Good(200, "A token for the inbox, beside those it has", "InboxLogin")],
        {
            400: f"{BAD_BODY}, or `email` is no address",
            401: "There is no active inbox of this address and password",
            413: LARGE_BODY,
            503: _NO_KEYS,
        },
        about="For inboxes that were generated with a password. Others have none.",
        body="InboxCredentials",
        body_required=True,
    ),
}
