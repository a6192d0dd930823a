"""Admins: they authenticate with the admin key, and count what there is."""

import base64
import hmac
from dataclasses import dataclass, field

from mayfly import limits
from mayfly.admin.models import Survey
from mayfly.domains.service import DomainService
from mayfly.errors import Unauthenticated
from mayfly.inboxes.ports import Census
from mayfly.kit.clock import Cached, Clock, Entropy
from mayfly.kit.tokens.models import key_hash
from mayfly.kit.tokens.ports import AdminKeys, AdminSecret
from mayfly.messages.ports import Deliveries

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class AdminAuthenticator:
    """Lets callers with the admin key in; nobody while there is no key."""

    keys: AdminKeys

    def admit(self, sent: str) -> None:
        """Unauthenticated unless this is the admin key; hashes are compared in constant time."""
        if not sent:
            raise Unauthenticated("send the admin key as `X-Admin-Key`")
        if not self.opens_to(sent):
            raise Unauthenticated("this is not the admin key")

    def opens_to(self, sent: str) -> bool:
        """Whether this is the admin key."""
        hashed = key_hash(sent)
        # Each is compared, whichever fits: the time tells nothing.
        return any([hmac.compare_digest(hashed, each) for each in self.keys.hashes()])


@dataclass(frozen=True, slots=True)
class AdminKeyMaker:
    """Makes the admin key, which only readers of the secret ever see."""

    keys: AdminKeys
    secret: AdminSecret
    now: Clock
    entropy: Entropy

    def make(self) -> None:
        """A new key of 256 random bits; the one before is dead within ten seconds.

        The secret comes first: a failure in between leaves the old key valid, and never a valid
        key that nobody can read.
        """
        key = base64.urlsafe_b64encode(self.entropy(KEY_BYTES)).rstrip(b"=").decode("ascii")
        self.secret.keep(key)
        self.keys.replace(key_hash(key), self.now())

    def make_first(self) -> bool:
        """A key if there is none; whether one was made."""
        if self.keys.hashes():
            return False
        self.make()
        return True


@dataclass(frozen=True, slots=True)
class StatsService:
    """Counts, and keeps the result for some seconds: repeated requests cost one count."""

    census: Census
    deliveries: Deliveries
    domains: DomainService
    now: Clock
    _known: Cached[Survey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Count nothing yet."""
        known = Cached(self._counted, limits.SURVEY_AGE, self.now)
        object.__setattr__(self, "_known", known)

    def survey(self) -> Survey:
        """What there is, up to ten seconds old."""
        return self._known.get()

    def _counted(self) -> Survey:
        now = self.now()
        domains = self.domains.all()
        return Survey(
            inboxes=self.census.count(now),
            deliveries=self.deliveries.tally(),
            domains=len(domains),
            active_domains=sum(each.is_active for each in domains),
            counted_at=now,
        )
