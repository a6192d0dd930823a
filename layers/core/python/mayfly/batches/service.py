"""Generate inboxes: many at once, each with a friendly name, a password and a token."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, islice

from mayfly import limits
from mayfly.batches.models import Batch, Generated, password_of
from mayfly.errors import AddressTaken, Contended
from mayfly.inboxes.ids import GENERATION_BYTES, InboxId, partition_of
from mayfly.inboxes.models import Access, Inbox, token_hash
from mayfly.inboxes.names import friendly_local_part, is_reserved
from mayfly.inboxes.ports import Batches
from mayfly.inboxes.settings import InboxSettings
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.tokens.ports import PasswordKeys
from mayfly.mail.address import Address
from mayfly.private_inboxes.tokens import Tokens

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one request generated; `failure` is why it is less than was asked for."""

    batch: Batch
    inboxes: Sequence[Generated]
    failure: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A batch while its inboxes are made, with its secret."""

    batch: Batch
    secret: bytes = field(repr=False)
    message_lifetime: timedelta
    fetched: Collection[str]


@dataclass(frozen=True, slots=True)
class BatchService:
    """Makes batches of private inboxes, for admins."""

    batches: Batches
    keys: PasswordKeys
    tokens: Tokens
    settings: InboxSettings
    now: Clock
    entropy: Entropy

    def generate(
        self,
        domains: Sequence[str],
        count: int,
        token_lifetime: timedelta,
        fetched: Collection[str] = (),
    ) -> BatchResult:
        """So many inboxes, at each of these domains in turn.

        They live as long as private inboxes do, or as their tokens if that is longer. What was
        made before a failure is answered with it; only if nothing was, the failure is raised.
        `fetched` are those of the domains whose mail lies in a POP3 server, too.
        """
        self.tokens.check_keys()
        draft = self._draft(token_lifetime, fetched)
        self.batches.add(draft.batch)
        begun, domains = self.now(), list(islice(cycle(domains), count))
        made: list[Generated] = []
        for number, start in enumerate(range(0, count, limits.GENERATED_TOGETHER)):
            try:
                if self.now() - begun > timedelta(seconds=limits.GENERATING_SECONDS):
                    raise Contended("making inboxes took too long")
                together = domains[start : start + limits.GENERATED_TOGETHER]
                inboxes = self._placed(draft, number, together)
                made += [self._generated(draft, inbox, token_lifetime) for inbox in inboxes]
            except Exception as error:  # whatever it is: what was made is not to be lost with it
                if not made:
                    raise
                return BatchResult(draft.batch, made, error)
        return BatchResult(draft.batch, made)

    def _draft(self, token_lifetime: timedelta, fetched: Collection[str]) -> _Draft:
        now = self.now()
        lifetime = max(self.settings.private_lifetime, token_lifetime)
        batch_id = str(uuid.UUID(bytes=self.entropy(_ID_BYTES), version=4))
        secret = self.keys.make(batch_id)
        return _Draft(
            Batch(batch_id, now, now + lifetime, secret.sealed),
            secret.plain,
            # What an inbox holds is counted until it is deleted, not until it expires.
            max(self.settings.message_lifetime, lifetime),
            fetched,
        )

    def _placed(self, draft: _Draft, number: int, domains: Sequence[str]) -> list[Inbox]:
        """An inbox at each of the domains, all of them or none; names that are taken go again."""
        addresses: list[Address | None] = [None] * len(domains)
        for attempt in range(limits.NAME_ATTEMPTS):
            chosen = self._named(domains, addresses, attempt)
            inboxes = [self._inbox(draft, address) for address in chosen]
            taken = set(self.batches.place(draft.batch, number, inboxes, self.now()))
            if not taken:
                return inboxes
            addresses = [None if address in taken else address for address in chosen]
        raise AddressTaken("no free names were found; try again")

    def _named(
        self, domains: Sequence[str], known: Sequence[Address | None], attempt: int
    ) -> list[Address]:
        """The known addresses, and new ones where there is none; no two of them are the same."""
        used = {partition_of(address) for address in known if address}
        chosen = []
        for domain, address in zip(domains, known, strict=True):
            address = address or self._name(domain, used, attempt)
            used.add(partition_of(address))
            chosen.append(address)
        return chosen

    def _name(self, domain: str, used: set[str], first: int) -> Address:
        for attempt in range(first, first + limits.NAME_ATTEMPTS):
            address = Address(friendly_local_part(self.entropy, attempt), domain)
            if not is_reserved(address.local) and partition_of(address) not in used:
                return address
        raise AddressTaken("no free name was found; try again")

    def _inbox(self, draft: _Draft, address: Address) -> Inbox:
        inbox_id = InboxId.make(address, self.entropy(GENERATION_BYTES))
        return Inbox(
            id=inbox_id,
            address=address,
            access=Access.TOKEN,
            created_at=draft.batch.created_at,
            expires_at=draft.batch.expires_at,
            message_lifetime=draft.message_lifetime,
            token_hash=token_hash(password_of(draft.secret, inbox_id)),
            batch=draft.batch.rank if address.domain in draft.fetched else "",
        )

    def _generated(self, draft: _Draft, inbox: Inbox, token_lifetime: timedelta) -> Generated:
        token = self.tokens.issue(inbox, token_lifetime)
        return Generated(inbox, password_of(draft.secret, inbox.id), token)
