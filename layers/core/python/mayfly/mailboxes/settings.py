"""The mailboxes of an account."""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.errors import InvalidInput
from mayfly.kit.settings import FromEnvironment, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class MailboxSettings(FromEnvironment):
    """The mailboxes of an account."""

    max_mailboxes_per_user: int = setting(5, "active mailboxes of one account at most")
    mailbox_lifetime_seconds: int = setting(
        7 * 24 * 3600, "how long an account's mailbox receives mail, unless it is extended"
    )
    mailbox_message_lifetime_seconds: int = setting(
        30 * 24 * 3600, "how long a message in an account's mailbox stays readable"
    )

    def __post_init__(self) -> None:
        """Check what one of them says of another."""
        super().__post_init__()
        if self.mailbox_message_lifetime_seconds < self.mailbox_lifetime_seconds:
            raise InvalidInput(
                "MAILBOX_MESSAGE_LIFETIME_SECONDS is shorter than MAILBOX_LIFETIME_SECONDS"
            )

    @property
    def mailbox_lifetime(self) -> timedelta:
        """How long an account's mailbox receives mail, and how much longer once extended."""
        return timedelta(seconds=self.mailbox_lifetime_seconds)

    @property
    def mailbox_message_lifetime(self) -> timedelta:
        """How long a message in an account's mailbox stays readable after it came in."""
        return timedelta(seconds=self.mailbox_message_lifetime_seconds)
