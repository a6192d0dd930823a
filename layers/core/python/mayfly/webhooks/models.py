"""Webhooks, the events that they are told of, and what became of each delivery."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mayfly.errors import CONFLICT, MayflyError, NotFound
from mayfly.filters.models import EVERYTHING, Candidate, Filter


class EventType(StrEnum):
    """What a webhook may be told of."""

    MESSAGE_RECEIVED = "message.received"
    MESSAGE_DELETED = "message.deleted"
    INBOX_FULL = "inbox.full"
    INBOX_EXPIRED = "inbox.expired"
    EMAIL_SENT = "email.sent"
    EMAIL_DELIVERED = "email.delivered"
    EMAIL_BOUNCED = "email.bounced"
    EMAIL_COMPLAINED = "email.complained"
    EMAIL_FAILED = "email.failed"
    DOMAIN_VERIFIED = "domain.verified"
    DOMAIN_SUSPENDED = "domain.suspended"
    WEBHOOK_DISABLED = "webhook.disabled"


OF_INBOXES = (
    EventType.MESSAGE_RECEIVED,
    EventType.MESSAGE_DELETED,
    EventType.INBOX_FULL,
    EventType.INBOX_EXPIRED,
    EventType.WEBHOOK_DISABLED,
)
"""What happens to one inbox; the other events are of accounts."""


class PayloadFormat(StrEnum):
    """How an event looks to its receiver."""

    STANDARD = "standard"
    POSTMARK = "postmark"


class Kind(StrEnum):
    """Whose a webhook is."""

    ACCOUNT = "account"
    INBOX = "inbox"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True, slots=True)
class HookOwner:
    """An account, an inbox (by their ids), or the deployment, which has no id."""

    kind: Kind
    id: str = ""

    def __str__(self) -> str:
        """As keys have it."""
        return f"{self.kind}:{self.id}" if self.id else self.kind.value

    @classmethod
    def parse(cls, text: str) -> "HookOwner":
        """What `str()` wrote; ValueError for anything else."""
        kind, _, name = text.partition(":")
        return cls(Kind(kind), name)


DEPLOYMENT = HookOwner(Kind.DEPLOYMENT)
SCHEDULE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long each attempt comes after the one before.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""
GIVEN_UP_AFTER = timedelta(days=5)
"""A webhook that has failed for so long is disabled; no delivery waits longer."""
LONGEST_RETRY_AFTER = timedelta(hours=24)
"""What a receiver may ask for; beyond that it is taken for this."""
SECRET_OVERLAP = timedelta(hours=24)
"""How long the secret before signs as well."""


def wait_after(attempts: int, jitter: float | None = None) -> timedelta:
    """How long to wait after so many attempts: as `SCHEDULE` has it, up to a fifth longer.

    `jitter` is from 0 to 1, by chance without it. After more attempts than there are, the longest.
    """
    longer = 1 + 0.2 * (random.random() if jitter is None else jitter)
    return SCHEDULE[min(attempts, len(SCHEDULE) - 1)] * longer


class Reason(StrEnum):
    """Why a delivery was given up."""

    ATTEMPTS = "attempts"
    """It was tried as often as the schedule has it."""
    TOO_LATE = "too_late"
    """It has waited for five days."""
    GONE = "gone"
    """The receiver answered 410."""
    DISABLED = "disabled"
    """Its webhook was disabled meanwhile."""
    REMOVED = "removed"
    """Its webhook was removed meanwhile."""
    FILTERED = "filtered"
    """Its webhook's filter asks for what only the mail itself can tell, and that is not so."""
    DELETED = "deleted"
    """What it was to tell of is not there any more, so that nobody may read it."""


class State(StrEnum):
    """Where a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened. `id` is the same however often it is heard of.

    `owners` are those whose webhooks may be told; `lane` is the inbox that it happened to, whose
    events are told in the order of `at` and `sequence`; `about` is what the payload is made of.
    `message` is the one that it is about, as filters look at it; its mail was not read. `named` are
    the webhooks that a rule has named for it, which are told whatever they ask for; of what
    `is_hidden` (spam), nobody else is.
    """

    id: str
    type: EventType
    at: datetime
    owners: tuple[HookOwner, ...]
    about: Mapping[str, Any] = field(default_factory=dict, repr=False)
    lane: str = ""
    sequence: int = 0
    message: Candidate | None = field(default=None, compare=False, repr=False)
    named: frozenset[str] = frozenset()
    is_hidden: bool = False


NAMED = "named"
"""In what a delivery is made of: a rule has named the webhook, so its filter does not matter."""


class NeedsMail(Exception):
    """Whether a filter means a message cannot be said without the mail itself."""


def event_id(*source: object) -> str:
    """The id of what is named by these: the `webhook-id` of all its deliveries."""
    digest = hashlib.sha256("\n".join(map(str, source)).encode()).hexdigest()
    return f"msg_{digest[:32]}"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are told. `url` has no user and password: they are sealed with the secret.

    `sealed` opens to the secret, and to what is sent as `Authorization`; `former` to the secret
    before, which signs as well until `former_until`. `paused` keeps events waiting.
    """

    id: str
    owner: HookOwner
    url: str = field(repr=False)
    events: frozenset[EventType]
    sealed: bytes = field(repr=False)
    created_at: datetime
    format: PayloadFormat = PayloadFormat.STANDARD
    with_raw: bool = False
    description: str = field(default="", repr=False)
    paused: bool = False
    filter: Filter = EVERYTHING
    former: bytes = field(default=b"", repr=False)
    former_until: datetime | None = None
    disabled_at: datetime | None = None
    disabled_because: str = ""

    @property
    def is_on(self) -> bool:
        """Whether it is told of anything new."""
        return self.disabled_at is None

    def wants(self, event: Event) -> bool:
        """Whether it may have to be told of this; what depends on the mail is judged later."""
        if not self.is_on or self.id in event.named:
            return self.is_on
        if event.is_hidden or event.type not in self.events:
            return False
        try:
            return event.message is None or self.filter.matches(event.message)
        except NeedsMail:
            return True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an owner asks for. Without `url`, `events` and so on, those stay that are there."""

    url: str | None = None
    events: frozenset[EventType] | None = None
    format: PayloadFormat | None = None
    with_raw: bool | None = None
    description: str | None = None
    paused: bool | None = None
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class WebhookList:
    """All webhooks of an owner, kept and changed as a whole.

    They may go once `ends_at` is over; None is never.
    """

    owner: HookOwner
    webhooks: tuple[Webhook, ...] = ()
    revision: int = 0
    ends_at: datetime | None = None

    def find(self, webhook_id: str) -> Webhook:
        """The one of this id; WebhookNotFound."""
        for each in self.webhooks:
            if each.id == webhook_id:
                return each
        raise WebhookNotFound("no such webhook")

    def having(self, webhook: Webhook) -> "WebhookList":
        """With this one, in the place of the one of its id if there is one."""
        ids = [each.id for each in self.webhooks]
        if webhook.id not in ids:
            return self._next((*self.webhooks, webhook))
        return self._next(tuple(webhook if e.id == webhook.id else e for e in self.webhooks))

    def without(self, webhook_id: str) -> "WebhookList":
        """Without the one of this id."""
        return self._next(tuple(each for each in self.webhooks if each.id != webhook_id))

    def _next(self, webhooks: tuple[Webhook, ...]) -> "WebhookList":
        return replace(self, webhooks=webhooks, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook. `id` goes by the time of the event.

    `attempts` counts those of this round, a new one with each replay; `due_at` is when the next is
    to be made. `number` counts all attempts there ever were.
    """

    id: str
    webhook: str
    event: str
    type: EventType
    at: datetime
    lane: str
    about: Mapping[str, Any] = field(repr=False)
    due_at: datetime
    began_at: datetime
    state: State = State.WAITING
    attempts: int = 0
    number: int = 0
    reason: str = ""
    finished_at: datetime | None = None

    @classmethod
    def of(cls, event: Event, webhook: Webhook, now: datetime) -> "Delivery":
        """The delivery of the event to the webhook, due now: of the same id each time."""
        name = hashlib.sha256(f"{event.id} {webhook.id}".encode()).hexdigest()[:12]
        milliseconds = round(event.at.timestamp() * 1000)
        return cls(
            f"{milliseconds:012x}{min(event.sequence, 0xFFFFFFFF):08x}{name}",
            webhook.id,
            event.id,
            event.type,
            event.at,
            event.lane,
            {**event.about, NAMED: True} if webhook.id in event.named else event.about,
            due_at=now,
            began_at=now,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver said, or why it said nothing: then `status` is 0 and `trouble` says it.

    `excerpt` is the beginning of its answer; `retry_after` what it asked for.
    """

    status: int
    milliseconds: int
    excerpt: str = field(default="", repr=False)
    trouble: str = ""
    retry_after: timedelta | None = None

    @property
    def is_good(self) -> bool:
        """Whether it has the event: any 2xx, and nothing else."""
        return 200 <= self.status <= 299


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a delivery, as the log has it."""

    number: int
    at: datetime
    reply: Reply


@dataclass(frozen=True, slots=True)
class HookState:
    """How a webhook's receiver is doing, and who tells it of events at this moment.

    `silent` counts attempts without any answer, one after the other; until `quiet_until` nothing is
    tried. Until `holding_until` there may be a first retry that others of its inbox wait for.
    `is_slow` is of the last attempt. `wake_at` is when somebody looks again by themselves.
    """

    quiet_until: datetime | None = None
    holding_until: datetime | None = None
    failing_since: datetime | None = None
    wake_at: datetime | None = None
    silent: int = 0
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class WebhookTally:
    """How many deliveries were made, and how many are in each state; reasons of those given up.

    accepted = delivered + given up + waiting.
    """

    accepted: int = 0
    delivered: int = 0
    waiting: int = 0
    given_up: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        """accepted - (delivered + given up + waiting): 0, or something is lost."""
        return self.accepted - self.delivered - self.waiting - sum(self.given_up.values())


class WebhookNotFound(NotFound):
    """The owner has no webhook, or none of its deliveries, with this id."""


class WebhooksFull(MayflyError):
    """The owner has as many webhooks as it may have; the message says how many."""

    kind = CONFLICT


class WebhookOff(MayflyError):
    """The webhook was disabled: nothing is sent until it is enabled again."""

    kind = CONFLICT
