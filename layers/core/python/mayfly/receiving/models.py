"""A mail that was accepted, and what becomes of it for each of its recipients."""

from dataclasses import dataclass, replace
from enum import StrEnum

from mayfly import prices
from mayfly.inboxes.ids import MailKey, MessageId


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail we answer for: its key, its raw object, and how many deliveries it has in all.

    The number is written with each delivery, so that whoever sees the last one knows it.
    `chunks` is this delivery's part of what the mail costs by its size. `is_read_anew` says that
    nobody keeps its content: who opens it reads the raw mail. Of a recovered one the recipients are
    known from its headers only, which may not have named all.
    """

    mail: MailKey
    object_key: str
    deliveries: int
    chunks: int = 0
    is_read_anew: bool = False
    is_recovered: bool = False

    def of_size(self, size_bytes: int) -> "Accepted":
        """The same of a mail of so many bytes: its chunks go evenly to its deliveries."""
        chunks = size_bytes // prices.CHUNK_BYTES
        return replace(self, chunks=-(-chunks // self.deliveries))


class DropReason(StrEnum):
    """Why an accepted mail was not stored for a recipient. Each is counted by this name."""

    UNKNOWN_RECIPIENT = "unknown_recipient"
    EXPIRED_RECIPIENT = "expired_recipient"
    DELETED_RECIPIENT = "deleted_recipient"
    INBOX_FULL = "inbox_full"
    SENDER_SHARE = "sender_share"  # its sender has as much of the inbox as one sender may
    TOO_LARGE = "too_large"
    TOO_LATE = "too_late"  # its messages' lifetime was over before it could be delivered


FULL = frozenset({DropReason.INBOX_FULL, DropReason.SENDER_SHARE})
"""The reasons that the owner of the inbox can do something about: delete messages."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The mail is a message of the inbox. `repeated` says that it already was."""

    message: MessageId
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The mail was left out of the inbox, for this reason."""

    reason: DropReason
    repeated: bool = False


Outcome = Stored | Dropped


class MailProgress(StrEnum):
    """How far a mail has come, all its deliveries together."""

    UNHEARD = "unheard"  # no delivery of it is known: its notice is under way, or lost
    LIVE = "live"  # somebody has it, or is still to get it
    OVER = "over"  # every delivery is settled and no message of it is left


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries (mail x recipient) ended how, since the deployment began.

    accepted = stored + the sum of dropped. `failed_attempts` counts notices that were not settled
    and went back to the queue, each time anew; its failures may go uncounted.
    """

    accepted: int
    stored: int
    dropped: dict[DropReason, int]
    failed_attempts: int = 0
    chunks: int = 0
