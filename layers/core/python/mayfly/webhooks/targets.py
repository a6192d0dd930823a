"""Where webhooks may go: URLs, checked when they are given and again before each attempt."""

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes, urlsplit

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.mail.address import normal_domain

_USUAL = {"https": 443, "http": 80}
_FIRST_FREE_PORT = 1024
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_UNSAFE = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL says, without user and password; `path` has the query.

    `authorization` is what user and password are sent as (RFC 7617), "" without them.
    """

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    authorization: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str, *, with_private: bool = False) -> "Target":
        """Read a URL; InvalidInput says what is wrong with it.

        https only, at the usual port or one from 1024 on, so that nothing is said to servers of
        another kind. `with_private` takes http, and any port, as well.
        """
        if len(url) > limits.MAX_WEBHOOK_URL_CHARS:
            raise InvalidInput(f"url may have {limits.MAX_WEBHOOK_URL_CHARS} characters")
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError as error:
            raise InvalidInput("url is no URL") from error
        schemes = ("https", "http") if with_private else ("https",)
        if parts.scheme not in schemes or not parts.hostname:
            raise InvalidInput(f"url must begin with {'://, or '.join(schemes)}:// and a host")
        port = _USUAL[parts.scheme] if port is None else port
        is_usual = port == _USUAL[parts.scheme] or port >= _FIRST_FREE_PORT
        if not port or not (is_usual or with_private):
            raise InvalidInput(f"url: the port must be 443, or {_FIRST_FREE_PORT} or more")
        path = _UNSAFE.sub(lambda found: quote(found[0]), parts.path or "/")
        query = _UNSAFE.sub(lambda found: quote(found[0]), parts.query)
        found = cls(
            parts.scheme,
            _host(parts.hostname),
            port,
            f"{path}?{query}" if query else path,
            _basic(parts.username, parts.password),
        )
        if len(found.url) > limits.MAX_WEBHOOK_URL_CHARS:
            raise InvalidInput(f"url may have {limits.MAX_WEBHOOK_URL_CHARS} characters, escaped")
        return found

    @property
    def url(self) -> str:
        """The URL as it is kept and shown: what it is sent with stays sealed."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """As the `Host` header has it (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL[self.scheme] else f"{host}:{self.port}"


def _host(text: str) -> str:
    if ":" in text and _PRINTABLE.fullmatch(text):  # an address of IPv6
        return text
    try:
        return normal_domain(text)
    except InvalidAddress as error:
        raise InvalidInput(f"url: {error}") from error


def _basic(username: str | None, password: str | None) -> str:
    if username is None:
        return ""
    said = unquote_to_bytes(username) + b":" + unquote_to_bytes(password or "")
    return f"Basic {base64.b64encode(said).decode('ascii')}"
