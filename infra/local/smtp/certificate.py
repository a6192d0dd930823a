"""The certificate of the SMTP server, which is renewed while the server runs."""

import logging
import ssl
import time
from collections.abc import Callable
from pathlib import Path

from mayfly.errors import InvalidInput

logger = logging.getLogger("mayfly.smtp")

_SECONDS = 60.0
_Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """What STARTTLS is offered with, read again when its files change.

    A file that cannot be used changes nothing, and is spoken of once. Several programs write one
    file after the other: what does not fit yet is tried again when either changes.
    """

    def __init__(self, file: str, key: str, now: Callable[[], float] = time.monotonic) -> None:
        """InvalidInput names a file that cannot be used; `now` is in seconds."""
        self._file = file
        self._key = key
        self._now = now
        self._looked_at = now()
        self._tried = self._stamp()
        self._context = tls_context(file, key)

    def context(self) -> ssl.SSLContext:
        """For a new connection; whether the files have changed is asked once a minute."""
        if self._now() - self._looked_at >= _SECONDS:
            self.reload()
        return self._context

    def reload(self) -> None:
        """Look at the files now."""
        self._looked_at = self._now()
        stamp = self._stamp()
        if stamp == self._tried:
            return
        self._tried = stamp
        try:
            self._context = tls_context(self._file, self._key)
        except InvalidInput as error:
            logger.error("the certificate stays the old one: %s", error)
        else:
            logger.info("the certificate was read again")

    def check_renewal(self, user: str) -> None:
        """InvalidInput if this user, who runs the server now, could not read a renewed one."""
        for name, file in (("SMTP_TLS_CERT", self._file), ("SMTP_TLS_KEY", self._key)):
            try:
                if file:
                    Path(file).open("rb").close()
            except OSError as error:
                raise InvalidInput(
                    f"{name}: {file!r} cannot be read as {user} (RUN_AS), so that a renewed one"
                    f" could not be taken ({error.strerror})"
                ) from error

    def _stamp(self) -> _Stamp:
        found = []
        for file in (self._file, self._key):
            try:
                status = Path(file).stat()
            except OSError:
                found.append((0, 0, 0))
            else:
                found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(found)


def certificate(file: str, key: str) -> Certificate | None:
    """The certificate in these files; None without one. InvalidInput names a bad file."""
    return Certificate(file, key) if file else None


def tls_context(file: str, key: str) -> ssl.SSLContext:
    """A server's context with the certificate in this file. InvalidInput names a bad file."""
    for name, each in (("SMTP_TLS_CERT", file), ("SMTP_TLS_KEY", key)):
        if each and not _is_file(name, each):
            raise InvalidInput(f"{name}: there is no file {each!r}")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(file, key or None, _no_password)
    except (ssl.SSLError, OSError) as error:
        raise InvalidInput(f"SMTP_TLS_CERT and SMTP_TLS_KEY do not fit: {error}") from error
    return context


def _no_password() -> str:
    """For OpenSSL, which asks at the terminal where nothing else answers."""
    raise InvalidInput("SMTP_TLS_KEY: the key is encrypted, and nobody is asked for its password")


def _is_file(name: str, file: str) -> bool:
    try:
        return Path(file).is_file()
    except OSError as error:
        raise InvalidInput(f"{name}: {file!r} cannot be read ({error.strerror})") from error
