"""How long a refused login takes says nothing of why it was refused.

Both ways are taken in pairs, over the whole function. Their difference is judged against how much
such pairs differ by themselves on this machine, in this run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from functions.http_api.handler import serve
from mayfly.accounts.passwords import PasswordHashes
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, event, unpacked
from tests.memory import Memory

PAIRS = 101
DEVIATIONS = 8
"""How many standard errors of the median are still chance: a busy machine's are not normal."""
LEAST_SHARE = 0.05
"""Of the whole, less than the network hides: a branch, an exception, a row that is there."""
ACCOUNT = "/api/users/login"
INBOX = "/v1/inboxes:login"
PASSWORD = "a phrase for the tests"


@dataclass
class Pairs:
    """How long two ways took, one soon after the other."""

    one: list[float] = field(default_factory=list, repr=False)
    other: list[float] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, one: Callable[[], object], other: Callable[[], object], count: int) -> "Pairs":
        """Take both by turns, each as often first as the other."""
        pairs = cls()
        turns = (one, pairs.one), (other, pairs.other)
        for number in range(count):
            for way, spent in turns if number % 2 else reversed(turns):
                began = time.perf_counter()
                way()
                spent.append(time.perf_counter() - began)
        return pairs

    @property
    def gap(self) -> float:
        """The median of the differences: what an attacker would go by."""
        return abs(median(self._differences))

    @property
    def noise(self) -> float:
        """As far as that median may be from 0 by chance, from the median absolute deviation.

        1.4826 of it is a standard deviation, and a median's standard error is 1.2533 of a mean's,
        where differences are normal.
        """
        differences = self._differences
        middle = median(differences)
        spread = 1.4826 * median(abs(each - middle) for each in differences)
        by_chance = DEVIATIONS * 1.2533 * spread / len(differences) ** 0.5
        return float(by_chance + LEAST_SHARE * median(self.one + self.other))

    @property
    def _differences(self) -> list[float]:
        return [one - other for one, other in zip(self.one, self.other, strict=True)]


def refused(flows: MemoryAssembly, path: str, email: str) -> None:
    """One refused login."""
    told = event("POST", path, body={"email": email, "password": "another phrase"})
    assert unpacked(serve(told, flows)).status == 401


def test_an_account_that_is_not_there_takes_as_long_as_a_wrong_password() -> None:
    flows = MemoryAssembly(Memory(), hashes=PasswordHashes(4 * 1024, 2, 1))
    body = {"email": "ann@people.example", "password": PASSWORD}
    Api(flows).call("POST", "/api/users/register", body=body)

    pairs = Pairs.of(
        partial(refused, flows, ACCOUNT, "ann@people.example"),
        partial(refused, flows, ACCOUNT, "bob@people.example"),
        PAIRS,
    )

    assert pairs.gap < pairs.noise


def asked(flows: MemoryAssembly, email: str) -> None:
    """Somebody has forgotten a password."""
    told = event("POST", "/api/users/password/forgot", body={"email": email})
    assert unpacked(serve(told, flows)).status == 202


def test_forgetting_the_password_of_nobody_takes_as_long_as_that_of_an_account() -> None:
    settings = Settings(
        sender_address="no-reply@mail.example", service_mails_per_day=0, registrations_per_day=0
    )
    flows = MemoryAssembly(Memory(), settings)
    flows.adapters.request_counts.failing = TimeoutError()  # so that none is one too many
    body = {"email": "ann@people.example", "password": PASSWORD}
    Api(flows).call("POST", "/api/users/register", body=body)

    pairs = Pairs.of(
        partial(asked, flows, "ann@people.example"),
        partial(asked, flows, "bob@people.example"),
        5 * PAIRS,
    )

    assert pairs.gap < pairs.noise


def test_an_inbox_that_is_not_there_takes_as_long_as_a_wrong_password() -> None:
    flows = MemoryAssembly(Memory())
    generated = flows.batches.service.generate(
        ["mayfly.example"], 1, flows.settings.private_lifetime
    )
    (made,) = generated.inboxes

    pairs = Pairs.of(
        partial(refused, flows, INBOX, str(made.inbox.address)),
        partial(refused, flows, INBOX, "nobody.here12@mayfly.example"),
        5 * PAIRS,
    )

    assert pairs.gap < pairs.noise
