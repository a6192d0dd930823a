"""How files of emails are handed to browsers: never as something that runs on our site."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote

from mayfly.kit.http.route import Good
from mayfly.kit.http.schemas import View, about


class FileLink(View):
    """Where a file is."""

    url: Annotated[
        str, about("Where the bytes are, for a few minutes; ask there without any credential")
    ]


def octets(meaning: str, *types: str, headers: Mapping[str, str] | None = None) -> list[Good]:
    """Bytes of one of these types; generated clients know what to do with the first."""
    shape = {"type": "string", "format": "binary"}
    return [Good(200, meaning, shape, each, headers or {}) for each in (_UNKNOWN, *types)]


_UNKNOWN = "application/octet-stream"
_NAMED = {"Content-Disposition": "The file's name (RFC 6266)"}
_LINKS = (
    Good(200, "The link to the bytes, as JSON if requested so", FileLink),
    Good(
        302,
        "Too large for one answer: the bytes are where `Location` says, for a few minutes. They are"
        " to be asked for without the token: clients that cannot leave it out ask with `link=1`, or"
        " with `Accept: application/json` alone",
        content_type="",
        headers={"Location": "Where the bytes are"},
    ),
)
RAW_MAIL: Sequence[Good] = (
    *octets("The bytes that came in", "message/rfc822", headers=_NAMED),
    *_LINKS,
)
ATTACHMENT: Sequence[Good] = (*octets("The bytes, decoded", "*/*", headers=_NAMED), *_LINKS)
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]{1,100}"
_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}")
_ACTIVE = re.compile(
    r"text/(?:html|xml|xsl|xslt|css|.*script.*|x-amp-html|cache-manifest|x-component)"
    r"|image/svg.*|.*[/+]xml(?:-.*)?|.*xhtml.*|.*(?:java|ecma|live|j)script.*"
    r"|application/(?:x-shockwave-flash|wasm)|multipart/.*"
)
SECURITY_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def served_type(content_type: str, charset: str) -> str:
    """The Content-Type of an attachment's bytes.

    Its own, except where a browser might run it (HTML, SVG, XML, scripts, styles) or where it is no
    proper type: then application/octet-stream. The message's JSON has the true one.
    """
    content_type = content_type.lower()
    if not _TYPE.fullmatch(content_type) or _ACTIVE.fullmatch(content_type):
        return _UNKNOWN
    if content_type.startswith("text/") and re.fullmatch(r"[A-Za-z0-9_.:-]{1,40}", charset):
        return f"{content_type}; charset={charset}"
    return content_type


_NOT_TOKEN = re.compile(r"[^A-Za-z0-9!#$&+.^_`|~-]+")


def inline_disposition(filename: str) -> str:
    """Shown in place, and saved under this name."""
    return attachment_disposition(filename).replace("attachment", "inline", 1)


def attachment_disposition(filename: str) -> str:
    """A download of this name: an ASCII stand-in, and `filename*` (RFC 8187) with the real one."""
    plain = _NOT_TOKEN.sub("_", filename).strip("._") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
