"""E-mail addresses: one spelling for every way of writing the same mailbox."""

import re
import unicodedata
from dataclasses import dataclass

from mayfly.domain.errors import InvalidAddress

MAX_LOCAL_BYTES = 64  # RFC 5321 section 4.5.3.1.1
MAX_DOMAIN_BYTES = 255  # RFC 5321 section 4.5.3.1.2

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"((?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*)"')
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox in the one spelling used as a key everywhere.

    The local part is lower-cased and unquoted (RFC 5321 leaves its case to the receiving host: us);
    the domain is lower-case ASCII, internationalised labels in their `xn--` form (RFC 5891).
    """

    local: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `local@domain`; raise InvalidAddress with the reason for anything else."""
        text = text.strip()
        if text.startswith("@") and ":" in text:  # source route, RFC 5321 appendix C: ignored
            text = text.partition(":")[2]
        local, at, domain = text.rpartition("@")
        if not at or not local or not domain:
            raise InvalidAddress(f"not an e-mail address (local@domain): {text[:320]!r}")
        return cls(_local_part(local), normal_domain(domain))

    @property
    def untagged(self) -> "Address":
        """The address without its plus tag: `alice+shop@` gives `alice@`."""
        base = self.local.partition("+")[0]
        return Address(base, self.domain) if base else self

    def __str__(self) -> str:
        """`local@domain`, the local part quoted where RFC 5321 needs it."""
        if _DOT_ATOM.fullmatch(self.local):
            return f"{self.local}@{self.domain}"
        escaped = re.sub(r'(["\\])', r"\\\1", self.local)
        return f'"{escaped}"@{self.domain}'


def normal_domain(text: str) -> str:
    """A domain name in lower-case ASCII; raise InvalidAddress if it cannot be one.

    Internationalised labels become `xn--` labels without the IDNA 2003 foldings, so that `straße`
    and `strasse` stay two domains, as IDNA 2008 has them.
    """
    labels = [_ascii_label(label) for label in text.strip().rstrip(".").split(".")]
    domain = ".".join(labels)
    if len(domain) > MAX_DOMAIN_BYTES or not all(map(_LABEL.fullmatch, labels)):
        raise InvalidAddress(f"not a domain name: {text[:320]!r}")
    return domain


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label.lower()
    try:
        folded = unicodedata.normalize("NFKC", label).lower()
        folded.encode()  # lone surrogates, which punycode would let through, are no text
        return "xn--" + unicodedata.normalize("NFC", folded).encode("punycode").decode("ascii")
    except UnicodeError as error:
        raise InvalidAddress(f"not a domain name: {label[:64]!r}") from error


def _local_part(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = re.sub(r"\\(.)", r"\1", quoted[1])
    elif not _DOT_ATOM.fullmatch(text):
        raise InvalidAddress(f"not a local part: {text[:320]!r}")
    local = unicodedata.normalize("NFC", text).lower()
    try:
        length = len(local.encode())
    except UnicodeEncodeError as error:  # lone surrogates: bytes that were not UTF-8
        raise InvalidAddress("the local part is not valid UTF-8") from error
    if not 0 < length <= MAX_LOCAL_BYTES:
        raise InvalidAddress(f"local part of {length} bytes; 1 to {MAX_LOCAL_BYTES} are possible")
    return local
