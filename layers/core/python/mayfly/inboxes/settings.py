"""Who may have an inbox, for how long, and how much it holds."""

from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Quota
from mayfly.kit.settings import FromEnvironment, made, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class InboxSettings(FromEnvironment):
    """Who may have an inbox, for how long, and how much it holds."""

    public_inboxes: bool = setting(True, "whether anybody may create public addresses")
    private_inboxes: bool = setting(True, "whether anybody may create private inboxes")
    address_lifetime_seconds: int = setting(24 * 3600, "how long an address receives mail")
    private_lifetime_seconds: int = setting(
        0, "how long a private inbox receives mail; 0 is as long as an address"
    )
    message_lifetime_seconds: int = setting(72 * 3600, "how long a message stays readable")
    cooldown_seconds: int = setting(
        30 * 24 * 3600, "how long an address that received something stays unavailable"
    )
    inbox_messages: int = setting(limits.INBOX_MESSAGES, "messages one inbox holds at most")
    inbox_bytes: int = setting(limits.INBOX_BYTES, "bytes of raw messages one inbox holds at most")
    inbox_sender_share: int = setting(
        limits.INBOX_SENDER_SHARE,
        "percent of both that one sender may fill alone, several less each; 100 is no limit",
        within(1, 100),
    )
    password_key: str = made(
        "alias/mayfly-passwords", "KMS key that seals passwords, and secrets of domains"
    )

    def __post_init__(self) -> None:
        """Check what one of them says of another."""
        super().__post_init__()
        for name in ("address_lifetime_seconds", "private_lifetime_seconds"):
            if self.message_lifetime_seconds < getattr(self, name):
                # What an inbox holds is counted until it is deleted, not until it expires.
                raise InvalidInput(f"MESSAGE_LIFETIME_SECONDS is shorter than {name.upper()}")

    @property
    def quota(self) -> Quota:
        """How much one inbox may hold."""
        return Quota(self.inbox_messages, self.inbox_bytes, self.inbox_sender_share)

    @property
    def address_lifetime(self) -> timedelta:
        """How long an address receives mail."""
        return timedelta(seconds=self.address_lifetime_seconds)

    @property
    def private_lifetime(self) -> timedelta:
        """How long a private inbox receives mail."""
        return timedelta(seconds=self.private_lifetime_seconds) or self.address_lifetime

    @property
    def message_lifetime(self) -> timedelta:
        """How long a message stays readable after it came in."""
        return timedelta(seconds=self.message_lifetime_seconds)

    @property
    def cooldown(self) -> timedelta:
        """How long an address stays unavailable after its inbox."""
        return timedelta(seconds=self.cooldown_seconds)
