"""The keys that a domain's messages are signed with: made, looked for in DNS, changed, used."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly import limits
from mayfly.domains.dns_plan import State
from mayfly.domains.models import MailDomain
from mayfly.email_auth.dkim import DkimKey, Keyring, KeyState, KeyType, PrivateKey
from mayfly.email_auth.models import Published, PublishedKey, Signing, Texts
from mayfly.email_auth.signing import new_key, sign
from mayfly.email_auth.spf_lookups import Ask, DnsAnswer, DnsLookups
from mayfly.errors import Contended
from mayfly.kit.clock import Clock
from mayfly.kit.dns.records import Record, RecordType
from mayfly.relays.ports import DomainSecrets, Keyrings, RelayConfigs
from mayfly.relays.service import Owned


@dataclass(frozen=True, slots=True)
class DkimKeyService:
    """Own keys of domains."""

    owned: Owned
    configs: RelayConfigs
    keyrings: Keyrings
    secrets: DomainSecrets
    ask: Ask
    now: Clock

    def look(
        self, account: str, domain_id: str, kind: KeyType | None = None, rotate: bool = False
    ) -> Signing:
        """What signs the domain's mail, and whether it is published; a key is made if none is.

        A key begins to sign once its record is found, and the one before it ends then. With
        `rotate` another is made, unless one waits to be published already. Contended if others
        change the keys as well; SecretsUnavailable.
        """
        domain = self.owned(account, domain_id)
        dns = DnsLookups(self.ask, self.now)
        by_relay = self.configs.get(domain.id) is not None
        ring = self.keyrings.get(domain.id)
        if by_relay:
            ring = self._update(domain, lambda there: self._renew(there, domain, dns, kind, rotate))
        published = [_look_up(each, domain.name, dns) for each in ring.keys]
        identity = domain.claim.identity
        return Signing(domain, by_relay, published, identity, _tokens(domain, dns))

    def advance(self, domain: MailDomain) -> None:
        """Let the next key sign if its record is found, and forget those whose time is over.

        No key is made. Contended if others change the keys as well.
        """
        dns = DnsLookups(self.ask, self.now)
        self._update(domain, lambda there: self._advance(there, domain, dns))

    def sign(self, domain: MailDomain, raw: bytes) -> bytes:
        """Sign the message with the domain's current key; leave it as it is if none is published.

        A signature that nobody can check is worse than none. SecretsUnavailable.
        """
        key = self.keyrings.get(domain.id).key(KeyState.CURRENT)
        if key is None:
            return raw
        der = self.secrets.open(domain.id, key.sealed)
        private = PrivateKey(domain.name, key.selector, key.type, der)
        return sign(raw, private, self.now())

    def _update(self, domain: MailDomain, change: Callable[[Keyring], Keyring]) -> Keyring:
        """What `change` makes of the keys, once it is written."""
        for _ in range(limits.DOMAIN_ATTEMPTS):
            there = self.keyrings.get(domain.id)
            ring = change(there)
            if ring == there:
                return there
            ring = replace(ring, revision=there.revision + 1)
            try:
                self.keyrings.put(ring)
            except Contended:
                continue
            return ring
        raise Contended(f"{limits.DOMAIN_ATTEMPTS} attempts to change keys met other writers")

    def _advance(self, ring: Keyring, domain: MailDomain, dns: DnsLookups) -> Keyring:
        now = self.now()
        ring = ring.tidied(now)
        waiting = ring.key(KeyState.NEXT)
        if waiting and _look_up(waiting, domain.name, dns).published.state is State.OK:
            return ring.promoted(now)
        return ring

    def _renew(
        self,
        ring: Keyring,
        domain: MailDomain,
        dns: DnsLookups,
        kind: KeyType | None,
        rotate: bool,
    ) -> Keyring:
        if ring.key(KeyState.NEXT) is not None:
            rotate = False  # that one is the change that is wished for
        ring, now = self._advance(ring, domain, dns), self.now()
        current = ring.key(KeyState.CURRENT)
        if ring.key(KeyState.NEXT) is None and (current is None or rotate):
            new_kind = kind or (current.type if current else KeyType.RSA)
            ring = ring.with_next(self._make(ring, new_kind, now))
        return ring

    def _make(self, ring: Keyring, kind: KeyType, now: datetime) -> DkimKey:
        der, public = new_key(kind)
        sealed = self.secrets.seal(ring.domain, der)
        return DkimKey(ring.new_selector(now), kind, public, sealed, now)


def _look_up(key: DkimKey, domain: str, dns: DnsLookups) -> PublishedKey:
    record = Record(RecordType.TXT, key.record_name(domain), key.value)
    found = _values(dns.texts(record.name))
    return PublishedKey(key, Published.of(record, found, any(map(key.is_in, found or ()))))


def _tokens(domain: MailDomain, dns: DnsLookups) -> list[Published]:
    published: list[Published] = []
    identity = domain.claim.identity
    if identity is None:
        return published
    for token in identity.tokens:
        name, target = f"{token}._domainkey.{domain.name}", f"{token}.{identity.zone}"
        record = Record(RecordType.CNAME, name, target)
        found = _values(dns.find(name, RecordType.CNAME))
        targets = [each.rstrip(".").lower() for each in found or ()]
        published.append(Published.of(record, found, target.lower() in targets))
    return published


def _values(found: DnsAnswer) -> Texts:
    return found.values if found.is_known else None
