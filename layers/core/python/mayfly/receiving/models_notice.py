"""The notice: what the receiving side tells of a mail it has accepted and stored."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.inboxes.ids import MailKey, mail_key
from mayfly.messages.models import Verdicts


@dataclass(frozen=True, slots=True)
class Notice:
    """One accepted mail: where its bytes are, and the envelope, which alone decides delivery.

    `recipients` are RCPT TO addresses as the sender spelled them; the `To` header is never asked.
    `sender` is MAIL FROM, empty for the null sender, None where it is not known.
    """

    bucket: str
    object_key: str
    recipients: tuple[str, ...]
    received_at: datetime
    verdicts: Verdicts
    recovered: bool = False
    sender: str | None = None

    @property
    def mail(self) -> MailKey:
        """The key of the mail; repeated notices of one mail agree on it."""
        return mail_key(self.object_key)

    @property
    def message_id(self) -> str:
        """See `ses_name`."""
        return ses_name(self.object_key)


def ses_name(object_key: str) -> str:
    """SES's name for the mail that it has stored under this key: the key's last part."""
    return object_key.rpartition("/")[2]
