"""Which URLs requests go to: those of a caller, and those that an answer leads to."""

from urllib.parse import SplitResult, urlsplit


def checked_url(url: str) -> SplitResult:
    """Its parts; ValueError says why nothing can be asked there."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is no URL with http or https and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it names a user, who is not sent along")
    if parts.port == 0:  # raises ValueError itself, for what is no port
        raise ValueError("its port is 0")
    parts.hostname.encode("idna")  # UnicodeError is a ValueError
    said = parts.path + parts.query
    if not (said.isascii() and said.isprintable()) or " " in said:
        raise ValueError("it has characters that are spelt with % in a URL")
    return parts
