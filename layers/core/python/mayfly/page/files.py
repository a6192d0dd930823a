"""The page: which of its files are served from where, and as what.

The cloud writes these as S3's metadata, the laptop sends them itself; `infra.page_headers` has the
other headers. Messages are shown in a frame from another origin, so that nothing in them can reach
the page, its cookies or the API.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath

INDEX = "index.html"
"""What `/` shows."""
CONFIG = "config.json"
"""What the page reads of its deployment; its server writes it."""
MAIL = "mail.html"
"""The frame of an email."""
MAIL_IMAGES = "mail-images.html"
"""The same, where the reader asked for the message's remote images: only its headers differ."""
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
"""How long browsers ask over TLS only, if the server has TLS (RFC 6797 section 7.2)."""


def content_type(name: str) -> str | None:
    """The type of the file, None if it is no part of the page: nothing is guessed."""
    return CONTENT_TYPES.get(PurePosixPath(name).suffix)


def key(name: str) -> str:
    """Where the file lies in the cloud's bucket: only one of the two origins serves it."""
    return f"{MAIL_FOLDER if name in MAIL_FILES else PAGE_FOLDER}/{name}"
