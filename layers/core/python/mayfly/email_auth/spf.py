"""SPF records (RFC 7208): read, and one made of what is published and what ours needs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from mayfly.errors import InvalidInput, excerpt

VERSION = "v=spf1"
MAX_LOOKUPS = 10  # section 4.6.4
MAX_VOID_LOOKUPS = 2
ASKS = frozenset({"include", "a", "mx", "ptr", "exists"})
"""The mechanisms that are questions to DNS; `redirect` is one as well."""
Ending = Literal["-all", "~all", "?all"]
"""Ways to end a record: refuse everybody else, doubt them, say nothing. `+all` is none."""

_TERM = re.compile(
    r"(?P<qualifier>[+?~-]?)(?P<name>[a-z0-9]+)"
    r"(?::(?P<domain>[^/]+))?(?P<length>(?:/\d{1,3})?(?://\d{1,3})?)",
    re.IGNORECASE,
)
_IP = re.compile(r"([+?~-]?)(ip4|ip6):(\S+)", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(\S*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism or a modifier, as it is written; `name` says which, `domain` whose."""

    text: str
    name: str
    domain: str = ""
    is_modifier: bool = False

    @property
    def asks(self) -> bool:
        """Whether a check of it asks DNS."""
        return self.name == "redirect" if self.is_modifier else self.name in ASKS

    @property
    def has_macro(self) -> bool:
        """Whether its domain depends on the message that is checked (section 7)."""
        return "%" in self.domain

    @property
    def sense(self) -> str:
        """What two terms have in common that say the same."""
        text = self.text.lower().removeprefix("+")
        return text.rstrip(".")


@dataclass(frozen=True, slots=True)
class Record:
    """The terms of a record, and those that are none: with one of these it counts for nothing."""

    terms: tuple[Term, ...]
    broken: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """Its `all`, with its qualifier; empty without."""
        return next((each.text.lower() for each in self.terms if each.name == "all"), "")


def is_record(text: str) -> bool:
    """Whether a TXT record is one of SPF (section 4.5)."""
    return text.lower() == VERSION or text.lower().startswith(VERSION + " ")


def read(text: str) -> Record:
    """The terms of a record."""
    terms, broken = [], []
    for each in text.split()[1:]:
        term = read_term(each)
        if term is None:
            broken.append(each)
        else:
            terms.append(term)
    return Record(tuple(terms), tuple(broken))


def read_term(text: str) -> Term | None:
    """The mechanism or modifier of this text, None if it is none (section 12)."""
    ip = _IP.fullmatch(text)
    if ip:
        return Term(text, ip[2].lower()) if _is_network(ip[2].lower(), ip[3]) else None
    modifier = _MODIFIER.fullmatch(text)
    if modifier:
        name, domain = modifier[1].lower(), modifier[2]
        if name in ("redirect", "exp") and not domain:
            return None
        return Term(text, name, domain, is_modifier=True)
    found = _TERM.fullmatch(text)
    if not found:
        return None
    name, domain, length = found["name"].lower(), found["domain"] or "", found["length"]
    needs_domain = name in ("include", "exists")
    is_right = (
        name in ASKS | {"all"}
        and (bool(domain) or not needs_domain)
        and not (name == "all" and (domain or length))
        and not (length and name not in ("a", "mx"))
    )
    return Term(text, name, domain) if is_right else None


def ours(includes: Iterable[str], networks: Iterable[str]) -> list[Term]:
    """What lets these in: the records of others, and networks; InvalidInput for what is none."""
    terms = [Term(f"include:{each}", "include", each) for each in includes]
    for each in networks:
        try:
            network = ip_network(each)
        except ValueError as error:
            raise InvalidInput(f"not an IP address or network: {excerpt(each)}") from error
        if network.prefixlen == 0:
            raise InvalidInput(f"{each} is the whole internet")
        text = each if "/" in each else str(network.network_address)
        terms.append(Term(f"ip{network.version}:{text}", f"ip{network.version}"))
    return terms


def merge(published: Sequence[Record], needed: Sequence[Term], ending: str = "") -> str:
    """One record: all senders of now, and the requested ones, each once.

    What comes first stays first, because the first that matches decides (section 4.6.2). `ending`
    takes the place of the one that is there; without either it is `~all`.
    """
    terms = [each for record in published for each in record.terms]
    found = next((record.ending for record in published if record.ending), "")
    redirect = [each for each in terms if each.is_modifier and each.name == "redirect"]
    if found:
        redirect = []  # an `all` makes it count for nothing, section 6.1
    elif ending:
        needed = [*(Term(f"include:{each.domain}", "include") for each in redirect), *needed]
        redirect = []
    matched = [each for each in terms if not each.is_modifier and each.name != "all"]
    kept: dict[str, str] = {}
    for each in (*matched, *needed):
        kept.setdefault(each.sense, each.text)
    end = ending or found or ("" if redirect else "~all")
    others = {
        each.name: each.text for each in terms if each.is_modifier and each.name != "redirect"
    }
    last = [each.text for each in redirect[:1]]
    return " ".join(filter(None, [VERSION, *kept.values(), end, *last, *others.values()]))


def _is_network(kind: str, text: str) -> bool:
    try:
        return ip_network(text, strict=False).version == int(kind[-1])
    except ValueError:
        return False
