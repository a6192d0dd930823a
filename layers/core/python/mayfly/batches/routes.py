"""The operations of generated inboxes (document 003): for admins only."""

from datetime import timedelta

from mayfly.admission.callers import ADMIN_KEY
from mayfly.batches import export_formats as exports
from mayfly.batches.schemas import GeneratedInboxes, WantedInboxes
from mayfly.errors import MayflyError
from mayfly.kit.http.log import logger
from mayfly.kit.http.messages import Answer
from mayfly.kit.http.route import ADMIN, BAD_BODY, Call, Good, Routes
from mayfly.kit.http.spreadsheet import CSV_TYPE

_NO_KEYS = "A key that is needed cannot be had just now; it can be tried again"
_HEADERS = {
    "X-Next-Cursor": "The `cursor` of the next page; not on the last",
    "Link": 'The URL of the next page, as rel="next" (RFC 8288)',
    "Content-Disposition": "With `csv`: the file's name (RFC 6266)",
}
_LINES = {"type": "string", "examples": ["sarah.mitchell42@mayfly.example:aB3xY9mK…\n"]}
_CELLS = {"type": "string"}
_PAGE = "A page of the export"
api = Routes("admin")


@api(
    "POST",
    "/v1/admin/generate",
    "Generate inboxes",
    ADMIN_KEY,
    means="The new inboxes, with their passwords and tokens",
    status=201,
    errors={
        400: f"{BAD_BODY}, or a domain is unknown or not active",
        403: "No mail domain is active",
        409: "No free names were found; it can be tried again",
        503: _NO_KEYS,
    },
    limit=ADMIN,
)
def generate_inboxes(call: Call[None, WantedInboxes]) -> GeneratedInboxes:
    """They are private inboxes with friendly names, made also where nobody else may make one.

    Where the domain has a POP3 server, mail is fetched from there, too, with the inbox's address
    and password: make these known to the server.

    If it fails half-way, the answer has what was made, and `details`.
    """
    flows, count, ids = call.flows, call.body.count, call.body.domain_ids
    domains = flows.domains.register.names_of(None if ids is None else list(dict.fromkeys(ids)))
    lifetime = timedelta(seconds=call.body.token_ttl_seconds)
    fetched = [each for each in domains if flows.domains.register.server_of(each)]
    with flows.rate_limits.budget.spending(count) as give_back:
        made = flows.batches.service.generate(domains, count, lifetime, fetched)
        if isinstance(made.failure, MayflyError):  # of others it is open whether more were made
            give_back(count - len(made.inboxes))
    if made.failure is not None:
        name = type(made.failure).__name__
        logger.error("Generation ended early", error=name, wanted=count, made=len(made.inboxes))
    return GeneratedInboxes.of(made.batch.id, made.inboxes, count)


@api(
    "GET",
    exports.PATH,
    "Export generated inboxes",
    ADMIN_KEY,
    answers=[
        Good(200, _PAGE, _LINES, exports.TEXT_TYPE, _HEADERS),
        Good(200, _PAGE, exports.ExportedInboxes, headers=_HEADERS),
        Good(200, _PAGE, _CELLS, CSV_TYPE, _HEADERS),
    ],
    errors={400: "A parameter cannot be, or there is no such domain", 503: _NO_KEYS},
    query=exports.EXPORT_PARAMETERS,
    limit=ADMIN,
)
def export_inboxes(call: Call[None, None]) -> Answer:
    """Only inboxes that were generated: others have no password.

    `text` is lines of `email:password`. Each page of `csv` begins with the names of its columns. A
    page may have fewer entries than `limit`, also none; it is the last one without a cursor.
    """
    asked = exports.read_export_query(call.request.query)
    page = call.flows.batches.exporter.page(asked, asked.limit, asked.cursor)
    content, headers = exports.write_export(call.request.base_url, asked, page.entries, page.cursor)
    return Answer(200, content, headers)
