"""Which sites' pages may read answers: the setting `CORS_ORIGIN`, and the headers for browsers.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

import re
from collections.abc import Iterable, Sequence

from mayfly.errors import InvalidInput

ANY = "*"
BUCKET_EXPOSED = ("Content-Disposition", "Content-Length", "Content-Range", "ETag")
"""What pages may read of an answer of the bucket beside its body."""

_ORIGIN = re.compile(  # RFC 6454 section 6.2: a scheme, a host in lower case and no default port
    r"https?://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?"
)
_DEFAULT_PORT = re.compile(r"http:.*:80|https:.*:443")  # browsers leave these out


def origins(texts: Iterable[str]) -> tuple[str, ...]:
    """The origins as browsers spell them, each once; InvalidInput for what no browser sends.

    `*` stands alone: beside it, naming others would promise something.
    """
    found = tuple(dict.fromkeys(map(_origin, texts)))
    if ANY in found and len(found) > 1:
        raise InvalidInput("must be * alone, or origins without it")
    return found


def allowed_origin(allowed: Sequence[str], sent: str | None) -> str:
    """What `Access-Control-Allow-Origin` says to a page of the origin `sent`, "" for nothing.

    Where one is allowed it is named for any caller, as where `sent` is None, which is not known
    beforehand: API Gateway's own answers are fixed, and are for the first.
    """
    if not allowed:
        return ""
    if len(allowed) == 1 or sent is None:
        return allowed[0]
    return sent.lower() if sent.lower() in allowed else ""


def cors_headers(allowed: Sequence[str], sent: str | None, exposed: str) -> dict[str, str]:
    """The headers that let a page read an answer.

    With `*` browsers send no cookies, so any page sees only what it could ask for itself. One
    whose origin is named may act for a logged-in visitor.
    """
    origin = allowed_origin(allowed, sent)
    headers = {} if origin == ANY or not allowed else {"Vary": "Origin"}
    if not origin:
        return headers
    headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": exposed}
    return headers if origin == ANY else headers | {"Access-Control-Allow-Credentials": "true"}


def _origin(text: str) -> str:
    origin = text.strip().lower()
    port = int(origin.rpartition(":")[2]) if re.search(r":\d{1,5}$", origin) else 0
    taken = _ORIGIN.fullmatch(origin) and not _DEFAULT_PORT.fullmatch(origin) and port <= 65535
    if origin != ANY and not taken:
        raise InvalidInput(
            f"must be * or origins as http://localhost:3000, separated by commas, not {text[:80]!r}"
        )
    return origin
