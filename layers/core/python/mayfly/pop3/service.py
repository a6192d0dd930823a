"""Inboxes that show a POP3 mailbox: make them, fetch into them, change what opens the mailbox."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly import limits
from mayfly.batches.models import password_of
from mayfly.domains.models import MailServer
from mayfly.domains.service import DomainService
from mayfly.errors import (
    Contended,
    DomainNotFound,
    InvalidInput,
    NotPermitted,
    PasswordKeyUnavailable,
    SecretsUnavailable,
)
from mayfly.inboxes.access import Bearer, active_inbox
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Batches, Inboxes
from mayfly.inboxes.service import InboxService
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.kit.tokens.ports import PasswordKeys
from mayfly.mail.address import Address
from mayfly.pop3.fetching import Fetcher
from mayfly.pop3.models import (
    PORTS,
    Credentials,
    NoPop3Mailbox,
    Pop3Account,
    Pop3Failed,
    Stage,
    Trouble,
    Wanted,
)
from mayfly.pop3.ports import InboxSecrets, Pop3Accounts, Pop3Servers


@dataclass(frozen=True, slots=True)
class Pop3Keys:
    """What seals credentials, and what opens those of generated inboxes."""

    secrets: InboxSecrets
    batches: Batches
    passwords: PasswordKeys

    def sealed(self, inbox: Inbox, credentials: Credentials) -> bytes:
        """Credentials as they are kept; SecretsUnavailable if they cannot be sealed now."""
        whole = json.dumps([credentials.username, credentials.password])
        return self.secrets.seal(str(inbox.id), whole.encode())

    def credentials(self, inbox: Inbox, account: Pop3Account) -> Credentials:
        """What opens the mailbox; a generated inbox has its address and its own password.

        SecretsUnavailable or PasswordKeyUnavailable if it cannot be opened now.
        """
        if account.sealed:
            return Credentials(*json.loads(self.secrets.open(str(inbox.id), account.sealed)))
        batch = self.batches.get(inbox.batch)
        secret = self.passwords.open(batch.id, batch.sealed)
        return Credentials(str(inbox.address), password_of(secret, inbox.id))


@dataclass(frozen=True, slots=True)
class Pop3Service:
    """What holders of inboxes do with their POP3 mailboxes."""

    inbox_service: InboxService
    inboxes: Inboxes
    accounts: Pop3Accounts
    servers: Pop3Servers
    keys: Pop3Keys
    domains: DomainService
    fetcher: Fetcher
    now: Clock
    is_on: bool = True
    with_private: bool = False

    def make(self, wanted: Wanted, check_keys: Callable[[], None]) -> Inbox:
        """A new inbox that shows the mailbox, with what could be fetched at once.

        Pop3Failed, and nothing is made, if it cannot be opened or has no UIDL. InvalidInput names
        the field that cannot be; NotPermitted where there are no such inboxes.
        """
        if not self.is_on:
            raise NotPermitted("external inboxes are turned off here (setting EXTERNAL_INBOXES)")
        check_keys()
        address = Address.parse(wanted.address)
        server = self._server(address, wanted.server)
        inbox = self.inbox_service.new_external(address)
        now = to_the_millisecond(self.now())
        account = Pop3Account(
            inbox.id,
            inbox.expires_at,
            now,
            server if wanted.server else None,
            deletes=wanted.deletes,
        ).turn(now)
        with self.servers.open(server, wanted.credentials) as session:
            listing = session.listing(limits.POP3_NEWEST)
            with self.inbox_service.spending(1):
                sealed = self.keys.sealed(inbox, wanted.credentials)
                account = replace(account, sealed=sealed)
                self.accounts.place(inbox, account, now)
            after = self.fetcher.take(inbox, account, session, listing)
        self.accounts.put(after, account.next_at)
        return inbox

    def fetch(self, bearer: Bearer) -> tuple[Trouble | None, int]:
        """Fetch what is new, if it is time; what is wrong with the mailbox, if something is.

        With the number of the newest message before. Of two calls at a time one logs in.
        Pop3Failed if something is wrong with the server and the inbox never had a message.
        """
        inbox = active_inbox(self.inboxes, bearer, self.now())
        trouble = self._fetched(inbox)
        is_theirs = trouble is not None and trouble.stage is not Stage.SERVICE
        if trouble is not None and is_theirs and not self.inboxes.get(inbox.id).sequence:
            raise Pop3Failed(trouble)
        return trouble, inbox.sequence

    def change(self, bearer: Bearer, credentials: Credentials) -> Inbox:
        """Open the mailbox with these from now on; fetches, too.

        Pop3Failed, and nothing is changed, if they do not open it; Contended while a fetch is going
        on; NoPop3Mailbox if the inbox shows none.
        """
        inbox = active_inbox(self.inboxes, bearer, self.now())
        account, seen = self._account(inbox)
        if account.busy_until is not None and self.now() < account.busy_until:
            raise Contended("a fetch from this mailbox is going on")
        server = self._server_of(inbox, account)
        mine = account.turn(to_the_millisecond(self.now()))
        if not self.accounts.put(mine, seen):
            raise Contended("a fetch from this mailbox is going on")
        try:
            with self.servers.open(server, credentials) as session:
                listing = session.listing(limits.POP3_NEWEST)
                sealed = self.keys.sealed(inbox, credentials)
                changed = replace(mine, sealed=sealed)
                after = self.fetcher.take(inbox, changed, session, listing)
        except Pop3Failed as failed:
            # They were not those that are kept: these have failed no more often than before.
            self.accounts.put(replace(mine, busy_until=None), mine.next_at)
            raise failed
        self.accounts.put(after, mine.next_at)
        return inbox

    def host_of(self, wanted: Wanted) -> str:
        """The server that the mailbox lies at; raises as `make` if it cannot be."""
        return self._server(Address.parse(wanted.address), wanted.server).host

    def shown(self, bearer: Bearer) -> tuple[str, str]:
        """The address that the inbox shows, and the host of its mailbox; NoPop3Mailbox."""
        inbox = active_inbox(self.inboxes, bearer, self.now())
        account, _ = self._account(inbox)
        return str(inbox.shown_address), self._server_of(inbox, account).host

    def _fetched(self, inbox: Inbox) -> Trouble | None:
        try:
            account, seen = self._account(inbox)
            server = self._server_of(inbox, account)
        except NoPop3Mailbox:
            return None
        now = to_the_millisecond(self.now())
        if account.has_stopped or now < account.next_at:
            return account.trouble
        mine = account.turn(now)
        if not self.accounts.put(mine, seen):
            return account.trouble
        try:
            with self.servers.open(server, self.keys.credentials(inbox, account)) as session:
                listing = session.listing(limits.POP3_NEWEST)
                after = self.fetcher.take(inbox, mine, session, listing)
        except Pop3Failed as failed:
            after = mine.failed(failed.trouble)
        except (SecretsUnavailable, PasswordKeyUnavailable) as error:
            after = mine.failed(Trouble(Stage.SERVICE, str(error)))
        self.accounts.put(after, mine.next_at)
        return after.trouble

    def _account(self, inbox: Inbox) -> tuple[Pop3Account, datetime | None]:
        """What is kept, with its version; of a generated inbox nothing may be kept yet."""
        if not inbox.is_fetched:
            raise NoPop3Mailbox("this inbox shows no POP3 mailbox")
        account = self.accounts.get(inbox.id)
        if account is not None:
            return account, account.next_at
        if not inbox.batch:
            raise NoPop3Mailbox("this inbox shows no POP3 mailbox")
        return Pop3Account(inbox.id, inbox.expires_at, to_the_millisecond(self.now())), None

    def _server_of(self, inbox: Inbox, account: Pop3Account) -> MailServer:
        domain = inbox.shown_address.domain
        server = account.server or self.domains.register.server_of(domain)
        if server is None:
            raise NoPop3Mailbox("the inbox's domain has no POP3 server any more")
        return server

    def _server(self, address: Address, named: MailServer | None) -> MailServer:
        """Where the mailbox of the address lies; at our own domains, only where admins say.

        So nobody is shown one of our addresses whose mail goes elsewhere.
        """
        of_domain = self.domains.register.server_of(address.domain)
        if of_domain is None and self._is_ours(address.domain):
            raise InvalidInput(
                f"email_address is at a mail domain of ours, {address.domain}: its mail comes by"
                ' itself, to inboxes of mode "generated"'
            )
        if of_domain is not None and named not in (None, of_domain):
            raise InvalidInput(f"pop3_host: the mail of {address.domain} lies elsewhere")
        server = named or of_domain
        if server is None:
            raise InvalidInput(f"pop3_host is needed: nothing is known of {address.domain}")
        if server.port not in PORTS and not self.with_private:
            raise InvalidInput(f"pop3_port must be one of {', '.join(map(str, PORTS))}")
        if not server.tls and server.port == max(PORTS):
            raise InvalidInput(f"pop3_tls must be true at port {server.port}")
        return server

    def _is_ours(self, domain: str) -> bool:
        if domain in self.domains.register.names():
            return True
        try:
            self.domains.claims.holder(domain)
        except DomainNotFound:
            return False
        return True
