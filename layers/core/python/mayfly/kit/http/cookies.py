"""Cookies: how they are set and cleared, and when one may speak for its sender.

Document 004 names them `token` and `sessionToken`, so they cannot have the prefix `__Host-`; they
have the attributes that it stands for (RFC 6265bis section 4.1.3.2): Secure, Path=/, no Domain.
"""

from collections.abc import Sequence
from datetime import timedelta

from mayfly.errors import CrossSite, InvalidInput
from mayfly.kit.http.cors import ANY
from mayfly.kit.http.messages import Request

TOKEN = "token"
SESSION_TOKEN = "sessionToken"
SET_COOKIES = {"Set-Cookie": f"The cookies `{TOKEN}` and `{SESSION_TOKEN}`, set or cleared"}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110 section 9.2.1
_OWN_PAGE = frozenset({"same-origin", "none"})


def cookie(request: Request, name: str, value: str, lifetime: timedelta) -> str:
    """The `Set-Cookie` that keeps the value so long, out of reach of scripts and other sites.

    It is Secure, unless the request came in over plain http, as on a laptop: there a browser would
    not send it back.
    """
    seconds = max(0, int(lifetime.total_seconds()))
    secure = "" if request.base_url.startswith("http://") else "; Secure"
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"


def no_cookie(request: Request, name: str) -> str:
    """The `Set-Cookie` that makes a browser forget it."""
    return cookie(request, name, "", timedelta(0))


def check_origin(request: Request, origins: Sequence[str]) -> None:
    """CrossSite if a browser says that a page of another site sent this.

    A page's script can set neither header (Fetch Metadata, and RFC 6454 section 7.3). Programs
    that are no browsers send none, and are let through: nobody else's cookies are in them.
    """
    site = request.headers.get("sec-fetch-site", "").lower()
    if site in _OWN_PAGE:
        return
    origin = request.headers.get("origin", "").lower()
    ours = {_origin(request), *origins} - {ANY}
    if origin not in ours if origin else site:
        raise CrossSite("this was sent by a page of another site")


def check_write(request: Request, origins: Sequence[str]) -> None:
    """Refuse what a cookie must not do: CrossSite, or InvalidInput for a body that is no JSON.

    A form of another site can send text, not JSON, without asking first.
    """
    if request.method in _SAFE_METHODS:
        return
    check_origin(request, origins)
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent and sent != "application/json" and not sent.endswith("+json"):
        raise InvalidInput("with a cookie, the body must be sent as application/json")


def _origin(request: Request) -> str:
    scheme, _, rest = request.base_url.lower().partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
