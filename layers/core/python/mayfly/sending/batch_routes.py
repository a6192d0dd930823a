"""Several emails in one request."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mayfly.accounts.models import Account
from mayfly.errors import InvalidInput, MayflyError
from mayfly.kit.http.log import logger
from mayfly.kit.http.route import BAD_BODY, LARGE_BODY, Call, Routes
from mayfly.kit.log import describe
from mayfly.sending.batch_schemas import BatchedEmails, EmailBatch
from mayfly.sending.draft import Correspondent, Draft
from mayfly.sending.queries import IDEMPOTENCY_PARAMETER
from mayfly.sending.routes import NOT_SENT, SENDER_WHILE_ON, in_words_of, measure

if TYPE_CHECKING:
    from mayfly.templates.engine import Renderer

api = Routes("sending")


@api(
    "POST",
    "/api/v1/emails/batch",
    "Send an email to each of several recipients",
    SENDER_WHILE_ON,
    means="What came of each: some may be accepted and others not",
    status=202,
    errors={
        400: f"{BAD_BODY}; or the template is not there. Nothing was accepted",
        403: NOT_SENT,
        413: LARGE_BODY,
    },
    query=[IDEMPOTENCY_PARAMETER],
)
def send_batch(call: Call[Account, EmailBatch]) -> BatchedEmails:
    """A template writes each with its recipient's variables; no recipient sees another.

    Each is an email as any other: it counts, is listed, and has a history. One that cannot be
    written or sent keeps none of the others back. The same batch with the same `Idempotency-Key`
    accepts only what was not accepted before.
    """
    flows, account, key = (
        call.flows,
        str(call.caller.id),
        call.request.headers.get("idempotency-key"),
    )
    flows.sending.service.domains.sendable(account, Correspondent.parse(call.body.sender).domain)
    flows.templates.service.check_variables(call.body.variables or {})
    entries = list(call.body.entries(call.sent, key, _writing(call, has_key=key is not None)))
    results = list(flows.sending.batches.submit(account, entries))
    for each in results:
        if each.error is not None and not isinstance(each.error, MayflyError):
            logger.error("Email of a batch failed", **describe(each.error))
    measure(flows, sum(each.mail is not None for each in results))
    return BatchedEmails.of(results)


def _writing(
    call: Call[Account, EmailBatch], has_key: bool
) -> Callable[[Draft, Mapping[str, Any]], Draft]:
    """What writes the emails of the batch, with the template as it is now.

    Of a batch that may have been sent before, a template that is gone is no mistake: what was
    accepted then is answered again.
    """
    sent = call.body
    renderer: Renderer | None = None
    find = call.flows.templates.service.renderer
    missing: InvalidInput | None = None
    try:
        renderer = find(str(call.caller.id), sent.template_id, sent.template_version)
    except InvalidInput as error:
        if not has_key:
            raise
        missing = error

    def write(draft: Draft, variables: Mapping[str, Any]) -> Draft:
        if renderer is None:
            raise missing or AssertionError
        return in_words_of(renderer.render(variables), draft)

    return write
