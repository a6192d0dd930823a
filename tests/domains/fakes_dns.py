"""DNS, the mail service's identities and hosted zones, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from mayfly.domains.models import REFUSED, IdentitiesUnavailable, IdentityStatus, MailIdentity
from mayfly.errors import DnsUnavailable, InvalidInput, ZonesUnavailable
from mayfly.kit.dns.records import Place, Record, RecordType


class FakeResolver:
    """Answers from a dict by name and type; says nothing while it is down."""

    def __init__(self) -> None:
        self.answers: dict[Place, tuple[str, ...]] = {}
        self.is_down = False

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        if self.is_down:
            raise DnsUnavailable(name)
        return self.answers.get((name, kind.value), ())

    def publish(self, *records: Record) -> None:
        for each in records:
            self.answers[each.place] = (*self.answers.get(each.place, ()), each.answer)


class FakeMailIdentities:
    """Identities in a dict, pending until a test says otherwise; `foreign` are of others.

    `asked` are the names that it was asked about.
    """

    def __init__(self) -> None:
        self.kept: dict[str, MailIdentity] = {}
        self.foreign: set[str] = set()
        self.asked: list[str] = []
        self.is_down = False

    def ensure(self, name: str) -> MailIdentity:
        self._check(name)
        if name in self.foreign:
            return REFUSED
        tokens = tuple(f"{name.replace('.', '')}{number}" for number in range(3))
        return self.kept.setdefault(name, MailIdentity(tokens, "dkim.amazonses.com"))

    def remove(self, name: str) -> None:
        self._check(name)
        self.kept.pop(name, None)

    def verify(self, name: str) -> None:
        self.kept[name] = replace(self.ensure(name), status=IdentityStatus.VERIFIED)

    def _check(self, name: str) -> None:
        self.asked.append(name)
        if self.is_down:
            raise IdentitiesUnavailable("nothing is told")


class FakeHostedZones:
    """Zones by their names, each a dict of sets of records."""

    def __init__(self, **zones: str) -> None:
        self.zones = {name: zone for zone, name in zones.items()}
        self.kept: dict[str, dict[Place, list[Record]]] = {zone: {} for zone in zones}
        self.is_down = False

    def covering(self, name: str) -> str:
        around = [each for each in self.zones if name == each or name.endswith(f".{each}")]
        return self.zones[max(around, key=len)] if around else ""

    def check(self, zone: str, records: Sequence[Record], ours: Sequence[Place]) -> None:
        if self.is_down or zone not in self.kept:
            raise ZonesUnavailable(zone)
        wanted = {each.place: {other.rdata for other in records} for each in records}
        for place, values in wanted.items():
            there = {each.rdata for each in self.kept[zone].get(place, ())}
            if place not in ours and not there <= values:
                raise InvalidInput(f"not yours: {place}")

    def write(
        self,
        zone: str,
        records: Sequence[Record],
        gone: Sequence[Place],
        ours: Sequence[Place] = (),
    ) -> None:
        self.check(zone, records, ours)
        sets: dict[Place, list[Record]] = {}
        for each in records:
            sets.setdefault(each.place, []).append(each)
        for place in gone:
            self.kept[zone].pop(place, None)
        self.kept[zone].update(sets)
