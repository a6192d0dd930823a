"""Whose a request is, and how it was sent, where a reverse proxy may be in front (`PROXY`)."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp.web_request import BaseRequest

from infra.local.connections import network_of


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is the client's, `peer` that of whom places are counted for, `scheme` its URL's."""

    address: str
    peer: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Proxies:
    """Whether one is in front; and where the page is open, whose scheme counts without its word.

    Only the last address in `X-Forwarded-For` is the proxy's own word: those before it are what
    the client has sent. The ports listen on loopback, where nobody but the proxy is expected.
    """

    in_front: bool = False
    page_url: str = ""

    def caller(self, request: BaseRequest, host: str) -> Caller:
        """Of a request for this name."""
        address = request.remote or ""
        if self.in_front:
            address = _address(_last(request, "X-Forwarded-For")) or address
        return Caller(address, network_of(address), self._scheme(request, host))

    def _scheme(self, request: BaseRequest, host: str) -> str:
        sent = _last(request, "X-Forwarded-Proto").lower() if self.in_front else ""
        if sent in ("http", "https"):
            return sent
        page = urlsplit(self.page_url)
        is_page = page.scheme and page.netloc.lower() == host
        return page.scheme if is_page else request.scheme


NO_PROXY = Proxies()


def _last(request: BaseRequest, name: str) -> str:
    """The last of the values in all headers of this name."""
    return ",".join(request.headers.getall(name, [])).rpartition(",")[2].strip()


def _address(text: str) -> str:
    """An address in its one spelling, "" for what is none."""
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return ""
