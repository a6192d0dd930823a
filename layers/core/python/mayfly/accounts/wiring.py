"""The flows of accounts over their adapters."""

import secrets
import time
from dataclasses import replace
from functools import cached_property

from mayfly.accounts.dynamodb import DynamoAccounts, DynamoResets
from mayfly.accounts.mailroom import Mailroom
from mayfly.accounts.newcomers import Newcomers
from mayfly.accounts.passwords import PasswordHashes, Passwords, common_passwords
from mayfly.accounts.recovering import Recovery
from mayfly.accounts.registration import Letters, Registry, Verifier
from mayfly.accounts.service import Doorman, Membership, SessionTerms
from mayfly.accounts.tokens import (
    AUDIENCE,
    RESET_AUDIENCE,
    SOCKET_AUDIENCE,
    VERIFY_AUDIENCE,
    AccountTokens,
)
from mayfly.accounts.update import Ledger
from mayfly.api_keys.dynamodb import DynamoApiKeys
from mayfly.api_keys.service import KeyGate, Locksmith
from mayfly.inboxes.wiring import InboxFlows
from mayfly.kit.ses import MAILING_CONFIG, SesPostman
from mayfly.mailboxes.service import Landlord, MailboxTerms
from mayfly.rate_limits.dynamodb import DynamoBudgets
from mayfly.rate_limits.dynamodb_request_counts import DynamoRequestCounts
from mayfly.retention.extend import Lengthener
from mayfly.sending.dynamodb_suppressions import DynamoSuppressions
from mayfly.subscriptions.account_push import AccountAnnouncer
from mayfly.subscriptions.account_service import AccountWatcher
from mayfly.subscriptions.dynamodb_accounts import DynamoAccountWatching


class AccountFlows(InboxFlows):
    """What people do with accounts, and what reaches them."""

    @cached_property
    def accounts(self) -> DynamoAccounts:
        """The accounts."""
        return DynamoAccounts(self.table, self.settings.cooldown)

    @cached_property
    def account_tokens(self) -> AccountTokens:
        """Tokens of accounts."""
        return AccountTokens(self.signing_keys, self.now, secrets.token_bytes)

    @cached_property
    def doorman(self) -> Doorman:
        """Who is calling."""
        return Doorman(self.accounts, self.account_tokens, self.now)

    @cached_property
    def passwords(self) -> Passwords:
        """The rules for passwords; nothing is loaded before the first."""
        return Passwords(PasswordHashes(), common_passwords)

    @cached_property
    def mailroom(self) -> Mailroom | None:
        """Mails of our own, None without a sender."""
        settings = self.settings
        if not settings.sender_address:
            return None
        return Mailroom(
            SesPostman(
                lambda: self.client("sesv2", config=MAILING_CONFIG),
                settings.sender_address,
                settings.configuration_set,
            ),
            DynamoBudgets(self.table),
            DynamoSuppressions(self.table),
            DynamoRequestCounts(self.counting_client, settings.table_name),
            settings.service_mails_per_day,
            self.now,
        )

    @cached_property
    def registry(self) -> Registry:
        """New accounts."""
        letters = None
        if self.mailroom is not None:
            letters = Letters(self.mailroom, self.verification_tokens, self.domains.names)
        return Registry(self.accounts, self.passwords, self.now, secrets.token_bytes, letters)

    @cached_property
    def verification_tokens(self) -> AccountTokens:
        """Tokens that are mailed to who registers."""
        return replace(self.account_tokens, audiences=(VERIFY_AUDIENCE,))

    @cached_property
    def verifier(self) -> Verifier:
        """Who reads the mail of an account's address."""
        hashes = self.passwords.hashes
        return Verifier(self.ledger, hashes, self.verification_tokens, self.now)

    @cached_property
    def newcomers(self) -> Newcomers:
        """How many accounts come from one address."""
        counts = DynamoRequestCounts(self.counting_client, self.settings.table_name)
        return Newcomers(counts, self.settings.registrations_per_day, self.now)

    @cached_property
    def recovery(self) -> Recovery:
        """Forgotten passwords."""
        return Recovery(
            self.ledger,
            DynamoResets(self.table),
            self.passwords,
            replace(self.account_tokens, audiences=(RESET_AUDIENCE,)),
            self.now,
            self.domains.names,
            self.mailroom,
            self.settings.page_url,
        )

    @cached_property
    def api_keys(self) -> DynamoApiKeys:
        """API keys."""
        return DynamoApiKeys(self.table)

    @cached_property
    def key_gate(self) -> KeyGate:
        """Who is calling with an API key."""
        return KeyGate(self.api_keys, self.accounts, self.now)

    @cached_property
    def locksmith(self) -> Locksmith:
        """API keys, made and revoked."""
        return Locksmith(self.api_keys, self.ledger, self.now, secrets.token_bytes)

    @cached_property
    def ledger(self) -> Ledger:
        """Accounts that several write at once."""
        return Ledger(self.accounts, time.sleep)

    @cached_property
    def membership(self) -> Membership:
        """What people do with their accounts."""
        return Membership(
            self.ledger,
            self.inboxes,
            self.account_tokens,
            self.passwords,
            SessionTerms.of(self.settings),
            self.now,
        )

    @cached_property
    def landlord(self) -> Landlord:
        """The mailboxes of accounts."""
        terms = MailboxTerms.of(self.settings)
        return Landlord(self.ledger, self.registrar, self.host, self.messages, terms)

    @cached_property
    def lengthener(self) -> Lengthener:
        """What an account took over lives as long as what it receives."""
        return Lengthener(self.messages, self.contents, self.now)

    @cached_property
    def account_watching(self) -> DynamoAccountWatching:
        """Subscriptions to accounts."""
        return DynamoAccountWatching(self.table, self.settings.places)

    @cached_property
    def socket_tokens(self) -> AccountTokens:
        """Tokens of pages for the WebSocket, which takes those of accounts as well."""
        audiences = (SOCKET_AUDIENCE, AUDIENCE)
        return replace(self.account_tokens, audiences=audiences)

    @cached_property
    def account_watcher(self) -> AccountWatcher:
        """Connections and the accounts they watch."""
        doorman = Doorman(self.accounts, self.socket_tokens, self.now)
        return AccountWatcher(
            doorman, self.accounts, self.account_watching, self.roll_call, self.now
        )

    @cached_property
    def account_announcer(self) -> AccountAnnouncer:
        """New mail to those who watch an account."""
        return AccountAnnouncer(
            self.accounts,
            self.account_watching,
            self.messages,
            self.opener,
            self.lanes,
            self.now,
        )
