"""The JSON of webhooks, and of the log of their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from msgspec import UNSET, UnsetType

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.filters.fields import NAMES, fields_of, filter_of
from mayfly.kit.clock import instant
from mayfly.kit.http.schemas import Body, Count, PreciseTime, Time, Uuid, View, about
from mayfly.webhooks import models
from mayfly.webhooks.models import EventType, HookState, PayloadFormat, State, Wanted

_MOST_URL = limits.MAX_WEBHOOK_URL_CHARS
_MOST_WORDS = limits.MAX_WEBHOOK_DESCRIPTION_CHARS
_EVENTS = "What it is told of"
_EVENTS_MUST = f"a list of some of: {', '.join(EventType)}"
_FORMAT = (
    "`standard`: Standard Webhooks; `postmark`: a message as Postmark's inbound webhook has it"
)
_PAUSED = "While it is, events wait, for five days at most"
_RAW = "In Postmark's format: whether `RawEmail` comes along"
_FILTER = (
    "Only messages like these: the parameters of lists, as in"
    ' `{"from": "shop.example", "subject": "~*code*"}`. Events that are about no message are told'
    " whatever it says"
)
_DESCRIPTION = "To know it again"
_URL = (
    "Where to: https, with user and password if the receiver asks for them. They are kept sealed,"
    " and not shown"
)

Url = Annotated[
    str,
    about(
        _URL,
        must=f"a URL of up to {_MOST_URL} characters",
        min_length=1,
        max_length=_MOST_URL,
        examples=["https://hooks.example.com/mayfly"],
    ),
]
FilterFields = Annotated[
    dict[str, str | bool | int],
    about(must=f"an object with some of: {', '.join(NAMES)}", max_length=len(NAMES)),
]
Events = Annotated[list[EventType], about(_EVENTS, must=_EVENTS_MUST, min_length=1)]
Description = Annotated[str, about(_DESCRIPTION, max_length=_MOST_WORDS)]
Secret = Annotated[
    str,
    about(
        "What signatures are made with. It is here and never again: it is kept sealed",
        pattern="^whsec_[0-9A-Za-z+/=]{44}$",
    ),
]


class _Wanted(Body, rename="camel"):
    def wanted(self) -> Wanted:
        """What is asked for; InvalidInput names the field that cannot be."""
        fields: Mapping[str, Any] = {n: getattr(self, n) for n in self.__struct_fields__}
        words = fields["description"]
        if words is not None and not (words.isprintable() or not words):
            raise InvalidInput("description must be one line")
        return Wanted(
            url=fields["url"],
            events=None if fields["events"] is None else frozenset(fields["events"]),
            format=fields["format"],
            with_raw=fields["include_raw"],
            description=words,
            paused=fields["paused"],
            filter=None if fields["filter"] is None else filter_of(fields["filter"]),
        )


class WantedWebhook(_Wanted, rename="camel"):
    """A webhook to make."""

    EXAMPLE = {"url": "https://hooks.example.com/mayfly", "events": ["message.received"]}

    url: Url
    events: Annotated[Events | None, about("Without it, `message.received`")] = None
    format: Annotated[PayloadFormat, about(_FORMAT)] = PayloadFormat.STANDARD
    include_raw: Annotated[bool, about(_RAW)] = False
    description: Description = ""
    paused: Annotated[bool, about(_PAUSED)] = False
    filter: Annotated[FilterFields | None, about(_FILTER)] = None


class WebhookChange(_Wanted, rename="camel"):
    """What to change of a webhook; the rest stays. A disabled one is enabled with it."""

    EXAMPLE = {"paused": True}

    url: Url | None = None
    events: Events | None = None
    format: Annotated[PayloadFormat | None, about(_FORMAT)] = None
    include_raw: Annotated[bool | None, about(_RAW)] = None
    description: Description | None = None
    paused: Annotated[bool | None, about(_PAUSED)] = None
    filter: Annotated[FilterFields | None, about(f"{_FILTER}. An empty one is none")] = None
    rotate_secret: Annotated[bool, about("Whether there is to be a new secret")] = False


class Webhook(View, rename="camel"):
    """A webhook, without its secret."""

    id: Uuid
    url: Annotated[str, about("Where to, without user and password")]
    events: Annotated[Sequence[EventType], about(_EVENTS)]
    format: Annotated[PayloadFormat, about(_FORMAT)]
    include_raw: Annotated[bool, about(_RAW)]
    description: str
    paused: Annotated[bool, about(_PAUSED)]
    filter: Annotated[dict[str, str | bool | int], about(_FILTER)]
    created_at: Time
    disabled_at: Annotated[Time | None, about("From then on nothing was sent any more")]
    disabled_because: Annotated[str | None, about("Why it was disabled")]

    @classmethod
    def of(cls, found: models.Webhook, **more: Any) -> Self:
        """A webhook as its owner sees it."""
        return cls.of_model(
            found,
            events=sorted(found.events),
            include_raw=found.with_raw,
            filter=fields_of(found.filter),
            disabled_because=found.disabled_because or None,
            **more,
        )


class NewWebhook(Webhook, rename="camel"):
    """A webhook with its secret: after this, only a new secret can be had."""

    secret: Secret


class ChangedWebhook(Webhook, rename="camel"):
    """A webhook after a change."""

    secret: Secret | UnsetType = UNSET


class ShownWebhook(Webhook, rename="camel"):
    """A webhook, and how its receiver is doing."""

    failing_since: Annotated[Time | None, about("Since when nothing was taken; null if it was")]

    @classmethod
    def with_state(cls, found: models.Webhook, state: HookState) -> Self:
        """The same, with its state."""
        return cls.of(found, failing_since=state.failing_since)


class Webhooks(View):
    """An owner's webhooks."""

    webhooks: Annotated[Sequence[Webhook], about("Oldest first")]
    count: Count
    limit: Annotated[Count, about("How many there may be")]

    @classmethod
    def of(cls, found: Sequence[models.Webhook], limit: int) -> Self:
        """All of them."""
        return cls(webhooks=list(map(Webhook.of, found)), count=len(found), limit=limit)


class RemovedWebhook(View):
    """What is answered when a webhook is gone."""

    id: Uuid
    deleted: bool = True


class Attempt(View, rename="camel"):
    """One attempt of a delivery."""

    number: Count
    at: PreciseTime
    status: Annotated[int | None, about("What the receiver answered; null if it did not")]
    milliseconds: Count
    answer: Annotated[str, about("The first KB of its answer")]
    trouble: Annotated[str | None, about("Why there was no answer")]

    @classmethod
    def of(cls, found: models.Attempt) -> Self:
        """What the receiver said."""
        return cls.of_model(found, **_said(found.reply))


class WebhookTried(View, rename="camel"):
    """What the receiver of a test said."""

    success: Annotated[bool, about("Whether it answered with 2xx")]
    status: Annotated[int | None, about("What the receiver answered; null if it did not")]
    milliseconds: Count
    answer: Annotated[str, about("The first KB of its answer")]
    trouble: Annotated[str | None, about("Why there was no answer")]

    @classmethod
    def of(cls, reply: models.Reply) -> Self:
        """What it said."""
        return cls(success=reply.is_good, **_said(reply))


def _said(reply: models.Reply) -> dict[str, Any]:
    return {
        "status": reply.status or None,
        "milliseconds": reply.milliseconds,
        "answer": reply.excerpt,
        "trouble": reply.trouble or None,
    }


class Delivery(View, rename="camel"):
    """An event on its way to a webhook."""

    id: str
    webhook_id: Annotated[str, about("The `webhook-id` of all attempts", examples=["msg_0a1b"])]
    type: EventType
    at: Annotated[PreciseTime, about("When it happened")]
    state: State
    reason: Annotated[str | None, about("Why it was given up", enum=[*models.Reason, None])]
    next_attempt_at: Annotated[PreciseTime | None, about("Null once it waits no more")]
    finished_at: PreciseTime | None
    attempts: Annotated[Sequence[Attempt], about("All of them, the first one first")]

    @classmethod
    def of(cls, found: models.Delivery, attempts: Sequence[models.Attempt]) -> Self:
        """The delivery with its attempts."""
        return cls.of_model(
            found,
            webhook_id=found.event,
            reason=found.reason or None,
            next_attempt_at=found.due_at if found.state is State.WAITING else None,
            attempts=list(map(Attempt.of, attempts)),
        )


class Deliveries(View):
    """Part of a webhook's log."""

    deliveries: Annotated[Sequence[Delivery], about("Newest first; they are kept for 14 days")]
    cursor: Annotated[str | None, about("Continues the list; null at its end")]

    @classmethod
    def of(
        cls,
        found: Sequence[models.Delivery],
        attempts: Mapping[str, Sequence[models.Attempt]],
        cursor: str,
    ) -> Self:
        """These deliveries."""
        return cls(
            deliveries=[Delivery.of(each, attempts[each.id]) for each in found],
            cursor=cursor or None,
        )


class Replay(Body, rename="camel"):
    """What to send again: one delivery, or all since a time."""

    EXAMPLE = {"since": "2026-01-31T10:15:30Z"}
    RULES = {"minProperties": 1}

    delivery_id: Annotated[str | None, about("This one, delivered or given up")] = None
    since: Annotated[
        str | None, about("All that happened then or later, with a zone", format="date-time")
    ] = None
    failed_only: Annotated[bool, about("With `since`: only what was given up")] = False

    def time(self) -> datetime | None:
        """Since when, None for one delivery; InvalidInput for neither, or for both."""
        if (self.delivery_id is None) == (self.since is None):
            raise InvalidInput("send either deliveryId or since")
        return instant("since", self.since)


class Replayed(View):
    """How many deliveries wait again."""

    count: Count
    more: Annotated[bool, about("Whether there are more: the same call again takes them")] = False
