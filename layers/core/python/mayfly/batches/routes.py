"""The operations of generated inboxes (document 003): for admins only."""

from collections.abc import Callable

from functions.http_api.logging import logger
from mayfly.admin.routes import ADMIN_ERRORS, admitted
from mayfly.assembly import Assembly
from mayfly.batches import export_schemas as exports
from mayfly.batches import schemas as batches
from mayfly.batches.export import ExportFilter
from mayfly.batches.export_schemas import CSV_TYPE, EXPORT_PARAMETERS, TEXT_TYPE
from mayfly.errors import MayflyError
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation
from mayfly.kit.http.schema import Schema


def generate_inboxes(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    sent = request.document(*batches.GENERATE_FIELDS)
    count, lifetime = batches.wanted_count(sent), batches.wanted_lifetime(sent)
    domains = flows.domains.register.names_of(batches.wanted_domains(sent))
    with flows.rate_limits.budget.spending(count) as give_back:
        made = flows.batches.service.generate(domains, count, lifetime)
        if isinstance(made.failure, MayflyError):  # of others it is open whether more were made
            give_back(count - len(made.inboxes))
    if made.failure is not None:
        name = type(made.failure).__name__
        logger.error("Generation ended early", error=name, wanted=count, made=len(made.inboxes))
    inboxes = [batches.inbox(each.inbox, each.password, each.token) for each in made.inboxes]
    return json_answer(batches.generated(made.batch.id, inboxes, count), 201)


def export_inboxes(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    asked = exports.export_query(request.query)
    wanted = ExportFilter(asked.active_only, asked.domain_id)
    page = flows.batches.exporter.page(wanted, asked.limit, asked.cursor)
    content, headers = exports.exported(request.base_url, asked, page.entries, page.cursor)
    return Answer(200, content, headers)


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "generate_inboxes": generate_inboxes,
    "export_inboxes": export_inboxes,
}

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
