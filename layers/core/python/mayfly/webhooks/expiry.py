"""Telling that an inbox's time is over, when it is: nothing changes in the table then.

Where a webhook wants to hear of it, a schedule looks at the inbox at that time; where none does, it
costs nothing. An inbox that was given more time meanwhile is looked at again at its new end.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mayfly import limits
from mayfly.accounts.models import AccountId
from mayfly.accounts.ports import Accounts
from mayfly.errors import InboxNotFound
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.webhooks.changes import inbox_expired
from mayfly.webhooks.events import EventTeller
from mayfly.webhooks.models import HookOwner, Kind
from mayfly.webhooks.ports import ExpiryLook, WebhookWakes


@dataclass(frozen=True, slots=True)
class ExpiryTeller:
    """Tells of inboxes whose time is over."""

    inboxes: Inboxes
    accounts: Accounts
    teller: EventTeller
    wakes: WebhookWakes
    now: Clock

    def expected(self, inbox: Inbox) -> Callable[[], None]:
        """Read whether somebody is to hear of its end; what is returned sees to it."""
        if not self.teller.wanting(inbox_expired(inbox)):
            return lambda: None
        return lambda: self.watch(inbox)

    def watch_all(self, owner: HookOwner) -> None:
        """Look at each inbox that this owner has now, when its time is over.

        The deployment's are too many: of those, it hears of inboxes that are made from now on.
        """
        now = self.now()
        if owner.kind is Kind.INBOX:
            self.watch(self.inboxes.get(InboxId.parse(owner.id)))
        elif owner.kind is Kind.ACCOUNT:
            account = self.accounts.get(AccountId.parse(owner.id))
            for mailbox in self.accounts.mailboxes(account):
                if mailbox.is_active(now):
                    self.watch(mailbox)

    def watch(self, inbox: Inbox) -> None:
        """Look at it when its time is over. Safe to repeat."""
        wait = inbox.expires_at - self.now()
        look = ExpiryLook(str(inbox.id))
        if wait <= limits.ORDER_DELAY:
            self.wakes.look(look, wait)
        else:
            self.wakes.schedule_look(look, inbox.expires_at)

    def look(self, look: ExpiryLook) -> None:
        """Tell of it, if it is over; nothing for one that was deleted."""
        try:
            inbox = self.inboxes.get(InboxId.parse(look.inbox))
        except InboxNotFound:
            return
        if inbox.deleted_at is not None:
            return
        if inbox.expires_at > self.now():
            self.watch(inbox)
        else:
            self.teller.tell(inbox_expired(inbox))
