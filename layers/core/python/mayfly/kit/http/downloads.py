"""How files of mails are handed to browsers: never as something that runs on our site."""

import re
from urllib.parse import quote

from mayfly.kit.http.schema import record, text

LINK_SCHEMA = record(
    {"url": text("Where the bytes are, for a few minutes; ask there without any credential")},
    "Where a file is",
)
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]{1,100}"
_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}")
_ACTIVE = re.compile(
    r"text/(?:html|xml|xsl|xslt|css|.*script.*|x-amp-html|cache-manifest|x-component)"
    r"|image/svg.*|.*[/+]xml(?:-.*)?|.*xhtml.*|.*(?:java|ecma|live|j)script.*"
    r"|application/(?:x-shockwave-flash|wasm)|multipart/.*"
)
_UNKNOWN = "application/octet-stream"
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


def link(url: str) -> dict[str, object]:
    """The way to a file, for who asked for it as JSON."""
    return {"url": url}


_NOT_TOKEN = re.compile(r"[^A-Za-z0-9!#$&+.^_`|~-]+")


def inline_disposition(filename: str) -> str:
    """Shown in place, and saved under this name."""
    return attachment_disposition(filename).replace("attachment", "inline", 1)


def attachment_disposition(filename: str) -> str:
    """A download of this name: an ASCII stand-in, and `filename*` (RFC 8187) with the real one."""
    plain = _NOT_TOKEN.sub("_", filename).strip("._") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
