"""The operations of generated inboxes (document 003): for admins only."""

from collections.abc import Callable

from functions.http_api.flows import Flows
from functions.logging_journal import logger
from mayfly.admin.routes import admitted
from mayfly.batches import export_schemas as exports
from mayfly.batches import schemas as batches
from mayfly.batches.export import Selection
from mayfly.errors import MayflyError
from mayfly.kit.http.messages import Answer, Request, json_answer


def generate_inboxes(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    sent = request.document(*batches.GENERATE_FIELDS)
    count, lifetime = batches.wanted_count(sent), batches.wanted_lifetime(sent)
    domains = flows.domains.names_of(batches.wanted_domains(sent))
    with flows.budget.spending(count) as give_back:
        made = flows.generator.generate(domains, count, lifetime)
        if isinstance(made.failure, MayflyError):  # of others it is open whether more were made
            give_back(count - len(made.inboxes))
    if made.failure is not None:
        name = type(made.failure).__name__
        logger.error("Generation ended early", error=name, wanted=count, made=len(made.inboxes))
    inboxes = [batches.inbox(each.inbox, each.password, each.token) for each in made.inboxes]
    return json_answer(batches.generated(made.batch.id, inboxes, count), 201)


def export_inboxes(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    asked = exports.export_query(request.query)
    wanted = Selection(asked.active_only, asked.domain_id)
    page = flows.exporter.page(wanted, asked.limit, asked.cursor)
    content, headers = exports.exported(request.base_url, asked, page.entries, page.cursor)
    return Answer(200, content, headers)


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "generate_inboxes": generate_inboxes,
    "export_inboxes": export_inboxes,
}
