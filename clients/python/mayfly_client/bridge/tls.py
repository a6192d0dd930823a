"""TLS with a given certificate, and who may log in without it."""

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mayfly_client.bridge.errors import WrongSetting
from mayfly_client.bridge.stream import Stream


@dataclass(frozen=True, slots=True)
class Tls:
    """`context` gives what new connections are secured with; None without a certificate."""

    context: Callable[[], ssl.SSLContext] | None = None

    @property
    def is_offered(self) -> bool:
        """Whether there is a certificate."""
        return self.context is not None

    def may_log_in(self, stream: Stream) -> bool:
        """Secrets go through TLS, or stay on this machine."""
        return stream.is_secure or _is_here(stream.peer)


def _is_here(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def from_files(cert: str, key: str) -> Tls:
    """With the certificate in this file (PEM); WrongSetting names one that cannot be used."""
    if not cert:
        return Tls()
    for each in filter(None, (cert, key)):
        if not Path(each).is_file():
            raise WrongSetting(f"there is no file {each!r}")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key or None, _no_password)
    except (ssl.SSLError, OSError) as error:
        raise WrongSetting(f"certificate and key do not fit: {error}") from error
    return Tls(lambda: context)


def _no_password() -> str:
    """For OpenSSL, which asks at the terminal where nothing else answers."""
    raise WrongSetting("the key is encrypted, and nobody is asked for its password")


def trusting(file: str) -> ssl.SSLContext | None:
    """What Mayfly's own TLS is checked with: the system's authorities, or those in this file."""
    if not file:
        return None
    try:
        return ssl.create_default_context(cafile=file)
    except (ssl.SSLError, OSError) as error:
        raise WrongSetting(f"{file!r} has no certificates: {error}") from error
