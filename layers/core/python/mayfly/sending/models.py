"""An outgoing message: its id, states and recipients, and what has happened to it.

All changes are made here, and stored at the revision they were made from (`sending.ports`).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from mayfly.sending.errors import EmailNotFound, WrongState


class State(StrEnum):
    """Where a message is on its way."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"


_LATER = {State.DELIVERED, State.BOUNCED, State.COMPLAINED}
_HANDED_OVER = {State.SENT, *_LATER}

TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.SCHEDULED: frozenset({State.SENDING, State.FAILED, State.CANCELLED}),
    # SES may know of a message that we believe it has not taken.
    State.QUEUED: frozenset({State.SENDING, State.FAILED, State.CANCELLED, *_HANDED_OVER}),
    State.SENDING: frozenset({State.QUEUED, State.FAILED, State.UNCERTAIN, *_HANDED_OVER}),
    State.UNCERTAIN: frozenset({State.QUEUED, State.FAILED, *_HANDED_OVER}),
    State.SENT: frozenset({State.FAILED, *_LATER}),
    State.DELIVERED: frozenset({State.BOUNCED, State.COMPLAINED}),
    State.BOUNCED: frozenset({State.QUEUED, State.COMPLAINED}),
    State.COMPLAINED: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset({State.QUEUED}),
}
"""From each state, those that may follow. There are no others."""

OPEN = frozenset({State.SCHEDULED, State.QUEUED, State.SENDING})
"""What is still to be sent."""
CANCELLABLE = frozenset({State.SCHEDULED, State.QUEUED})
SENT = frozenset(_HANDED_OVER)
"""What was handed over, whatever was heard of it later."""
RESENDABLE = frozenset({State.FAILED, State.BOUNCED, State.CANCELLED, State.UNCERTAIN})


SEND = "send"
"""What SES's word is called that it has taken a message."""


class RecipientStatus(StrEnum):
    """What became of a message for one recipient; each outranks those before it."""

    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"


_RANKS = {fate: rank for rank, fate in enumerate(RecipientStatus)}
_TO_SEND_AGAIN = (
    RecipientStatus.PENDING,
    RecipientStatus.FAILED,
    RecipientStatus.BOUNCED,
    RecipientStatus.SUPPRESSED,
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of the envelope; `role` is `to`, `cc` or `bcc`, `shown` as the header has it."""

    address: str = field(repr=False)
    role: str
    display: str = field(repr=False)
    fate: RecipientStatus = RecipientStatus.PENDING
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One line of a message's history. `key` makes it unique, so that it is there once."""

    at: datetime
    kind: str
    detail: str = field(default="", repr=False)
    key: str = ""

    def is_handover_of(self, message_id: str) -> bool:
        """Whether it is our own line that SES took this message."""
        return bool(message_id) and (self.kind, self.detail) == (State.SENT, message_id)


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attachment as details show it."""

    filename: str = field(repr=False)
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One message of an account. `round` counts how often the account asked to send it, `attempts`
    how often that was tried in this round; `due_at` is when it is to be tried next, and
    `leased_until` until when an attempt may still be under way. `original` is the message that it
    forwards, "" for one that the account wrote; `from_ours` says that it comes from a domain of the
    deployment's, as only forwards do.
    """

    account: str
    id: str
    sender: str = field(repr=False)
    sender_shown: str = field(repr=False)
    subject: str = field(repr=False)
    recipients: tuple[Recipient, ...] = field(repr=False)
    object_key: str
    size_bytes: int
    created_at: datetime
    expires_at: datetime
    due_at: datetime
    state: State
    scheduled_at: datetime | None = None
    reply_to: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[FileLine, ...] = ()
    reason: str = ""
    message_id: str = ""
    round: int = 1
    round_began: datetime | None = None
    attempts: int = 0
    leased_until: datetime | None = None
    history: tuple[HistoryEvent, ...] = ()
    revision: int = 0
    original: str = ""
    from_ours: bool = False

    @property
    def pending(self) -> tuple[str, ...]:
        """The addresses that it is still to be sent to."""
        return tuple(
            each.address for each in self.recipients if each.fate is RecipientStatus.PENDING
        )

    @property
    def domain(self) -> str:
        """The domain that it is sent from."""
        return self.sender.rpartition("@")[2]

    def moved(
        self, state: State, event: HistoryEvent, most: int, **changes: object
    ) -> "OutgoingMail":
        """In the next state, with one more line of at most `most`; WrongState if it cannot be.

        The first line stays: of the others, the oldest goes.
        """
        if state not in TRANSITIONS[self.state]:
            raise WrongState(f"a mail that is {self.state} cannot become {state}")
        return self.with_line(event, most).changed(state=state, **changes)

    def changed(self, **changes: object) -> "OutgoingMail":
        """With these fields, and the next revision if it is stored."""
        return replace(self, **changes)  # type: ignore[arg-type]  # by name

    def with_event(self, event: HistoryEvent, message_id: str, most: int) -> "OutgoingMail":
        """With what SES says of this message, at its place: the oldest first, whatever comes when.

        That SES has it (`send`) stands before our own line that it was handed over.
        """
        place = len(self.history)
        while place > 1 and self.history[place - 1].at > event.at:
            place -= 1
        if event.kind == SEND:
            own = [n for n, each in enumerate(self.history) if each.is_handover_of(message_id)]
            place = min([place, *own])
        return self.with_line(event, most, max(place, 1))

    def with_handover(self, event: HistoryEvent, most: int) -> "OutgoingMail":
        """With our own line that this attempt handed it over; what SES said meanwhile comes after.

        Only `send` stands before it.
        """
        kinds = [each.kind for each in self.history]
        since = len(kinds) - kinds[::-1].index(State.SENDING) if State.SENDING in kinds else 0
        place = kinds.index(SEND, since) + 1 if SEND in kinds[since:] else len(kinds)
        later = [each.at for each in self.history[place:]]
        return self.with_line(replace(event, at=min([event.at, *later])), most, place)

    def with_line(self, event: HistoryEvent, most: int, place: int | None = None) -> "OutgoingMail":
        """With one more line, at the end or at this place; the same if it has the line already."""
        if event.key and any(each.key == event.key for each in self.history):
            return self
        place = len(self.history) if place is None else place
        lines = (*self.history[:place], event, *self.history[place:])
        if len(lines) > most:
            lines = (lines[0], *lines[-(most - 1) :])
        return replace(self, history=lines)

    def with_fates(self, fates: Mapping[str, tuple[RecipientStatus, str]]) -> "OutgoingMail":
        """With what was heard of these addresses; what outranks it stays, in whatever order."""
        return replace(self, recipients=tuple(_with_fate(each, fates) for each in self.recipients))

    def to_send_again(self) -> "OutgoingMail":
        """With all recipients pending again that it has not reached."""
        again = tuple(
            replace(each, fate=RecipientStatus.PENDING, detail="")
            if each.fate in _TO_SEND_AGAIN
            else each
            for each in self.recipients
        )
        return replace(self, recipients=again)


def _with_fate(recipient: Recipient, fates: Mapping[str, tuple[RecipientStatus, str]]) -> Recipient:
    fate, detail = fates.get(recipient.address.lower(), (RecipientStatus.PENDING, ""))
    if _RANKS[fate] <= _RANKS[recipient.fate]:
        return recipient
    return replace(recipient, fate=fate, detail=detail)


def status_of(recipients: Sequence[Recipient]) -> State:
    """The state of a message that waits for nothing any more, by what became of its recipients.

    The worst that was heard of anybody counts; `delivered` only once it holds for all it went to.
    """
    fates = {each.fate for each in recipients} - {RecipientStatus.SUPPRESSED}
    if RecipientStatus.COMPLAINED in fates:
        return State.COMPLAINED
    if RecipientStatus.BOUNCED in fates:
        return State.BOUNCED
    if RecipientStatus.SENT in fates or RecipientStatus.PENDING in fates:
        return State.SENT
    return State.DELIVERED if RecipientStatus.DELIVERED in fates else State.FAILED


def statuses_of(
    addresses: Sequence[str], fate: RecipientStatus, detail: str = ""
) -> Mapping[str, tuple[RecipientStatus, str]]:
    """The same fate for all of them."""
    return {each.lower(): (fate, detail) for each in addresses}


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that an account's mail does not go to any more; `address` in its one spelling."""

    address: str = field(repr=False)
    reason: str
    since: datetime
    mail: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingTally:
    """How many messages were accepted for sending, and how many are in each state.

    accepted = the sum of `states`: no mail is in two states, none in no state. `failures` says for
    which reasons the failed ones failed.
    """

    accepted: int
    states: Mapping[State, int]
    failures: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        """accepted - (sent + failed + cancelled + uncertain + open): 0, or something is lost."""
        return self.accepted - sum(self.states.values())


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One word about one message, named by the tags that SES got with it.

    `key` is the same whenever the same event comes again. `suppressing` is why later mail must not
    go to the recipients it is about, "" if it may.
    """

    key: str
    kind: str
    at: datetime
    account: str
    mail: str
    round: int
    message_id: str
    fates: Mapping[str, tuple[RecipientStatus, str]] = field(default_factory=dict, repr=False)
    detail: str = field(default="", repr=False)
    suppressing: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """Room for one file, and the file once it is there. It may go with several messages."""

    account: str
    id: str
    filename: str = field(repr=False)
    content_type: str
    size_bytes: int
    expires_at: datetime

    @property
    def object_key(self) -> str:
        """Where it is, below the prefix of outgoing messages: no other upload is there."""
        return f"uploads/{self.account}/{self.id}"


ENTROPY_BYTES = 10


def outgoing_id(now: datetime, entropy: bytes) -> str:
    """The id of a message that is accepted now; `entropy` is 10 random bytes, 74 bits count."""
    octets = bytearray(_milliseconds(now) + entropy)
    octets[6] = octets[6] & 0x0F | 0x70  # the version
    octets[8] = octets[8] & 0x3F | 0x80  # the variant
    return str(uuid.UUID(bytes=bytes(octets)))


def first_id(since: datetime) -> str:
    """What no id of that time or later comes before."""
    return str(uuid.UUID(bytes=_milliseconds(since) + bytes(ENTROPY_BYTES)))


def known_id(text: str) -> str:
    """An id in its one spelling; EmailNotFound for what is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise EmailNotFound("no such mail") from error


def _milliseconds(when: datetime) -> bytes:
    return max(0, int(when.timestamp() * 1000)).to_bytes(6, "big")
