"""E-mail addresses: one spelling for every way of writing a mailbox, and whose a domain is."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mayfly.errors import InvalidAddress, excerpt

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


MAX_LOCAL_BYTES = 64  # RFC 5321 section 4.5.3.1.1
MAX_DOMAIN_BYTES = 255  # RFC 5321 section 4.5.3.1.2
MAX_ADDRESS_CHARS = 1000
"""Of an address or a domain as it is written: its normal form may be shorter."""
# Normalising (NFC) makes a text a quarter as long at most, and quotes double what is in them.
_MAX_LOCAL_CHARS = 8 * MAX_LOCAL_BYTES
_MAX_LABEL_CHARS = 4 * 63
_MAX_LABELS = 127  # each takes a byte at least, and a dot
_MAX_PUNYCODE_CHARS = 59  # 63 without `xn--`; each takes a byte at least

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
        """Read `local@domain`; raise InvalidAddress with the reason for anything else.

        What is too long to be one is refused before anything else is done with it.
        """
        if len(text) > MAX_ADDRESS_CHARS:
            raise InvalidAddress(
                f"an address may have {MAX_ADDRESS_CHARS} characters: {excerpt(text)}"
            )
        text = text.strip()
        if text.startswith("@") and ":" in text:  # source route, RFC 5321 appendix C: ignored
            text = text.partition(":")[2]
        local, at, domain = text.rpartition("@")
        if not at or not local or not domain:
            raise InvalidAddress(f"not an e-mail address (local@domain): {excerpt(text)}")
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
    if len(text) > MAX_ADDRESS_CHARS:
        raise InvalidAddress(
            f"a domain name may have {MAX_DOMAIN_BYTES} characters: {excerpt(text)}"
        )
    written = text.strip().rstrip(".").split(".")
    labels = list(map(_ascii_label, written)) if len(written) <= _MAX_LABELS else []
    domain = ".".join(labels)
    if not 0 < len(domain) <= MAX_DOMAIN_BYTES or not all(map(_LABEL.fullmatch, labels)):
        raise InvalidAddress(f"not a domain name: {excerpt(text)}")
    return domain


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label.lower()
    # Normalising takes time in proportion to the square of a run of marks, punycode to that of
    # the length.
    if len(label) > _MAX_LABEL_CHARS:
        raise InvalidAddress(f"not a domain name: {excerpt(label)}")
    try:
        folded = unicodedata.normalize("NFKC", label).lower()
        folded.encode()  # lone surrogates, which punycode would let through, are no text
        composed = unicodedata.normalize("NFC", folded)
        if len(composed) > _MAX_PUNYCODE_CHARS:
            raise InvalidAddress(f"not a domain name: {excerpt(label)}")
        return "xn--" + composed.encode("punycode").decode("ascii")
    except UnicodeError as error:
        raise InvalidAddress(f"not a domain name: {excerpt(label)}") from error


def _local_part(text: str) -> str:
    if len(text) > _MAX_LOCAL_CHARS:
        raise InvalidAddress(f"a local part may have {MAX_LOCAL_BYTES} bytes: {excerpt(text)}")
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = re.sub(r"\\(.)", r"\1", quoted[1])
    elif not _DOT_ATOM.fullmatch(text):
        raise InvalidAddress(f"not a local part: {excerpt(text)}")
    local = unicodedata.normalize("NFC", text).lower()
    try:
        length = len(local.encode())
    except UnicodeEncodeError as error:  # lone surrogates: bytes that were not UTF-8
        raise InvalidAddress("the local part is not valid UTF-8") from error
    if not 0 < length <= MAX_LOCAL_BYTES:
        raise InvalidAddress(f"local part of {length} bytes; 1 to {MAX_LOCAL_BYTES} are possible")
    return local


_MAX_CHARS = 253  # of a name, RFC 1035 section 2.3.4


def registrable(domain: str) -> str:
    """The part of the domain below its public suffix: `shop.example.co.uk` is `example.co.uk`.

    Names below a suffix of a private list, as `github.io`, count as one: anybody can have as many
    of them as they like. What has no registrable part, as an IP address, `localhost` or `co.uk`,
    is returned as it is, in lower case and without the dot at its end.
    """
    name = domain[:_MAX_CHARS].lower().strip().rstrip(".")
    if name.startswith("[") or name.rpartition(".")[2].isdigit():  # an address, with or without []
        return name
    return _suffixes().privatesuffix(name) or name


@cache
def _suffixes() -> "PublicSuffixList":
    """The list as it came with the library: 100 ms and 4 MB, so only its users pay for it."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True)
