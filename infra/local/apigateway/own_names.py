"""Which names this machine's servers answer to, and whose pages may call them.

A page of anywhere can have its name resolve to 127.0.0.1 (DNS rebinding), and can send requests to
this machine's ports. Browsers say in `Host` and `Origin` what they were told, and scripts cannot
change either. What is no browser sends no `Origin`, and is let in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp.web_request import BaseRequest

from infra.gateway_responses import GatewayResponse

HOST = "127.0.0.1"
_ALWAYS = (HOST, "localhost", "[::1]")
_LOOPBACK_DOMAIN = ".localhost"  # RFC 6761: browsers let nobody else have these names
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_PAGE = frozenset({"same-origin", "none"})

NO_HOST = GatewayResponse(
    "BAD_REQUEST_PARAMETERS", 400, "VALIDATION_ERROR", "A request must have one Host header"
)
OTHER_HOST = GatewayResponse(
    "ACCESS_DENIED",
    421,
    "MISDIRECTED_REQUEST",
    "No name of this service was asked for; the setting ALLOWED_HOSTS adds names",
)
OTHER_ORIGIN = GatewayResponse(
    "ACCESS_DENIED",
    403,
    "AUTHORIZATION_ERROR",
    "A page of another origin sent this; the setting CORS_ORIGIN lets some in",
)


class NotAtHome(Exception):
    """The request is not for this service, or from a page that has no business here."""

    def __init__(self, response: GatewayResponse) -> None:
        super().__init__(response.code)
        self.response = response


@dataclass(frozen=True, slots=True)
class Door:
    """Judges the requests to one port.

    `authorities` are the names and ports that may be asked for, with the one that links have;
    `origins` are those whose pages may ask.
    """

    authorities: Mapping[str, str]
    origins: frozenset[str]

    def authority(self, request: BaseRequest) -> str:
        """Name and port as the configuration has them; NotAtHome if another is asked for.

        A target that is a whole URL counts, and not the header (RFC 9112 section 3.2.2): no script
        of a page can send one.
        """
        sent = request.headers.getall("Host", [])
        if len(sent) > 1 or (not sent and request.version >= (1, 1)):
            raise NotAtHome(NO_HOST)
        asked = _absolute(request.raw_path) or sent
        found = [self.authorities.get(each.strip().lower()) for each in asked]
        if None in found:
            raise NotAtHome(OTHER_HOST)
        return next(filter(None, found), next(iter(self.authorities.values())))

    def check_origin(self, request: BaseRequest) -> None:
        """NotAtHome if a browser says that a page of another origin sent this.

        Without `Origin`, only what changes nothing may come from another site: links and images.
        """
        origins = request.headers.getall("Origin", [])
        site = request.headers.get("Sec-Fetch-Site", "").lower()
        if "*" in self.origins:
            return
        if any(each.strip().lower() not in self.origins for each in origins):
            raise NotAtHome(OTHER_ORIGIN)
        changes = request.method not in _SAFE_METHODS
        if changes and not origins and site and site not in _OWN_PAGE:
            raise NotAtHome(OTHER_ORIGIN)


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The names of this machine's servers: always its own, and those of the settings.

    Of the mail domains those below `.localhost` are names of this machine; any other may be
    somebody's. `cors_origins` are the further origins whose pages may ask, `*` all; `page_port`
    is where the page is, if that is another port, and `tls_port` where it is within TLS.
    """

    domains: Sequence[str] = ()
    allowed_hosts: Sequence[str] = ()
    cors_origins: tuple[str, ...] = ()
    page_port: int = 0
    tls_port: int | None = None

    def at(self, port: int) -> Door:
        """The door of this port."""
        pages = self._authorities(self.page_port or port).values()
        # Browsers leave out the port of the scheme; what is before us may speak TLS.
        origins = {f"http://{each.removesuffix(':80')}" for each in pages}
        origins |= {f"https://{each.lower()}" for each in self.allowed_hosts}
        if self.tls_port is not None:
            pages = self._authorities(self.tls_port).values()
            origins |= {f"https://{each.removesuffix(':443')}" for each in pages}
        origins |= set(self.cors_origins)
        return Door(self._authorities(port), frozenset(origins))

    def _authorities(self, port: int) -> dict[str, str]:
        own = [*_ALWAYS, *(each for each in self.domains if each.endswith(_LOOPBACK_DOMAIN))]
        found: dict[str, str] = {}
        for name in own:
            # Without a port, for clients that write their headers themselves.
            found |= dict.fromkeys([f"{name}:{port}", name], f"{name}:{port}")
        for name in map(str.lower, self.allowed_hosts):
            found |= {name: name, f"{name}:{port}": f"{name}:{port}"}
        return found


AT_HOME = OwnNames()
"""This machine's own names and pages, and no others."""


def path_of(target: str) -> str:
    """Path and query of a request's target, which may be a whole URL (RFC 9112 section 3.2.2)."""
    if not target.lower().startswith(("http://", "https://")):
        return target
    parts = urlsplit(target)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _absolute(target: str) -> list[str]:
    """The name and port of a target that is a whole URL; nothing for a path."""
    if target.startswith("/") or "://" not in target:
        return []
    try:
        return [urlsplit(target).netloc]
    except ValueError:
        return [""]
