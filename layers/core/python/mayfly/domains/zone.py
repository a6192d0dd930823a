"""The DNS records that a domain's owner keeps here, written to its hosted zone or shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mayfly.domains.dns_plan import proof
from mayfly.domains.models import DomainUnfit, MailDomain, Status
from mayfly.domains.records import RecordRequest, kept_records
from mayfly.domains.service import DomainService
from mayfly.kit.dns.ports import HostedZones
from mayfly.kit.dns.records import Place, Record


@dataclass(frozen=True, slots=True)
class ZoneService:
    """Keeps the owner's records."""

    service: DomainService
    zones: HostedZones

    def keep(
        self, account_id: str, domain_id: str, requests: Sequence[RecordRequest]
    ) -> MailDomain:
        """Keep these records in the place of those before.

        Where the deployment has a hosted zone for the domain, and the domain is active, they are
        written there, and those that are not wanted any more go. Before that they are only kept:
        our own writes must not prove that a name in our zone is theirs. What others have in the
        zone stays as it is: InvalidInput names it. DomainNotFound, DomainUnfit for one that has
        expired, ZonesUnavailable.
        """
        domain = self.service.owned(account_id, domain_id)
        if domain.status is Status.EXPIRED:
            raise DomainUnfit("this claim has expired: register the domain again")
        records = kept_records(requests, domain.name)
        zone = self.zones.covering(domain.name) if domain.is_active else ""
        if zone:
            return self._publish(domain, zone, records)
        return self._write(domain, records, domain.claim.zone, domain.claim.published)

    def _publish(self, domain: MailDomain, zone: str, records: Sequence[Record]) -> MailDomain:
        """First note what may be in the zone, then write it: what fails in between is known."""
        places = tuple(dict.fromkeys(each.place for each in records))
        gone = tuple(each for each in domain.claim.published if each not in places)
        ours = domain.claim.published if domain.claim.zone == zone else ()
        complete = _add_proof(domain, records)
        self.zones.check(zone, complete, ours)
        noted = self._write(domain, records, zone, (*places, *gone))
        self.zones.write(zone, complete, gone, ours)
        return self._write(noted, records, zone, places)

    def _write(
        self, domain: MailDomain, records: Sequence[Record], zone: str, published: Sequence[Place]
    ) -> MailDomain:
        def step(there: MailDomain) -> MailDomain:
            claim = replace(
                there.claim, records=tuple(records), zone=zone, published=tuple(published)
            )
            changed = there.claim.records != claim.records
            noted = claim.noted("records-changed", self.service.now()) if changed else claim
            return replace(there, claim=noted)

        return self.service.change(domain.owner, domain.id, step)


def _add_proof(domain: MailDomain, records: Sequence[Record]) -> list[Record]:
    """With the proof where other texts stand beside it: writing the set must not remove it."""
    needed = proof(domain)
    beside = [each for each in records if each.place == needed.place]
    if beside and needed.value not in {each.value for each in beside}:
        return [*records, replace(needed, ttl=beside[0].ttl)]
    return list(records)
