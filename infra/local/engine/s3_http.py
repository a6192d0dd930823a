"""What S3 answers to a signed GET or HEAD of an object, over HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from infra.local.engine.s3_objects import Found, Objects
from infra.local.engine.s3_stream import InvalidRange, Stream, ranged

Answered = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body."""
_RENAMED = {
    "response-content-type": "Content-Type",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-cache-control": "Cache-Control",
    "response-expires": "Expires",
}


def answer(objects: Objects, method: str, target: str, headers: Mapping[str, str]) -> Answered:
    """The answer to a request whose signature holds: `target` is /bucket/key?query as sent."""
    path, _, query = target.partition("?")
    bucket, _, key = unquote(path.removeprefix("/")).partition("/")
    opened = objects.open(bucket, key)
    if opened is None:
        return _error(404, "NoSuchKey", "The specified key does not exist.")
    found, file = opened
    with file:
        unmet = _unmet(headers, found)
        if unmet == 304:
            return 304, _always(found), b""
        if unmet:
            why = "At least one of the pre-conditions you specified did not hold"
            return _error(412, "PreconditionFailed", why)
        try:
            start, end = ranged(headers.get("Range", ""), found.size)
        except InvalidRange as error:
            return _error(416, "InvalidRange", str(error))
        body = Stream(file, start, end - start).read() if method == "GET" else b""
    return _told(found, start, end, query, body)


def _told(found: Found, start: int, end: int, query: str, body: bytes) -> Answered:
    told = {"Content-Type": found.content_type, **_always(found), **dict(_renamed(query))}
    told["Content-Length"] = str(end - start)
    if (start, end) == (0, found.size):
        return 200, told, body
    return 206, told | {"Content-Range": f"bytes {start}-{end - 1}/{found.size}"}, body


def _always(found: Found) -> dict[str, str]:
    modified = datetime.fromtimestamp(found.stored_at, UTC)
    return {
        "ETag": f'"{found.etag}"',
        "Last-Modified": format_datetime(modified, usegmt=True),
        "Accept-Ranges": "bytes",
    }


def _renamed(query: str) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(query):
        if name in _RENAMED:
            yield _RENAMED[name], value


def _unmet(headers: Mapping[str, str], found: Found) -> int:
    """412 or 304 if a condition does not hold, else 0; a date counts where no ETag is named."""
    wanted = headers.get("If-Match")
    if wanted is not None and not _names(wanted, found):
        return 412
    if wanted is None and _is_newer(found, headers.get("If-Unmodified-Since")) is True:
        return 412
    known = headers.get("If-None-Match")
    if known is not None:
        return 304 if _names(known, found) else 0
    return 304 if _is_newer(found, headers.get("If-Modified-Since")) is False else 0


def _names(header: str, found: Found) -> bool:
    etags = {each.strip().removeprefix("W/").strip('"') for each in header.split(",")}
    return bool(etags & {"*", found.etag})


def _is_newer(found: Found, date: str | None) -> bool | None:
    """None without a date, or for what is none."""
    if date is not None:
        with suppress(ValueError, TypeError):
            return found.stored_at > parsedate_to_datetime(date).timestamp()
    return None


def _error(status: int, code: str, why: str) -> Answered:
    text = f"<Error><Code>{code}</Code><Message>{escape(why)}</Message></Error>"
    return status, {"Content-Type": "application/xml"}, text.encode()
