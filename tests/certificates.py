"""Certificates that the tests make: an authority of their own, and what it vouches for."""

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
_PEM = serialization.Encoding.PEM


class Authority:
    """Signs certificates for whatever name."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of tests")])
        self._own = self._made(self._name, self._key, x509.BasicConstraints(True, None))

    @property
    def pem(self) -> str:
        """Its own certificate."""
        return self._own.public_bytes(_PEM).decode()

    def trusted(self) -> ssl.SSLContext:
        """What a client has that trusts it, and nobody else."""
        return ssl.create_default_context(cadata=self.pem)

    def server(
        self, folder: Path, *names: str, days: int = 30, password: bytes = b""
    ) -> ssl.SSLContext:
        """What a server has that is called so; with negative days, one whose time is over.

        In the folder is its file, whose key may have a password.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        own = self._made(subject, key, x509.BasicConstraints(False, None), names, days)
        file = folder / f"{names[0]}.{days}.pem"
        sealed: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password:
            sealed = serialization.BestAvailableEncryption(password)
        private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, sealed)
        file.write_bytes(private + own.public_bytes(_PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, password=password or None)
        return context

    def _made(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        constraints: x509.BasicConstraints,
        names: tuple[str, ...] = (),
        days: int = 30,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        begins = now - timedelta(days=60)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(now + timedelta(days=days))
            .add_extension(constraints, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
            )
        )
        if constraints.ca:
            usage = dict.fromkeys(_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
            builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256())


@cache
def authority() -> Authority:
    """One for all tests."""
    return Authority()
