"""When a message expires, and how older messages get the lifetime that newer ones have.

DynamoDB's TTL removes the row, maybe days later, so readers compare the time too; hearing of that
removal, `functions.sweep` removes the raw message (`Eraser.forget`). Contents have a TTL, too.
"""

from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock
from mayfly.messages.ports import Messages
from mayfly.storage.ports import Contents


def expiry_of(received_at: datetime, inbox: Inbox) -> datetime:
    """The end of a message: the inbox's message lifetime after it was received."""
    return received_at + inbox.message_lifetime


@dataclass(frozen=True, slots=True)
class RetentionExtender:
    """Gives older messages of an inbox the lifetime that newer ones get."""

    messages: Messages
    contents: Contents
    now: Clock

    def lengthen(self, inbox: Inbox) -> None:
        """Let each readable message live for the inbox's message lifetime; safe to repeat.

        Two writes for each, the content's first: a message never outlives what it shows.
        """
        last = 0
        while True:
            page = self.messages.after(inbox.id, last, limits.MAX_PAGE_MESSAGES, self.now())
            for message in page:
                end = expiry_of(message.summary.received_at, inbox)
                if message.expires_at < end:
                    if not message.object_key:
                        self.contents.keep(message.id.mail, end)
                    self.messages.lengthen(message.id, end)
            if len(page) < limits.MAX_PAGE_MESSAGES:
                return
            last = page[-1].id.sequence
