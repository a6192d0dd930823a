"""What became of one mail for one recipient."""

from dataclasses import dataclass
from enum import StrEnum

from mayfly.inboxes.ids import MessageId


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
