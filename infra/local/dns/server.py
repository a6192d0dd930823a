"""A DNS server for names of this machine's own: UDP and TCP on one port.

It answers from its records, follows aliases as far as it knows them, and says NXDOMAIN for the rest
of the domains it has records of. What it says of all others is for `elsewhere` to decide.
"""

import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from mayfly.kit.dns.records import Record

HOST = "127.0.0.1"
_CLASSIC_UDP_BYTES = 512  # RFC 1035 section 4.2.1, for clients that do not offer more (RFC 6891)
_MOST_ALIASES = 8
_TRIES = 16
Elsewhere = Callable[[Any], Any]
"""The answer to a question about somebody else's name; both are `dns.message.Message`."""


@dataclass
class Zone:
    """Sets of records by name and type; they may change while they are served."""

    _sets: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, sets: Mapping[tuple[str, str], Sequence[str]], ttl: int = 60) -> "Zone":
        """A zone of what follows the type in a zone file, by name and type."""
        zone = cls()
        for (name, kind), rdata in sets.items():
            zone.put(name, kind, rdata, ttl)
        return zone

    def put(self, name: str, kind: str, rdata: Sequence[str], ttl: int = 60) -> None:
        """Make the set this, or nothing if it is empty."""
        key = name.lower().rstrip("."), kind
        with self._lock:
            self._sets.pop(key, None)
            if rdata:
                self._sets[key] = ttl, tuple(rdata)

    def publish(self, records: Iterable[Record]) -> None:
        """Add records to the sets that they belong to."""
        for each in records:
            before = self.get(*each.place)
            self.put(*each.place, [*(before[1] if before else ()), each.rdata], each.ttl)

    def replace(self, other: "Zone") -> None:
        """Have the sets of another one, and no others."""
        found = other.sets()
        with self._lock:
            self._sets = found

    def sets(self) -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
        """All of them as they are now, by name and type: lifetimes in seconds, and records."""
        with self._lock:
            return dict(self._sets)

    def get(self, name: str, kind: str) -> tuple[int, tuple[str, ...]] | None:
        """The set's lifetime in seconds and its records."""
        return self.sets().get((name, kind))

    def has(self, name: str) -> bool:
        """Whether there is anything at the name, or under it."""
        return any(each == name or each.endswith(f".{name}") for each, _ in self.sets())

    def is_below(self, name: str) -> bool:
        """Whether there is anything at a name that this one is under."""
        return any(name.endswith(f".{each}") for each, _ in self.sets())


def refusal(query: Any, rcode: dns.rcode.Rcode) -> Any:
    """The answer that says nothing but this."""
    reply = dns.message.make_response(query)
    reply.set_rcode(rcode)
    return reply


def nowhere(query: Any) -> Any:
    """There is no such name."""
    return refusal(query, dns.rcode.NXDOMAIN)


def spelled(name: Any) -> str:
    """A `dns.name.Name` as zones have it: whole, in small letters, without the dot at the end."""
    return str(name.to_text(omit_final_dot=True).lower())


@dataclass
class NameServer:
    """Serves a zone. `rcode` is said to every question if it is given; nothing, if `is_mute`.

    A client that connects and says nothing is sent away after `patience` seconds.
    """

    zone: Zone
    elsewhere: Elsewhere = nowhere
    rcode: int | None = None
    is_mute: bool = False
    by_tcp: int = 0
    patience: float = 5

    @contextmanager
    def serving(self, host: str = HOST, port: int = 0) -> Iterator[int]:
        """Serve until the end of the block; the port that it is, for UDP and TCP alike.

        Port 0 is any that is free for both. Raises OSError if there is none.
        """
        tcp, udp = _pair(host, port)
        with tcp, udp:
            tcp.owner = udp.owner = self
            threads = [
                threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True)
                for each in (udp, tcp)
            ]
            for thread in threads:
                thread.start()
            try:
                yield int(udp.server_address[1])
            finally:
                udp.shutdown()
                tcp.shutdown()
                for thread in threads:
                    thread.join()

    def answer(self, wire: bytes, is_udp: bool) -> bytes:
        """The answer to a question; nothing to say to what is none."""
        self.by_tcp += not is_udp
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return b""
        if self.is_mute or not query.question:
            return b""
        reply = self._reply(query)
        most = max(query.payload, _CLASSIC_UDP_BYTES) if is_udp else 65_535
        return bytes(reply.to_wire(max_size=most, prefer_truncation=True))

    def _reply(self, query: Any) -> Any:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA
        name = spelled(query.question[0].name)
        if self.rcode is not None:
            reply.set_rcode(dns.rcode.Rcode(self.rcode))
        elif self.zone.has(name) or self.zone.is_below(name):
            self._fill(reply, query.question[0])
        else:
            return self.elsewhere(query)
        return reply

    def _fill(self, reply: Any, question: Any) -> None:
        name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        for _ in range(_MOST_ALIASES):
            text = spelled(name)
            if self._add(reply, name, text, kind):
                return
            alias = self._add(reply, name, text, "CNAME")
            if alias is None:
                if not self.zone.has(text) and not reply.answer:
                    reply.set_rcode(dns.rcode.NXDOMAIN)
                return
            name = alias[0].target

    def _add(self, reply: Any, name: Any, text: str, kind: str) -> Any:
        found = self.zone.get(text, kind)
        if found is None:
            return None
        rrset = dns.rrset.from_text(name, found[0], "IN", kind, *found[1])
        reply.answer.append(rrset)
        return rrset


# Not dnslib's server (0.9.26): it waits for ever for who connects and says nothing, and looks at no
# size that UDP may have. Its zones read `\195` in octal and name no line of a mistake, and they
# would not serve what `elsewhere` says, which is dnspython's. So all of this would stay.
class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    owner: NameServer


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    owner: NameServer


def _pair(host: str, port: int) -> tuple[_Tcp, _Udp]:
    """A server for each protocol at one port. One free for TCP may be taken for UDP: try others."""
    tries = 1 if port else _TRIES
    while True:
        tries -= 1
        tcp = _Tcp((host, port), _OverTcp)
        try:
            return tcp, _Udp((host, tcp.server_address[1]), _OverUdp)
        except OSError:
            tcp.server_close()
            if not tries:
                raise


class _OverUdp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, sender = self.request
        reply = self.server.owner.answer(wire, is_udp=True)  # type: ignore[attr-defined]
        if reply:
            with suppress(OSError):  # the machine may not reach who asked
                sender.sendto(reply, self.client_address)


class _OverTcp(socketserver.StreamRequestHandler):
    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.owner.patience)  # type: ignore[attr-defined]

    def handle(self) -> None:
        with suppress(OSError):  # who says nothing for so long, or leaves, has asked nothing
            wire = self.rfile.read(int.from_bytes(self.rfile.read(2)))
            reply = self.server.owner.answer(wire, is_udp=False)  # type: ignore[attr-defined]
            if reply:
                self.wfile.write(len(reply).to_bytes(2) + reply)
