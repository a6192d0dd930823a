"""Lengthening: what an anonymous session received lives on once an account has its mailbox."""

from dataclasses import dataclass

from mayfly.blueprint import limits
from mayfly.domain.inbox import Inbox
from mayfly.ports.machine import Clock
from mayfly.ports.mails import Contents
from mayfly.ports.messages import Messages


@dataclass(frozen=True, slots=True)
class Lengthener:
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
                end = message.summary.received_at + inbox.message_lifetime
                if message.expires_at < end:
                    if not message.object_key:
                        self.contents.keep(message.id.mail, end)
                    self.messages.lengthen(message.id, end)
            if len(page) < limits.MAX_PAGE_MESSAGES:
                return
            last = page[-1].id.sequence
