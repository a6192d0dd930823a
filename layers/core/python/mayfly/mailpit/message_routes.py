"""Mailpit's operations on one message, which `{id}` names, or `latest`."""

from typing import Any
from urllib.parse import quote

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.facades.boxes import BOX, Box
from mayfly.facades.one_message import OneMessage
from mayfly.kit.http import downloads
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import Call, Routes
from mayfly.mail.mime.models import ParsedMail
from mayfly.mailpit.message_schemas import Whole, headers, text_of
from mayfly.mailpit.queries import read_latest
from mayfly.messages.answers import bounded_answer, redirect
from mayfly.messages.files import Link

_MESSAGE = "/mailpit/{inbox}/api/v1/message/{id}"
_TEXT = "text/plain; charset=utf-8"
_HTML_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox allow-popups;"
    " frame-ancestors 'none'"
)
api = Routes("mailpit messages")


@api("GET", _MESSAGE, "Show a message", BOX, operation="mailpit_message")
def show_message(call: Call[Box, None]) -> Answer:
    """Marks it as read."""
    inbox, found = call.caller.inbox(), _message(call)
    whole = Whole.of(*found.read(), inbox, found.source_bytes)
    return bounded_answer(whole, Whole.cut)


@api("GET", f"{_MESSAGE}/headers", "Show the headers", BOX, operation="mailpit_headers")
def show_headers(call: Call[Box, None]) -> Answer:
    """By name."""
    return json_answer(headers(_message(call).opened().content.mail))


@api("GET", f"{_MESSAGE}/raw", "Show the source", BOX, operation="mailpit_raw")
def show_source(call: Call[Box, None]) -> Answer:
    """As text; with `dl=1` to be saved."""
    found = _message(call).source(call.request.method)
    if isinstance(found, Link):
        return redirect(found)
    sent = {"Content-Type": _TEXT, "Content-Security-Policy": downloads.SECURITY_POLICY}
    if call.request.query.get("dl") == "1":
        sent["Content-Disposition"] = downloads.attachment_disposition(found.filename)
    return Answer(200, found.content, sent)


@api("GET", f"{_MESSAGE}/part/{{part}}", "Download an attachment", BOX, operation="mailpit_part")
def download_part(call: Call[Box, None]) -> Answer:
    """With the attachment's type, except types that a browser might run."""
    return _message(call).part(call.parameter("part"), call.request.method)


@api("GET", "/mailpit/{inbox}/view/{file}", "Show a body", BOX, operation="mailpit_view")
def view_body(call: Call[Box, None]) -> Answer:
    """`{id}.txt` has the text, `{id}.html` the HTML made safe; each marks the message as read."""
    name, _, kind = call.parameter("file").rpartition(".")
    if kind not in ("txt", "html"):
        raise MessageNotFound("there are {id}.html and {id}.txt")
    found = OneMessage.named(call.caller, name, read_latest(call.request.query))
    message, content = found.read()
    if kind == "txt":
        return _body(text_of(content.mail), {"Content-Type": _TEXT})
    if not content.mail.html:
        raise MessageNotFound("This message does not contain a HTML part")
    safe = _safe_html(content.mail, f"{_base(call)}/api/v1/message/{message.id}/part")
    policy = {"Content-Security-Policy": _HTML_POLICY}
    return _body(safe, {"Content-Type": "text/html; charset=utf-8", **policy})


def _message(call: Call[Box, Any]) -> OneMessage:
    return OneMessage.named(call.caller, call.parameter("id"), read_latest(call.request.query))


def _base(call: Call[Box, Any]) -> str:
    return f"{call.request.base_url}/mailpit/{quote(call.parameter('inbox'), safe='@')}"


def _safe_html(mail: ParsedMail, parts_url: str) -> str:
    from mayfly.mail.html.sanitize import sanitise
    from mayfly.mail.mime.pictures import picture_names

    images = {name: f"{parts_url}/{each.id}" for name, each in picture_names(mail.parts).items()}
    return sanitise(mail.html, images).html


def _body(text: str, sent: dict[str, str]) -> Answer:
    content = text.encode("utf-8", "replace")[: limits.MAX_ANSWER_BYTES]
    return Answer(200, content, sent)
