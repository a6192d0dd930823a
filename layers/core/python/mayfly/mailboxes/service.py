"""Mailboxes: the inboxes of an account, made, extended and closed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.updater import AccountUpdater
from mayfly.domains.models import MailDomain
from mayfly.domains.service import DomainService
from mayfly.errors import MailboxesFull, NotExtendable
from mayfly.inboxes.access import Holder, Owner, known_inbox
from mayfly.inboxes.ids import GENERATION_BYTES, InboxId
from mayfly.inboxes.models import Access, Held, Inbox
from mayfly.inboxes.names import chosen_local_part
from mayfly.inboxes.service import InboxService
from mayfly.mail.address import Address
from mayfly.mailboxes.settings import MailboxSettings
from mayfly.messages.ports import Messages


@dataclass(frozen=True, slots=True)
class MailboxPolicy:
    """How many active mailboxes an account may have, and how long they and their emails live."""

    most: int
    lifetime: timedelta
    message_lifetime: timedelta

    @classmethod
    def of(cls, settings: MailboxSettings) -> "MailboxPolicy":
        """What the settings offer."""
        return cls(
            settings.max_mailboxes_per_user,
            settings.mailbox_lifetime,
            settings.mailbox_message_lifetime,
        )


@dataclass(frozen=True, slots=True)
class MailboxService:
    """Gives mailboxes to accounts.

    Whatever makes one active is one transaction with the account at its revision. So nobody gets
    more than they may have, however many calls run at once.
    """

    updater: AccountUpdater
    inbox_service: InboxService
    domains: DomainService
    messages: Messages
    policy: MailboxPolicy

    def make(self, account: Account, alias: str | None, domain: str | None) -> Inbox:
        """A new mailbox with the chosen name, or with a friendly one, at a domain they may use.

        InvalidInput for a name that cannot be, AddressTaken for one that somebody has or had
        lately, MailboxesFull, BudgetSpent.
        """
        at = self.domains.chosen(str(account.id), domain)
        chosen = None if alias is None else chosen_local_part(alias, bool(at.owner))
        with self.inbox_service.spending(1):
            if chosen is not None:
                return self._open(account, chosen, at)
            return self.inbox_service.with_free_name(lambda local: self._open(account, local, at))

    def mailboxes(self, account: Account) -> list[Inbox]:
        """All that are not deleted, oldest first; those that have expired may still show mail."""
        return self.updater.accounts.mailboxes(account)

    def show(self, holder: Holder) -> Inbox:
        """The mailbox, active or expired; InboxNotFound if it is deleted or somebody else's."""
        return known_inbox(self.inbox_service.inboxes, holder, self._now())

    def extend(self, account: Account, mailbox: str) -> Inbox:
        """Let it live for another term from its end, or from now if it has expired.

        Never so long that an email of now would end before it: NotExtendable when nothing is to be
        gained, or the account has lost the domain. An expired one needs a free place:
        MailboxesFull. What has expired in it meanwhile counts no more against its quota.
        """

        def step(fresh: Account) -> Inbox:
            before, now = self.show(_owner(fresh, mailbox)), self._now()
            if not self.domains.receives(before):
                raise NotExtendable(f"you have no active domain {before.address.domain} any more")
            end = max(now, before.expires_at) + self.policy.lifetime
            end = min(end, now + before.message_lifetime)
            shortest = min(limits.SHORTEST_EXTENSION, self.policy.lifetime / 2)
            if end - before.expires_at < shortest:
                days = before.message_lifetime.days
                raise NotExtendable(f"the mailbox lives for {days} days already; extend it later")
            senders = self._held(before.id, now)
            after = replace(
                before,
                expires_at=end,
                held_messages=sum(each.messages for each in senders.values()),
                held_bytes=sum(each.size_bytes for each in senders.values()),
                senders=dict.fromkeys(before.senders, Held())
                | {place: held for place, held in senders.items() if place},
            )
            self.updater.accounts.extend(self.with_place(fresh, after), before, after)
            return after

        return self.updater.write(account, step)

    def close(self, account: Account, mailbox: str) -> Inbox:
        """Delete the mailbox and all it holds, also after it has expired."""
        inbox = self.show(_owner(account, mailbox))
        self.inbox_service.inboxes.close(inbox.id, self._now())
        self.updater.change(account, lambda fresh: fresh.without_mailbox(inbox.id))
        return inbox

    def with_place(self, account: Account, mailbox: Inbox) -> Account:
        """The account with this mailbox on its list, off which goes what shows nothing any more."""
        now = self._now()
        others = [each for each in self.mailboxes(account) if each.id != mailbox.id]
        if sum(each.is_active(now) for each in others) >= self.policy.most:
            raise MailboxesFull(
                f"an account may have {self.policy.most} active mailboxes (MAX_MAILBOXES_PER_USER)"
            )
        kept = [each.id for each in others if _may_show_something(each, now)]
        if len(kept) >= limits.LISTED_MAILBOXES:
            raise MailboxesFull(
                f"{limits.LISTED_MAILBOXES} mailboxes, most of them expired, still hold mail;"
                " delete some"
            )
        return replace(account, mailboxes=(*kept, mailbox.id))

    def _open(self, account: Account, local: str, at: MailDomain) -> Inbox:
        now, address = self._now(), Address(local, at.name)
        mailbox = Inbox(
            id=InboxId.make(address, self.inbox_service.entropy(GENERATION_BYTES)),
            address=address,
            access=Access.OWNER,
            created_at=now,
            expires_at=now + self.policy.lifetime,
            message_lifetime=self.policy.message_lifetime,
            token_hash="",
            owner=str(account.id),
            domain_id=at.id if at.owner else "",
        )
        self.updater.write(
            account,
            lambda fresh: self.updater.accounts.open_mailbox(
                self.with_place(fresh, mailbox), mailbox, now
            ),
        )
        return mailbox

    def _held(self, mailbox: InboxId, now: datetime) -> dict[str, Held]:
        """How much can be read in it, by the places of the senders."""
        senders: dict[str, Held] = {}
        last = 0
        while True:
            page = self.messages.after(mailbox, last, limits.MAX_PAGE_MESSAGES, now)
            for each in page:
                held = senders.get(each.place, Held())
                senders[each.place] = held.and_one(each.summary.size_bytes)
            if len(page) < limits.MAX_PAGE_MESSAGES:
                return senders
            last = page[-1].id.sequence

    def _now(self) -> datetime:
        return self.inbox_service.now()


def _owner(account: Account, mailbox: str) -> Owner:
    return Owner(mailbox, str(account.id))


def _may_show_something(mailbox: Inbox, now: datetime) -> bool:
    is_over = mailbox.expires_at + mailbox.message_lifetime <= now
    return mailbox.is_active(now) or (mailbox.held_messages > 0 and not is_over)
