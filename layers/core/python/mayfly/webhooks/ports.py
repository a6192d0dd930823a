"""What webhooks need of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from mayfly.webhooks.models import (
    Attempt,
    Delivery,
    HookOwner,
    HookState,
    Reply,
    State,
    WebhookList,
    WebhookTally,
)


@dataclass(frozen=True, slots=True)
class Wake:
    """A word that a webhook may have something to send. `is_slow`: in the queue of slow ones.

    `at_once`: its owner asks for it, so a receiver that is left alone is tried as well.
    """

    owner: HookOwner
    webhook: str
    is_slow: bool = False
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class ExpiryLook:
    """A word that an inbox's time may be over."""

    inbox: str


class WebhookLists(Protocol):
    """The webhooks of owners, read consistently, written as a whole."""

    def of(self, owners: Sequence[HookOwner]) -> Sequence[WebhookList]:
        """Those of each owner, in their order; an empty one where there are none."""

    def put(self, found: WebhookList) -> None:
        """Put it in the place of the revision before it; Contended if that is not there."""

    def remove(self, owner: HookOwner) -> WebhookList:
        """Forget all of an owner's, and answer what there was."""


class WebhookDeliveries(Protocol):
    """Deliveries with their attempts, and who is at work on which webhook."""

    def add(self, delivery: Delivery) -> bool:
        """Write it and count it as accepted; False if it is there already."""

    def waiting(
        self, webhook: str, after: datetime | None, until: datetime, most: int
    ) -> Sequence[Delivery]:
        """Up to `most` that wait and are due by then, but not by `after`; the first one first."""

    def next_due(self, webhook: str, after: datetime) -> datetime | None:
        """When the first of those is due that are due later; None if none is."""

    def postpone(self, before: Delivery, after: Delivery, attempt: Attempt) -> None:
        """Note the attempt; it waits until it is due again. Nothing if it does not wait any more.

        `before` is as it was read.
        """

    def finish(
        self, before: Delivery, after: Delivery, attempt: Attempt | None, owner: HookOwner
    ) -> None:
        """Note that it waits no more, and the attempt that led to it; likewise.

        It is counted for the owner of its webhook.
        """

    def restart(self, before: Delivery, after: Delivery) -> None:
        """Let a finished one wait again; Contended if it is not as it was read."""

    def find(self, webhook: str, delivery: str) -> Delivery:
        """The delivery; WebhookNotFound."""

    def page(
        self, webhook: str, most: int, before: str = "", states: Sequence[State] = ()
    ) -> tuple[Sequence[Delivery], str]:
        """Part of a webhook's deliveries, newest first, and what to go on with, "" at the end."""

    def attempts(self, webhook: str, deliveries: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
        """All attempts of each of these, the first one first."""

    def begin(self, webhook: str, holder: str, now: datetime, until: datetime) -> HookState | None:
        """Work on the webhook alone, until then; None if somebody else does.

        Who does so is told then that there is more to do. `holder` names who asks: the same may ask
        again after it has died.
        """

    def end(self, webhook: str, holder: str, state: HookState) -> bool:
        """Let others work on it; False, and go on, if somebody has asked meanwhile."""

    def state(self, webhook: str) -> HookState:
        """How its receiver is doing."""

    def tally(self) -> WebhookTally:
        """How many there were, and are in which state, all webhooks together."""


class WebhookWakes(Protocol):
    """The queues that wake the function."""

    def give(self, wake: Wake, delay: timedelta = timedelta()) -> None:
        """Wake it after so long: 15 minutes at most."""

    def schedule(self, wake: Wake, at: datetime) -> None:
        """Wake it then; the same twice is once."""

    def look(self, look: ExpiryLook, delay: timedelta) -> None:
        """Look at an inbox after so long: 15 minutes at most."""

    def schedule_look(self, look: ExpiryLook, at: datetime) -> None:
        """Look at it then; the same twice is once."""


class WebhookSecrets(Protocol):
    """Seals what is secret of a webhook, so that it opens for that webhook (by its id) alone."""

    def seal(self, webhook: str, plain: bytes) -> bytes:
        """The secret (4,096 bytes at most) as it may be kept; SecretsUnavailable if it cannot."""

    def open(self, webhook: str, sealed: bytes) -> bytes:
        """The secret again; SecretsUnavailable if it cannot be opened, now or ever."""


class Receivers(Protocol):
    """The way to receivers. Whatever they say, or do not, is returned and never raised."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send one request, and follow no redirect; 15 seconds for all of it."""
