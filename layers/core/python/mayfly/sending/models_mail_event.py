"""What SES says of a mail later: that it was sent, delivered, bounced, complained about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mayfly.sending.models import Fate


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One word about one mail, named by what we told SES when we handed it over.

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
    fates: Mapping[str, tuple[Fate, str]] = field(default_factory=dict, repr=False)
    detail: str = field(default="", repr=False)
    suppressing: str = ""
