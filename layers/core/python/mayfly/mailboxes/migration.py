"""Move the mailbox of an anonymous session to an account, as a login with `migrateSession` asks."""

from dataclasses import dataclass, replace

from mayfly.accounts.models import Account
from mayfly.inboxes.access import Bearer, active_inbox
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mailboxes.service import MailboxService


@dataclass(frozen=True, slots=True)
class MailboxMigration:
    """Makes guests' mailboxes those of accounts."""

    mailboxes: MailboxService

    def adopt(self, account: Account, grant: TokenClaims) -> Inbox:
        """Make the inbox of an anonymous session the account's; the session's token is dead.

        Its messages and their numbers stay. InboxNotFound or Unauthenticated for a session that
        does not go on, MailboxesFull.
        """
        updater, inbox_service = self.mailboxes.updater, self.mailboxes.inbox_service
        policy = self.mailboxes.policy

        def step(fresh: Account) -> Inbox:
            now = inbox_service.now()
            inbox = active_inbox(inbox_service.inboxes, Bearer(str(grant.inbox), grant), now)
            mailbox = replace(
                inbox,
                access=Access.OWNER,
                owner=str(fresh.id),
                token_version=inbox.token_version + 1,
                expires_at=max(inbox.expires_at, now + policy.lifetime),
                message_lifetime=max(inbox.message_lifetime, policy.message_lifetime),
            )
            updater.accounts.adopt(self.mailboxes.with_place(fresh, mailbox), mailbox, now)
            return mailbox

        return updater.write(account, step)
