"""Answer with whole messages and their files, for every kind of inbox."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.inboxes.access import MessageRef
from mayfly.kit.http import downloads
from mayfly.kit.http import query as queries
from mayfly.kit.http.downloads import attachment_disposition, inline_disposition
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.messages.files import Download, Link

ABOUT_RAW_MAIL = "Byte for byte what was received, with the `sha256` that the message shows."
ABOUT_ATTACHMENT = (
    "With the attachment's type, except types that a browser might run: those come as"
    " application/octet-stream."
)
_Document = TypeVar("_Document")


def bounded_answer(document: _Document, cut: Callable[[_Document], _Document]) -> Answer:
    """Answer with the document, cut if it is too large for one answer."""
    answer = json_answer(document)
    if len(answer.content) > limits.MAX_ANSWER_BYTES:
        return json_answer(cut(document))
    return answer


def raw_answer(request: Request, flows: Assembly, ref: MessageRef) -> Answer:
    """Answer with the raw message, or with a link to it."""
    linked = queries.wants_link(request.query)
    return file_answer(flows.messages.files.raw(ref, request.method, linked=linked), request)


def attachment_answer(request: Request, flows: Assembly, ref: MessageRef) -> Answer:
    """Answer with the attachment that the path names, likewise."""
    part, linked = request.parameters["attachmentId"], queries.wants_link(request.query)
    found = flows.messages.files.attachment(ref, part, request.method, linked=linked)
    return file_answer(found, request)


def file_answer(found: Download | Link, request: Request) -> Answer:
    """Answer with the file, or with where it is, for a client that asks for that or takes JSON."""
    # A client that follows a redirect may send its token along, which S3 refuses.
    if isinstance(found, Link) and (
        queries.wants_link(request.query) or request.accepts_only_json()
    ):
        link = downloads.FileLink(url=found.url)
        return replace(json_answer(link), linked_bytes=found.size_bytes)
    return file_or_redirect(found)


def file_or_redirect(found: Download | Link) -> Answer:
    """Answer with the file, or with a redirect to it."""
    if isinstance(found, Link):
        return redirect(found)
    disposition = inline_disposition if found.inline else attachment_disposition
    headers = {
        "Content-Type": found.content_type,
        "Content-Disposition": disposition(found.filename),
        "Content-Security-Policy": downloads.SECURITY_POLICY,
    }
    return Answer(200, found.content, headers)


def redirect(link: Link) -> Answer:
    """The answer that says where a large file is, for a few minutes."""
    return Answer(302, headers={"Location": link.url}, linked_bytes=link.size_bytes)
