"""HTTPS on this machine (`HTTPS_PORT`): API and page, with a certificate that is made for the run.

The authority that vouches for it is made for one certificate, and its key is kept nowhere: whoever
trusts it trusts this run and nothing else.
"""

import ssl
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from infra.local.apigateway.own_names import HOST
from infra.local.configuration import Configuration
from infra.local.engine.signing import links_to

TRUST = "https-ca.pem"
"""The file of the authority's certificate, in `DATA` or a folder of this run."""
_LIFETIME = timedelta(days=365)  # some clients take no longer one
_EARLIER = timedelta(minutes=5)  # clocks of containers differ
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
_PEM = serialization.Encoding.PEM
# Browsers keep it for a name whatever the port: all else on this machine would be HTTPS, too.
_NOT_HERE = "strict-transport-security"

Handle = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Secured:
    """What the port has: a context for its connections, and the file that clients trust.

    Without a file, their own authorities vouch for it.
    """

    context: ssl.SSLContext
    trust: Path | None = None


@contextmanager
def secured(configuration: Configuration) -> Iterator[Secured]:
    """With the certificate of SMTP_TLS_CERT, or with one that is made for this block."""
    if configuration.tls is not None:
        yield Secured(configuration.tls.context())
        return
    names = [each for each in configuration.functions.domains if each.isascii()]
    authority, pair = made([*names, "localhost"], [HOST, "::1"])
    with tempfile.TemporaryDirectory(prefix="mayfly-https-") as folder:
        key = Path(folder) / "key.pem"
        key.touch(mode=0o600)
        key.write_bytes(pair)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(key)
        key.unlink()
        trust = (configuration.data or Path(folder)) / TRUST
        trust.write_bytes(authority)
        yield Secured(context, trust)


def made(names: Sequence[str], addresses: Sequence[str]) -> tuple[bytes, bytes]:
    """An authority's certificate; and key and certificate of a server that it vouches for, in PEM.

    Python, Go and Node.js check all that RFC 5280 asks for.
    """
    own, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = _name("Mayfly on this machine, one run"), _name("Mayfly on this machine")
    trusted = _certificate(issuer, own.public_key(), issuer, own, is_authority=True)
    called = [x509.DNSName(each) for each in names]
    called_by_number = [x509.IPAddress(ip_address(each)) for each in addresses]
    vouched_for = _certificate(
        subject,
        server.public_key(),
        issuer,
        own,
        names=x509.SubjectAlternativeName([*called, *called_by_number]),
    )
    key = server.private_bytes(
        _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return trusted.public_bytes(_PEM), key + vouched_for.public_bytes(_PEM)


def over_tls(handle: Handle, bucket_port: int | None) -> Handle:
    """The same function for requests that came in over TLS: its links lead to that bucket's port.

    Without one, they lead where they always do.
    """
    return partial(_over_tls, handle, bucket_port)


def _over_tls(handle: Handle, bucket_port: int | None, event: dict[str, Any]) -> Any:
    host = _without_port(event["requestContext"]["domainName"])
    links = links_to(f"https://{host}:{bucket_port}") if bucket_port else nullcontext()
    with links:
        answer = handle(event)
    for kind in ("headers", "multiValueHeaders"):
        if isinstance(answer, dict) and answer.get(kind):
            kept = {name: it for name, it in answer[kind].items() if name.lower() != _NOT_HERE}
            answer = answer | {kind: kept}
    return answer


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdecimal() else host


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    signer: ec.EllipticCurvePrivateKey,
    *,
    names: x509.SubjectAlternativeName | None = None,
    is_authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    uses = ("key_cert_sign", "crl_sign") if is_authority else ("digital_signature",)
    usage = x509.KeyUsage(**dict.fromkeys(_USAGES, False) | dict.fromkeys(uses, True))
    vouching = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    length = 0 if is_authority else None
    builder = (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=length), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(vouching, critical=False)
    )
    if names is not None:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, False).add_extension(purpose, False)
    return builder.sign(signer, hashes.SHA256())
