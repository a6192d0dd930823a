"""The page: which of its files are served from where, and under which headers.

The cloud writes these as CloudFront's response headers policies and S3's metadata, the laptop sends
them itself. Mails are shown in a frame from another origin, so that nothing in them can reach the
page, its cookies or the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

INDEX = "index.html"
"""What `/` shows."""
CONFIG = "config.json"
"""What the page is told of its deployment; made by whoever serves it."""
MAIL = "mail.html"
"""The frame of a mail."""
MAIL_IMAGES = "mail-images.html"
"""The same, where somebody asked for the mail's remote images: only its headers differ."""
MAIL_FILES = frozenset({MAIL, MAIL_IMAGES, "mail.js"})
"""What the mail frame's origin serves, and the page's does not."""
PAGE_FOLDER = "page"
MAIL_FOLDER = "mail"
"""Where the files of either lie in the cloud's bucket."""

CONTENT_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Of the page's files, by suffix. What has another suffix is no part of the page."""

CACHE_CONTROL = "public, max-age=0, must-revalidate, s-maxage=31536000"
"""Browsers ask each time whether a file has changed: files that belong together stay together, and
none needs its hash in its name. CloudFront's edges keep them until a deployment tells otherwise.
"""

STRICT_TRANSPORT = timedelta(days=365)
"""How long browsers ask over TLS only, told by who answers over TLS (RFC 6797 section 7.2)."""

_SANDBOX = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


@dataclass(frozen=True, slots=True)
class PageOrigins:
    """Whom the page talks to beside its own origin: URLs of the socket and of the mail frame."""

    socket_url: str
    mail_origin: str

    @property
    def config(self) -> dict[str, str]:
        """What `config.json` says."""
        return {"socketUrl": self.socket_url, "mailOrigin": self.mail_origin}

    @property
    def socket_origin(self) -> str:
        """The socket's URL without its path: a source with a path would not match another."""
        scheme, _, rest = self.socket_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"


def content_type(name: str) -> str | None:
    """The type of the file, None if it is no part of the page: nothing is guessed."""
    return CONTENT_TYPES.get(PurePosixPath(name).suffix)


def key(name: str) -> str:
    """Where the file lies in the cloud's bucket: only one of the two origins serves it."""
    return f"{MAIL_FOLDER if name in MAIL_FILES else PAGE_FOLDER}/{name}"


def page_headers(around: PageOrigins) -> dict[str, str]:
    """What every file of the page comes with.

    https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
    """
    return {
        "Content-Security-Policy": _policy(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {around.socket_origin}",
            f"frame-src {around.mail_origin}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ),
        "X-Frame-Options": "DENY",
        **_EVERYWHERE,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def mail_headers(name: str) -> dict[str, str]:
    """What this file of the mail frame comes with.

    Who frames it is not restricted: without a mail, which the page sends it, it is empty. It is
    sandboxed, and so its own script comes from another origin than its own, which is none.
    """
    images = "data: blob: https: http:" if name == MAIL_IMAGES else "data: blob:"
    return {
        "Content-Security-Policy": _policy(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'unsafe-inline'",
            f"img-src {images}",
            "base-uri 'none'",
            "form-action 'none'",
            _SANDBOX,
        ),
        **_EVERYWHERE,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": _PERMISSIONS,
}


def _policy(*directives: str) -> str:
    return "; ".join(directives)
