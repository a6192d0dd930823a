"""The operations of the HTTP API: each takes a request, makes one call, and shows the result."""

from collections.abc import Callable
from dataclasses import replace

from mayfly import limits
from mayfly.addresses import schemas as addresses
from mayfly.admission.limits import as_waited, making, waiting
from mayfly.assembly import Assembly
from mayfly.inboxes.access import MessageRef
from mayfly.kit.http import downloads
from mayfly.kit.http import query as queries
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.downloads import attachment_disposition, inline_disposition
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.messages import schemas as emails
from mayfly.messages.files import Download, Link
from mayfly.messages.models import Change
from mayfly.messages.schemas import Document
from mayfly.rate_limits.models import Client


def create_address(request: Request, flows: Assembly) -> Answer:
    domain = addresses.wanted_domain(request.document("domain"))
    with making(flows, Client.at(request.client)):
        made = flows.inboxes.service.make(domain)
    document = addresses.created(made.inbox, made.access_token)
    location = f"{request.base_url}/api/emails/{made.inbox.address}"
    return json_answer(document, 201, {"Location": location})


def show_address(request: Request, flows: Assembly) -> Answer:
    return json_answer(addresses.shown(flows.inboxes.service.show(request.parameters["email"])))


def address_status(request: Request, flows: Assembly) -> Answer:
    return json_answer(addresses.status(flows.inboxes.service.show(request.parameters["email"])))


def delete_address(request: Request, flows: Assembly) -> Answer:
    inbox = flows.inboxes.service.close(request.parameters["email"], request.token)
    return json_answer(addresses.deleted(inbox))


def list_messages(request: Request, flows: Assembly) -> Answer:
    wanted, email = queries.list_query(request.query), request.parameters["email"]
    with waiting(request, flows) as turn:
        if wanted.after is not None:
            page = flows.messages.reader.since(email, wanted.after, wanted.limit, wanted.wait, turn)
        else:
            page = flows.messages.reader.page(email, wanted.limit, wanted.cursor)
    headers = emails.list_headers(
        request.base_url, email, wanted.limit, page.cursor, page.last_sequence
    )
    lines = [emails.list_item(each) for each in page.messages]
    return as_waited(json_answer(lines, headers=headers), turn)


def show_message(request: Request, flows: Assembly) -> Answer:
    from mayfly.messages import schemas as message

    html = queries.wanted_html(request.query)
    more = {}
    if queries.wants_diagnostics(request.query):
        more = {"diagnostics": _diagnostics(request, flows)}
    opened = flows.messages.reader.one(request.parameters["id"])
    document = message.message(opened.message, opened.content, request.base_url, html) | more
    return bounded_answer(document, message.cut)


def _diagnostics(request: Request, flows: Assembly) -> dict[str, object]:
    from mayfly.mail.diagnostics import diagnose
    from mayfly.messages.schemas import diagnostics

    return diagnostics(diagnose(flows.messages.files.header_block(request.parameters["id"])))


def mark_message(request: Request, flows: Assembly) -> Answer:
    change = Change(is_read=wanted_flag(request.document("isRead"), "isRead"))
    return json_answer(
        emails.list_item(flows.messages.reader.change(request.parameters["id"], change))
    )


def delete_message(request: Request, flows: Assembly) -> Answer:
    message = flows.messages.reader.delete(request.parameters["id"], request.token)
    return json_answer(emails.deleted(message))


def raw_message(request: Request, flows: Assembly) -> Answer:
    return raw_answer(request, flows, request.parameters["id"])


def download_attachment(request: Request, flows: Assembly) -> Answer:
    return attachment_answer(request, flows, request.parameters["id"])


def bounded_answer(document: Document, cut: Callable[[Document], Document]) -> Answer:
    """The document, cut if it is more than one answer takes."""
    answer = json_answer(document)
    if len(answer.content) > limits.MAX_ANSWER_BYTES:
        return json_answer(cut(document))
    return answer


def raw_answer(request: Request, flows: Assembly, wanted: MessageRef) -> Answer:
    """The raw mail of the message, or the way to it."""
    linked = queries.wants_link(request.query)
    return _file_answer(flows.messages.files.raw(wanted, request.method, linked=linked), request)


def attachment_answer(request: Request, flows: Assembly, wanted: MessageRef) -> Answer:
    """The attachment that the path names, likewise."""
    part, linked = request.parameters["attachmentId"], queries.wants_link(request.query)
    found = flows.messages.files.attachment(wanted, part, request.method, linked=linked)
    return _file_answer(found, request)


def _file_answer(found: Download | Link, request: Request) -> Answer:
    if isinstance(found, Link):
        # Who follows a redirect may send its token along, which S3 refuses.
        if queries.wants_link(request.query) or request.accepts_only_json():
            return replace(json_answer(downloads.link(found.url)), linked_bytes=found.size_bytes)
        return Answer(302, headers={"Location": found.url}, linked_bytes=found.size_bytes)
    disposition = inline_disposition if found.inline else attachment_disposition
    headers = {
        "Content-Type": found.content_type,
        "Content-Disposition": disposition(found.filename),
        "Content-Security-Policy": downloads.SECURITY_POLICY,
    }
    return Answer(200, found.content, headers)


def domain_names(request: Request, flows: Assembly) -> Answer:
    return json_answer(addresses.domain_names(flows.inboxes.service.domains.active()))


def openapi(request: Request, flows: Assembly) -> Answer:
    from mayfly.kit.http.openapi import document

    return json_answer(document(request.base_url))


def docs(request: Request, flows: Assembly) -> Answer:
    from mayfly.kit.http import swagger

    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": swagger.SECURITY_POLICY,
    }
    return Answer(200, swagger.page(request.base_url), headers)


def docs_file(request: Request, flows: Assembly) -> Answer:
    from mayfly.kit.http.swagger import page_file

    found = page_file(request.parameters["file"])
    headers = {
        "Content-Type": found.content_type,
        "Cache-Control": "public, max-age=86400",
        "Vary": "Accept-Encoding",
    }
    if request.accepts_gzip():
        return Answer(200, found.compressed, {**headers, "Content-Encoding": "gzip"})
    return Answer(200, found.content, headers)


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "create_address": create_address,
    "show_address": show_address,
    "delete_address": delete_address,
    "address_status": address_status,
    "list_messages": list_messages,
    "show_message": show_message,
    "mark_message": mark_message,
    "delete_message": delete_message,
    "raw_message": raw_message,
    "download_attachment": download_attachment,
    "domain_names": domain_names,
    "openapi": openapi,
    "docs": docs,
    "api_docs": docs,
    "docs_file": docs_file,
}
