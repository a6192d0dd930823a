"""What became of one mail for one recipient."""

from dataclasses import dataclass
from enum import StrEnum

from mayfly.domain.identity import MessageId


class DropReason(StrEnum):
    """Why an accepted mail was not stored for a recipient. Each is counted by this name."""

    UNKNOWN_RECIPIENT = "unknown_recipient"
    EXPIRED_RECIPIENT = "expired_recipient"
    DELETED_RECIPIENT = "deleted_recipient"
    INBOX_FULL = "inbox_full"
    TOO_LARGE = "too_large"


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


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries (mail x recipient) ended how, since the deployment began.

    accepted = stored + the sum of dropped.
    """

    accepted: int
    stored: int
    dropped: dict[DropReason, int]
