"""Limiting: how often one client may ask, counted over all processes in fixed windows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from mayfly import limits
from mayfly.errors import InvalidAddress, RateLimited
from mayfly.kit.clock import Clock
from mayfly.kit.http.route import ADMIN, CONFIRM, CREATE, FETCH, LOGIN, UNLOCK
from mayfly.mail.address import Address
from mayfly.rate_limits.addresses import AddressTally, total
from mayfly.rate_limits.login_attempts import LoginAttempts
from mayfly.rate_limits.models import Allowance, Client, Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.settings import Settings

ALL = "all"
FAILURES = "failures"
MAILS = "mails"
CLAIMS = "claims"
GUARDED = frozenset({LOGIN, ADMIN, CONFIRM})
"""The groups in which secrets are tried: too many wrong ones, and no more are looked at."""

_COUNTED_AS = MappingProxyType({CONFIRM: LOGIN, UNLOCK: LOGIN})
"""The groups that have the limit of another one."""
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


class _Use(NamedTuple):  # of a limit, with this request
    setting: str
    asked: str
    limit: int
    used: int


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How many requests one client has in a `window`: in all, by group, and failures. 0 is none.

    `address` is how many one address has, of all its clients; `inboxes` how many inboxes one
    client makes in a day, and `claims_a_day` how many domains may be claimed from one address.
    """

    requests: int
    groups: Mapping[str, int]
    failures: int
    address: int = 0
    inboxes: int = 0
    claims_a_day: int = 0
    window: timedelta = limits.RATE_WINDOW

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
            settings.rate_limit_address,
            settings.inboxes_per_client,
            settings.domain_claims_per_day,
            settings.rate_window,
        )

    def applying_to(self, group: str) -> dict[str, int]:
        """The limits that a request of the group falls under, by the counter."""
        named = {ALL: self.requests, group: self.groups.get(group, 0)}
        return {counter: limit for counter, limit in named.items() if limit}

    def of_address(self, group: str) -> dict[str, int]:
        """Those that all of an address's requests fall under together: as much wider for each."""
        if not self.address:
            return {}
        own = self.applying_to(group)
        return {ALL: self.address} | {
            counter: max(limit, limit * self.address // self.requests)
            for counter, limit in own.items()
            if self.requests and counter != ALL
        }


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """Admits requests, or says when to come back."""

    counts: RequestCounts
    limits: RateLimits
    now: Clock
    addresses: AddressTally = field(default_factory=AddressTally)

    @property
    def trials(self) -> LoginAttempts:
        """Of passwords, and of making inboxes."""
        passwords, inboxes = bool(self.limits.failures), self.limits.inboxes
        return LoginAttempts(self.counts, passwords, inboxes, self.now, self.addresses)

    def admit(self, who: Client, group: str, at: Client | None = None) -> Allowance | None:
        """Count the request; what is left under the nearest limit, None if there is no limit.

        It counts for `who`, and beside that for the address it comes from, `at`, if there is one.
        RateLimited over a limit, or after too many failures where secrets are tried. A request
        that is refused counts like any other.
        """
        window = Window.around(self.now(), self.limits.window)
        group, is_guarded = _COUNTED_AS.get(group, group), group in GUARDED
        wide = self.limits.of_address(group) if at else {}
        uses = self._beside(at, wide, window) if at and wide and who != at else []
        applying = self.limits.applying_to(group)
        most_failures = self.limits.failures if is_guarded else 0
        if applying or most_failures or (wide and who == at):
            counted = self._counted(who, group, window)
            if most_failures and counted.get(FAILURES, 0) >= most_failures:
                raise self._refusal(_narrow(FAILURES, most_failures, most_failures), window)
            if who == at:
                uses += [_wide(name, most, total(counted, name)) for name, most in wide.items()]
            uses += [_narrow(name, limit, counted[name]) for name, limit in applying.items()]
            self._check(uses, window)
        left = [Allowance(each.limit, each.limit - each.used, window.end) for each in uses]
        return min(left, key=lambda each: (each.remaining / each.limit, each.limit), default=None)

    def _counted(self, who: Client, group: str, window: Window) -> Mapping[str, int]:
        """The client's counters with this request; what has no limit of its own is written late.

        It is cheap to answer and its limit is wide: a process writes some at a time.
        """
        names = [ALL, group] if group else [ALL]
        is_narrow = self.limits.requests < 10 * limits.ADDRESS_COUNTED_TOGETHER
        at_once = bool(group) or is_narrow  # else a tenth of the limit would be unknown to others
        return self.addresses.ask(self.counts, who, window, names, at_once)

    def _beside(self, at: Client, wide: Mapping[str, int], window: Window) -> list[_Use]:
        heard = self.addresses.add(self.counts, at, window, [*wide])
        uses = [_wide(name, limit, heard[name]) for name, limit in wide.items()]
        self._check(uses, window)
        return uses

    def note_failure(self, who: Client) -> None:
        """Count a wrong secret against the client that sent it; RateLimited for one too many."""
        most = self.limits.failures
        if most:
            window = Window.around(self.now(), self.limits.window)
            failures = self.counts.count(who.key, window, [FAILURES]).get(FAILURES, 0)
            if failures > most:
                raise self._refusal(_narrow(FAILURES, most, failures), window)

    def try_registration(self, email: str) -> Window | None:
        """Count the mail that registering this address sends, whether it has an account or not.

        RateLimited after `limits.VERIFICATION_MAILS` in an hour, wherever they came from, with
        whatever plus tag: we must fill nobody's mailbox. None for what is no address:
        nothing is mailed there.
        """
        recipient = _recipient_key(email)
        if recipient is None:
            return None
        window = Window.around(self.now(), limits.VERIFICATION_WINDOW)
        if self.counts.count(recipient, window, [MAILS])[MAILS] > limits.VERIFICATION_MAILS:
            minutes = round(limits.VERIFICATION_WINDOW / timedelta(minutes=1))
            raise RateLimited(
                f"there were {limits.VERIFICATION_MAILS} mails to this address within {minutes}"
                " minutes (VERIFICATION_MAILS); try again later",
                window.seconds_left(self.now()),
            )
        return window

    def take_back(self, email: str, window: Window) -> None:
        """What `try_registration` counted sent no email."""
        recipient = _recipient_key(email)
        if recipient is not None:
            self.counts.count(recipient, window, [MAILS], by=-1)

    def try_claim(self, who: Client) -> Window | None:
        """Count a domain that is claimed from this address; RateLimited after so many a day.

        None, and nothing is counted, where DOMAIN_CLAIMS_PER_DAY is 0.
        """
        most = self.limits.claims_a_day
        if not most:
            return None
        window = Window.around(self.now(), limits.CLAIMS_WINDOW)
        if self.counts.count(_claims_key(who), window, [CLAIMS])[CLAIMS] > most:
            raise RateLimited(
                f"{most} domains a day may be brought from one address (DOMAIN_CLAIMS_PER_DAY)",
                window.seconds_left(self.now()),
            )
        return window

    def drop_claim(self, who: Client, window: Window) -> None:
        """What `try_claim` counted came to nothing."""
        self.counts.count(_claims_key(who), window, [CLAIMS], by=-1)

    def _check(self, uses: list[_Use], window: Window) -> None:
        over = [each for each in uses if each.used > each.limit]
        if over:
            raise self._refusal(over[-1], window)

    def _refusal(self, use: _Use, window: Window) -> RateLimited:
        seconds = window.seconds_left(self.now())
        return RateLimited(
            f"{use.limit} {use.asked} {_stretch(window.length)} are possible ({use.setting});"
            f" go on in {seconds} s",
            seconds,
            Allowance(use.limit, 0, window.end),
        )


def _stretch(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return "a minute" if seconds == 60 else f"in {seconds} s"


def _narrow(counter: str, limit: int, used: int) -> _Use:
    name = "REQUESTS" if counter == ALL else counter.upper()
    return _Use(f"RATE_LIMIT_{name}", _ASKED[counter], limit, used)


def _wide(counter: str, limit: int, used: int) -> _Use:
    return _Use("RATE_LIMIT_ADDRESS", f"{_ASKED[counter]} of one address", limit, used)


def _claims_key(who: Client) -> str:
    """Its own: the counts of one client's day and minute would meet at midnight."""
    return Client("claims", who.name).key


def _recipient_key(email: str) -> str | None:
    """The key of the reader of this address, with any plus tag."""
    try:
        return Client("mails", str(Address.parse(email).untagged)).key
    except InvalidAddress:
        return None
