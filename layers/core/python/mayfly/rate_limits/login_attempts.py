"""Trials: how often passwords are tried at one name or in one session, and inboxes made in a day.

Each is counted before, and taken back if it came to nothing: to check first and to count later
would let a thousand through that are sent at once.
"""

from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.errors import InvalidAddress, RateLimited
from mayfly.kit.clock import Clock
from mayfly.mail.address import Address
from mayfly.rate_limits.addresses import AddressTally
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import RequestCounts

_FAILURES = "failures"
_KNOWN = "known"
_MADE = "made"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """What was counted, to be taken back."""

    who: Client
    counter: str
    window: Window
    is_tallied: bool = False


@dataclass(frozen=True, slots=True)
class LoginAttempts:
    """Counts them; where `failures` is False no passwords, where `inboxes` is 0 no inboxes."""

    counts: RequestCounts
    failures: bool
    inboxes: int
    now: Clock
    addresses: AddressTally

    def login(self, email: str, at: Client | None = None) -> LoginAttempt | None:
        """Count a login to this name as failed, until it is taken back.

        RateLimited after `limits.LOGIN_FAILURES` of one name in a quarter of an hour, wherever
        they came from, and whether the name is known or not. An address that the name was logged
        in from lately has as many of its own then: strangers do not lock anybody out there.
        """
        if not self.failures:
            return None
        try:
            return self._password(_login(email))
        except RateLimited:
            here = _login_at(email, at) if at else None
            if here is None or not self._is_known(here):
                raise
            return self._password(here)

    def remember(self, email: str, at: Client) -> None:
        """The name was logged in to from this address."""
        if self.failures:
            here = _login_at(email, at)
            self.counts.count(here.key, self._window(limits.LOGIN_KNOWN), [_KNOWN])

    def confirmation(self, who: Client) -> LoginAttempt | None:
        """Count a password that the holder of a session, or of a mailed token, has to send.

        RateLimited after as many as of a name: but they are theirs, and nobody else's count.
        """
        return self._password(who) if self.failures else None

    def making(self, who: Client) -> LoginAttempt | None:
        """Count an inbox that this account or address makes; RateLimited over a day's share.

        Of addresses, the table learns of some at a time. What is refused is taken back at once.
        """
        if not self.inboxes:
            return None
        is_tallied = who.kind == Client.at("").kind
        trial = LoginAttempt(Client("making", who.key), _MADE, self._window(_DAY), is_tallied)
        if self._count(trial) > self.inboxes:
            self.undo(trial)
            raise RateLimited(
                f"an account, and an address, may make {self.inboxes} inboxes a day (UTC)"
                " (INBOXES_PER_CLIENT)",
                trial.window.seconds_left(self.now()),
            )
        return trial

    def undo(self, trial: LoginAttempt) -> None:
        """It was no failure, or nothing was made."""
        self._count(trial, by=-1)

    def _password(self, who: Client) -> LoginAttempt:
        trial = LoginAttempt(who, _FAILURES, self._window(limits.LOGIN_WINDOW))
        if self._count(trial) > limits.LOGIN_FAILURES:
            minutes = round(limits.LOGIN_WINDOW.total_seconds() / 60)
            raise RateLimited(
                f"there were {limits.LOGIN_FAILURES} wrong passwords for this name within"
                f" {minutes} minutes (LOGIN_FAILURES); try again later",
                trial.window.seconds_left(self.now()),
            )
        return trial

    def _is_known(self, here: Client) -> bool:
        lately = self._window(limits.LOGIN_KNOWN)
        before = Window(lately.start - lately.length, lately.length)
        return any(self.counts.seen(here.key, each).get(_KNOWN) for each in (lately, before))

    def _count(self, trial: LoginAttempt, by: int = 1) -> int:
        names, window = [trial.counter], trial.window
        if trial.is_tallied:
            counted = self.addresses.add(self.counts, trial.who, window, names, by)
        else:
            counted = self.counts.count(trial.who.key, window, names, by)
        return counted[trial.counter]

    def _window(self, length: timedelta) -> Window:
        return Window.around(self.now(), length)


def _login(email: str) -> Client:
    """The client that is counted for the name, the same for every way of writing it."""
    try:
        return Client("login", str(Address.parse(email)))
    except InvalidAddress:
        return Client("login", email.strip().lower())


def _login_at(email: str, at: Client) -> Client:
    return Client("login at", f"{_login(email).key} {at.key}")
