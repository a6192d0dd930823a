"""How much one client may ask for: which is counted, over which time, and what is left."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

_KEY_CHARS = 16
_NETWORK_BITS = 64  # what one household or machine is given (RFC 6177, RFC 7421)


@dataclass(frozen=True, slots=True)
class Client:
    """What requests are counted for: an account, an inbox, an IP address, a login's name."""

    kind: str
    name: str = field(repr=False)

    @classmethod
    def at(cls, address: str) -> "Client":
        """The client at this IP address; of IPv6 the network counts, as all of it is one's own."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return cls("address", address)
        if isinstance(parsed, IPv6Address):
            if parsed.ipv4_mapped is not None:
                return cls("address", str(parsed.ipv4_mapped))
            return cls("address", str(IPv6Network((int(parsed), _NETWORK_BITS), strict=False)))
        return cls("address", str(parsed))

    @property
    def key(self) -> str:
        """16 hexadecimal digits that stand for the client: its name is kept nowhere."""
        return hashlib.sha256(f"{self.kind}:{self.name}".encode()).hexdigest()[:_KEY_CHARS]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that requests are counted in; all clients have the same ones."""

    start: datetime
    length: timedelta

    @classmethod
    def around(cls, now: datetime, length: timedelta) -> "Window":
        """The one that holds this instant; they follow each other since the epoch."""
        seconds = int(length.total_seconds())
        start = int(now.timestamp()) // seconds * seconds
        return cls(datetime.fromtimestamp(start, UTC), length)

    @property
    def end(self) -> datetime:
        """When the next one begins, and counting starts anew."""
        return self.start + self.length

    def seconds_left(self, now: datetime) -> int:
        """Until the end, rounded up; at least one."""
        return max(1, -int(-(self.end - now).total_seconds() // 1))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client may still ask for until `resets_at`, under the limit that is nearest."""

    limit: int
    remaining: int
    resets_at: datetime
