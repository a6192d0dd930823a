"""A stand-in for CloudFront: the files of the page, with the headers they have in the cloud."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from infra.local.apigateway.own_names import HOST
from infra.local.apigateway.rest_event import Answer, Headers
from infra.local.listeners import Listeners, port_of
from infra.page_headers import PageOrigins, mail_headers, page_headers
from mayfly.kit.http.messages import accepts_gzip
from mayfly.page import files as page

WEB = Path(__file__).parents[3] / "web"
_COMPRESSED_FROM = 1000  # bytes, as with CloudFront
_NAMES = (HOST, "localhost")
_UNCOMPRESSED = ("image/png", "image/x-icon", "font/woff2")


@dataclass(frozen=True, slots=True)
class Page:
    """The files of a folder, read anew each time.

    `port` is that of the API and of the page, `scheme` what is spoken there.
    """

    folder: Path
    port: int
    socket_url: str
    mail_origin: str = ""
    scheme: str = "http"

    def find(self, path: str, headers: Headers, host: str) -> Answer | None:
        """The file at this path, percent-encoded; None if there is none.

        `host` is the name of this machine that was asked for: the mail frame has its other one.
        """
        asked = {name.lower(): value for name, value in headers}
        around = PageOrigins(self.socket_url, self._mail_origin(host))
        name, content = self._content(unquote(path).lstrip("/") or page.INDEX, around)
        kind = page.content_type(name)
        if kind is None:
            return None
        tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
        of_page = name not in page.MAIL_FILES
        answered = [
            *(page_headers(around) if of_page else mail_headers(name)).items(),
            ("Cache-Control", page.CACHE_CONTROL),
            ("ETag", tag),
            ("Vary", "Accept-Encoding"),
            ("Content-Type", kind),
        ]
        if _knows(asked.get("if-none-match", ""), tag):
            return Answer(304, answered, b"")
        if len(content) >= _COMPRESSED_FROM and kind not in _UNCOMPRESSED and _takes_gzip(asked):
            content = _compressed(content)
            answered.append(("Content-Encoding", "gzip"))
        return Answer(200, answered, content)

    def _mail_origin(self, host: str) -> str:
        """This machine's other name, which is another origin to a browser."""
        if self.mail_origin:
            return self.mail_origin
        other = _NAMES[host.partition(":")[0] == _NAMES[0]]
        return f"{self.scheme}://{other}:{self.port}"

    def _content(self, asked: str, around: PageOrigins) -> tuple[str, bytes]:
        """The name that the file really has, and what is in it; "" if there is none."""
        if asked == page.CONFIG:
            return asked, json.dumps(around.config).encode()
        folder = self.folder.resolve()
        try:
            name = (folder / asked).resolve().relative_to(folder).as_posix()
            file = folder / (page.MAIL if name == page.MAIL_IMAGES else name)
            # In a bucket, a name with a slash at its end is another; relative links would break.
            if file.is_file() and not asked.endswith(("/", "/.")):
                return name, file.read_bytes()
        except (OSError, ValueError):
            pass  # no name that a file can have
        return "", b""


def page_of(listeners: Listeners, socket_url: str = "", mail_origin: str = "") -> Page | None:
    """The page that lies beside the code, at these ports; None while there is none.

    `socket_url` is where browsers find the WebSocket, `mail_origin` where the mail frame, if that
    is elsewhere.
    """
    if not (WEB / page.INDEX).is_file():
        return None
    here = f"ws://{HOST}:{port_of(listeners.websocket)}"
    return Page(WEB, port_of(listeners.http), socket_url or here, mail_origin)


def _knows(sent: str, tag: str) -> bool:
    """Whether the client has it; tags are compared weakly (RFC 9110 section 13.1.2)."""
    known = {each.strip().removeprefix("W/") for each in sent.split(",")}
    return bool(known & {tag.removeprefix("W/"), "*"})


def _takes_gzip(asked: dict[str, str]) -> bool:
    return accepts_gzip(asked.get("accept-encoding", ""))


@lru_cache(maxsize=128)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)
