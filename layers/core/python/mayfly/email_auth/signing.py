"""Signing messages with a domain's own key: DKIM (RFC 6376), by RSA or Ed25519 (RFC 8463).

The arithmetic is OpenSSL's; what is done here is to say what is signed.

dkimpy (1.1.8), which the tests verify with, does not sign here. Its wheel can be built without a
compiler, but each line of blanks takes it time that grows with the square of their number (1.7 s
for 40 KB), it reads the clock itself, its RSA is Python's integers, and its Ed25519 is PyNaCl's.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from mayfly.email_auth.dkim import KeyType, PrivateKey

RSA_BITS = 2048  # RFC 8301 section 3.2; more does not fit one answer over UDP

# A field that is listed once more than it is there cannot be added by anybody on the way.
_SEALED = ("from", "to", "cc", "subject", "date", "reply-to")
_SIGNED = (
    *("message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
    *("list-unsubscribe", "list-unsubscribe-post"),  # RFC 8058 section 4
)
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_FOLDS = re.compile(rb"\r\n(?=[ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_FIELD = re.compile(rb"([^\x00-\x20\x7f:]+)[ \t]*:(.*)", re.DOTALL)
_LINE = 72

Fields = Sequence[tuple[str, bytes]]


def new_key(kind: KeyType) -> tuple[bytes, str]:
    """A new key: its private half as PKCS #8 in DER, its public half as `p=` has it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    if kind is KeyType.RSA:
        private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        public = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    else:
        private = ed25519.Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return der, base64.b64encode(public).decode("ascii")


def sign(raw: bytes, key: PrivateKey, now: datetime) -> bytes:
    """Sign the message: the signature comes before everything else, and lines end in CRLF.

    White space may be changed on the way ("relaxed", section 3.4), nothing else. The last line gets
    its end, as it does on the way (RFC 5321 section 4.1.1.4): of blanks without one, section 3.4.4
    makes an empty body, and some who verify a line.
    """
    mail = _LINE_ENDS.sub(b"\r\n", raw)
    if not mail.endswith(b"\r\n"):
        mail += b"\r\n"
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = _fields(head)
    names = _signed_names(fields)
    unsigned = (
        f"DKIM-Signature: v=1; a={key.type.value}-sha256; c=relaxed/relaxed;\r\n"
        f" d={key.domain}; s={key.selector}; t={int(now.timestamp())};\r\n"
        f" h={_folded(':'.join(names), ':')};\r\n"
        f" bh={_base64(hashlib.sha256(_relaxed_body(body)).digest())};\r\n"
        " b="
    )
    hashed = _signed_fields(fields, names) + _relaxed(*_fields(unsigned.encode())[0])
    signature = _folded(_base64(_signature(key, hashed)))
    return f"{unsigned}{signature}\r\n".encode() + mail


def _signature(key: PrivateKey, hashed: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    private = load_der_private_key(key.der, None)
    if isinstance(private, RSAPrivateKey):
        return private.sign(hashed, padding.PKCS1v15(), hashes.SHA256())
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"no DKIM key: {type(private).__name__}")
    return private.sign(hashlib.sha256(hashed).digest())  # RFC 8463 section 3


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    """Names in lower case and values, folds and all; what is no field is left out."""
    fields = []
    for each in re.split(rb"\r\n(?![ \t])", head):
        found = _FIELD.fullmatch(each)
        if found:
            fields.append((found[1].decode("latin-1").lower(), found[2]))
    return fields


def _signed_names(fields: Fields) -> list[str]:
    there = [name for name, _ in fields]
    names = [each for each in (*_SEALED, *_SIGNED) for _ in range(there.count(each))]
    return names + list(_SEALED)


def _signed_fields(fields: Fields, names: Sequence[str]) -> bytes:
    """The fields of these names, the last of a name first (section 5.4.2)."""
    left = list(fields)
    signed = []
    for name in names:
        at = next((i for i in reversed(range(len(left))) if left[i][0] == name), None)
        if at is not None:
            signed.append(_relaxed(*left.pop(at)) + b"\r\n")
    return b"".join(signed)


def _relaxed(name: str, value: bytes) -> bytes:
    """Section 3.4.2."""
    return name.encode() + b":" + _BLANKS.sub(b" ", _FOLDS.sub(b"", value)).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    """Section 3.4.4."""
    lines = [_BLANKS.sub(b" ", each).rstrip(b" ") for each in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _folded(text: str, after: str = "") -> str:
    """The text on several lines; with `after`, broken behind that character only."""
    if after:
        lines = [""]
        for each in re.findall(f"[^{after}]+{after}?", text):
            if len(lines[-1]) + len(each) > _LINE:
                lines.append("")
            lines[-1] += each
    else:
        lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\r\n  ".join(lines)


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
