"""Make inboxes at chosen names with passwords, exchange those for tokens, and list in pages."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.accounts.passwords import Passwords
from mayfly.domains.models import UnknownDomain
from mayfly.errors import AddressTaken, InvalidAddress, InvalidInput, Unauthenticated
from mayfly.inboxes.access import Bearer, inbox_at
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.names import chosen_local_part
from mayfly.inboxes.service import InboxService
from mayfly.mail.address import Address
from mayfly.mailtm.models import FIRST_PAGE, PAGE_MESSAGES, Violation, check_password
from mayfly.messages.models import Message
from mayfly.messages.service import MessageService
from mayfly.private_inboxes.service import InboxWithToken, PrivateInboxService

NO_LOGIN = "Invalid credentials."
"""What mail.tm says, and some of its clients look for."""


@dataclass(frozen=True, slots=True)
class MailTmService:
    """mail.tm's accounts, which are private inboxes here."""

    inbox_service: InboxService
    private_inboxes: PrivateInboxService
    messages: MessageService
    passwords: Passwords

    def make(self, text: str, password: str) -> Inbox:
        """A new private inbox at this address; the password opens it, besides its tokens.

        Violation says which of the two cannot be, and that an address is taken, or was lately.
        NotPermitted, BudgetSpent.
        """
        address = self._possible(text)
        is_public = self.inbox_service.policy.is_public
        check_password(password, address.local, is_told=is_public)
        if password.lower() in self.passwords.common():
            raise Violation("password", "This value is one of the most common passwords.")
        kept = self.passwords.hashes.hash(password)
        try:
            return self.inbox_service.make_chosen(address, kept)
        except AddressTaken as error:
            raise Violation("address", "This value is already used.") from error

    def login(self, address: Address, password: str) -> InboxWithToken:
        """A token for the inbox that has this password, for as long as the inbox takes mail.

        The password was chosen (`make`), or generated with the inbox by an admin. Unauthenticated,
        with the same words after the same work, for everything else: a wrong password, no inbox,
        one that has expired or is deleted, one that has no password.
        """
        service = self.private_inboxes
        service.tokens.check_keys()
        inbox, now = inbox_at(service.inboxes, address), service.now()
        is_right = self._opens(inbox, password)
        if inbox is None or not is_right or not inbox.is_active(now):
            raise Unauthenticated(NO_LOGIN)
        return InboxWithToken(inbox, service.tokens.issue(inbox, inbox.expires_at - now))

    def page(self, bearer: Bearer, number: int) -> tuple[Inbox, list[Message]]:
        """The inbox, and the messages of this page of it, newest first; none beyond the last.

        InboxNotFound and Unauthenticated as for every reader of the inbox.
        """
        inbox = self.private_inboxes.show(bearer)
        before = (number - FIRST_PAGE) * PAGE_MESSAGES
        if before >= inbox.held_messages:
            return inbox, []
        cursor = None
        while before:
            step = min(before, limits.MAILBOX_PAGE_MESSAGES)
            cursor = self.messages.page(bearer, step, cursor).cursor
            if cursor is None:  # some of them are hidden, or gone since
                return inbox, []
            before -= step
        return inbox, self.messages.page(bearer, PAGE_MESSAGES, cursor).messages

    def _possible(self, text: str) -> Address:
        """The address as it would be made; Violation for one that nobody can have."""
        try:
            wanted = Address.parse(text)
            domain = self.inbox_service.domains.chosen(wanted.domain)
        except InvalidAddress as error:
            raise Violation("address", "This value is not a valid email address.") from error
        except UnknownDomain as error:
            raise Violation("address", f'The domain "{wanted.domain}" is not valid.') from error
        try:
            return Address(chosen_local_part(wanted.local), domain)
        except InvalidInput as error:
            raise Violation("address", f"This name is not possible: {error}.") from error

    def _opens(self, inbox: Inbox | None, password: str) -> bool:
        """Whether it is this inbox's password. One slow computation, whatever the inbox is."""
        hashes = self.passwords.hashes
        kept = inbox.token_hash if inbox and inbox.access is Access.TOKEN else ""
        if hashes.made(kept):
            return hashes.verify(kept, password)
        hashes.verify(hashes.nobody(), password)
        return inbox is not None and bool(kept) and inbox.opens_with(password)
