"""Limiting: how often one client may ask, counted over all processes in fixed windows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from mayfly.blueprint import limits
from mayfly.blueprint.route import ADMIN, CREATE, FETCH, LOGIN
from mayfly.blueprint.settings import Settings
from mayfly.domain.address import Address
from mayfly.domain.errors import InvalidAddress, RateLimited
from mayfly.domain.rate import Allowance, Client, Window
from mayfly.ports.counts import RequestCounts
from mayfly.ports.machine import Clock

ALL = "all"
FAILURES = "failures"
MAILS = "mails"
CLAIMS = "claims"
GUARDED = frozenset({LOGIN, ADMIN})
"""The groups in which secrets are tried: too many wrong ones, and no more are looked at."""

_ASKED = MappingProxyType(
    {
        ALL: "requests",
        CREATE: "requests that make inboxes",
        FETCH: "requests for lists of messages",
        LOGIN: "logins",
        ADMIN: "admin requests",
        FAILURES: "wrong passwords or keys",
    }
)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How many requests a minute one client has: in all, by group, and failures.

    And how many domains may be claimed a day from one address. 0 is no limit.
    """

    requests: int
    groups: Mapping[str, int]
    failures: int
    claims_a_day: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "RateLimits":
        """What the settings allow."""
        return cls(
            settings.rate_limit_requests,
            {
                CREATE: settings.rate_limit_create,
                FETCH: settings.rate_limit_fetch,
                LOGIN: settings.rate_limit_login,
                ADMIN: settings.rate_limit_admin,
            },
            settings.rate_limit_failures,
            settings.domain_claims_per_day,
        )

    def applying_to(self, group: str) -> dict[str, int]:
        """The limits that a request of the group falls under, by the counter."""
        named = {ALL: self.requests, group: self.groups.get(group, 0)}
        return {counter: limit for counter, limit in named.items() if limit}


@dataclass(frozen=True, slots=True)
class _Cap:
    """How many attempts may be made at one name, or from one address."""

    counter: str
    most: int
    window: timedelta
    attempts: str


_LOGINS = _Cap(
    FAILURES, limits.LOGIN_FAILURES, limits.LOGIN_WINDOW, "wrong passwords for this name"
)
_REGISTRATIONS = _Cap(
    MAILS, limits.VERIFICATION_MAILS, limits.VERIFICATION_WINDOW, "mails to this address"
)


@dataclass(frozen=True, slots=True)
class Limiter:
    """Admits requests, or says when to come back."""

    counts: RequestCounts
    limits: RateLimits
    now: Clock

    def admit(self, who: Client, group: str) -> Allowance | None:
        """Count the request; what is left under the nearest limit, None if there is no limit.

        RateLimited over a limit, or after too many failures where secrets are tried. A request
        that is refused counts like any other.
        """
        window = Window.around(self.now(), limits.RATE_WINDOW)
        applying = self.limits.applying_to(group)
        most_failures = self.limits.failures if group in GUARDED else 0
        if not applying and not most_failures:
            return None
        counted = self.counts.count(who.key, window, [ALL, group] if group else [ALL])
        if most_failures and counted.get(FAILURES, 0) >= most_failures:
            raise self._refusal(FAILURES, most_failures, window)
        over = [name for name, limit in applying.items() if counted[name] > limit]
        if over:
            raise self._refusal(over[-1], applying[over[-1]], window)
        left = [
            Allowance(limit, limit - counted[name], window.end) for name, limit in applying.items()
        ]
        return min(left, key=lambda each: (each.remaining / each.limit, each.limit), default=None)

    def note_failure(self, who: Client) -> None:
        """Count a wrong secret against the client that sent it."""
        if self.limits.failures:
            window = Window.around(self.now(), limits.RATE_WINDOW)
            self.counts.count(who.key, window, [FAILURES])

    def try_login(self, email: str) -> Window | None:
        """Count a login to this name as failed, until `succeed` takes it back.

        RateLimited after `limits.LOGIN_FAILURES` of one name in a quarter of an hour, wherever
        they came from, and whether the name is known or not. To count first is what makes it hold
        for guesses that are sent at once. None, and nothing is counted, where RATE_LIMIT_FAILURES
        is 0.
        """
        if not self.limits.failures:
            return None
        return self._attempt(_login_key(email), _LOGINS)

    def succeed(self, email: str, window: Window) -> None:
        """The login that `try_login` counted was no failure."""
        self.counts.count(_login_key(email), window, [FAILURES], by=-1)

    def try_registration(self, email: str) -> Window | None:
        """Count the mail that registering this address sends, whether it has an account or not.

        RateLimited after `limits.VERIFICATION_MAILS` in an hour, wherever they came from, with
        whatever plus tag: nobody's mailbox shall be filled by us. None for what is no address:
        nothing is mailed there.
        """
        recipient = _recipient_key(email)
        if recipient is None:
            return None
        return self._attempt(recipient, _REGISTRATIONS)

    def take_back(self, email: str, window: Window) -> None:
        """What `try_registration` counted sent no mail."""
        recipient = _recipient_key(email)
        if recipient is not None:
            self.counts.count(recipient, window, [MAILS], by=-1)

    def try_claim(self, who: Client) -> Window | None:
        """Count a domain that is claimed from this address; RateLimited after so many a day.

        None, and nothing is counted, where DOMAIN_CLAIMS_PER_DAY is 0.
        """
        most = self.limits.claims_a_day
        what = "domains brought from this address (DOMAIN_CLAIMS_PER_DAY)"
        cap = _Cap(CLAIMS, most, limits.CLAIMS_WINDOW, what)
        return self._attempt(_claims_key(who), cap) if most else None

    def drop_claim(self, who: Client, window: Window) -> None:
        """What `try_claim` counted came to nothing."""
        self.counts.count(_claims_key(who), window, [CLAIMS], by=-1)

    def _attempt(self, key: str, cap: _Cap) -> Window:
        window = Window.around(self.now(), cap.window)
        if self.counts.count(key, window, [cap.counter])[cap.counter] > cap.most:
            minutes = round(cap.window.total_seconds() / 60)
            raise RateLimited(
                f"there were {cap.most} {cap.attempts} within {minutes} minutes; try again later",
                window.seconds_left(self.now()),
            )
        return window

    def _refusal(self, counter: str, limit: int, window: Window) -> RateLimited:
        seconds = window.seconds_left(self.now())
        return RateLimited(
            f"{limit} {_ASKED[counter]} a minute are possible; go on in {seconds} s",
            seconds,
            Allowance(limit, 0, window.end),
        )


def _claims_key(who: Client) -> str:
    """Its own: the counts of one client's day and minute would meet at midnight."""
    return Client("claims", who.name).key


def _login_key(email: str) -> str:
    """The key of the name, the same for every way of writing it."""
    try:
        return Client("login", str(Address.parse(email))).key
    except InvalidAddress:
        return Client("login", email.strip().lower()).key


def _recipient_key(email: str) -> str | None:
    """The key of whoever reads mail to this address, with any plus tag."""
    try:
        return Client("mails", str(Address.parse(email).untagged)).key
    except InvalidAddress:
        return None
