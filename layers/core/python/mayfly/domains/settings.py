"""The deployment's domains, and those that accounts bring."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.settings import FromEnvironment, limit, made, setting
from mayfly.mail.address import normal_domain

if TYPE_CHECKING:
    from mayfly.domains.models import ClaimLimits

_ZONE_ID = r"[A-Z0-9]{1,32}"


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The domains in their one spelling, each once."""
    if not texts:
        raise InvalidInput("must name at least one domain")
    return tuple(dict.fromkeys(map(normal_domain, texts)))


def _servers(texts: tuple[str, ...]) -> tuple[str, ...]:
    if texts:
        from mayfly.kit.dns.ports import name_servers  # few functions ask DNS

        name_servers(texts)
    return texts


def _zones(ids: tuple[str, ...]) -> tuple[str, ...]:
    for zone in ids:
        if not re.fullmatch(_ZONE_ID, zone):
            raise InvalidInput(f"not the id of a zone: {zone}")
    return ids


@dataclass(frozen=True, init=False, repr=False, eq=False)
class DomainSettings(FromEnvironment):
    """The deployment's domains, and those that accounts bring."""

    domains: tuple[str, ...] = setting(
        ("mayfly.example",), "mail domains, comma-separated; the first is the default", _names
    )
    user_domains: bool = setting(True, "whether accounts may bring mail domains of their own")
    domains_per_account: int = setting(5, "how many domains one account may bring")
    pending_domains_per_account: int = setting(3, "how many of these may be unproven at a time")
    domain_claims_per_day: int = limit(
        10, "domains that may be brought from one client address a day (UTC); 0 is no limit"
    )
    dns_servers: tuple[str, ...] = setting(
        (), "DNS servers that are asked, as address or address:port; empty: the system's", _servers
    )
    hosted_zones: tuple[str, ...] = setting(
        (),
        "ids of Route 53 zones that accounts' records may be written to, under their domains",
        _zones,
    )
    inbound_host: str = made("localhost", "where messages for accounts' domains go, their MX")
    feedback_host: str = made("localhost", "where bounces go, MX of their MAIL FROM")

    @property
    def claim_limits(self) -> "ClaimLimits":
        """How many domains accounts may claim."""
        from mayfly.domains.models import ClaimLimits  # few functions claim domains

        return ClaimLimits(
            self.domains_per_account, self.pending_domains_per_account, limits.CLAIMED_DOMAINS
        )
