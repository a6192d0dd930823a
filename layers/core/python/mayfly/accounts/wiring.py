"""The flows of accounts over their adapters."""

import secrets
import time
from dataclasses import replace
from functools import cached_property

from mayfly.accounts.dynamodb import DynamoAccounts, DynamoResets
from mayfly.accounts.password_reset import PasswordResetService
from mayfly.accounts.passwords import PasswordHashes, Passwords, common_passwords
from mayfly.accounts.registration import EmailVerifier, Registration, VerificationMails
from mayfly.accounts.registration_limits import RegistrationLimiter
from mayfly.accounts.service import AccountService, Authenticator, SessionPolicy
from mayfly.accounts.service_mails import ServiceMails
from mayfly.accounts.tokens import (
    AUDIENCE,
    RESET_AUDIENCE,
    SOCKET_AUDIENCE,
    VERIFY_AUDIENCE,
    AccountTokens,
)
from mayfly.accounts.update import AccountUpdater
from mayfly.api_keys.dynamodb import DynamoApiKeys
from mayfly.api_keys.service import ApiKeyAuthenticator, ApiKeyService
from mayfly.inboxes.wiring import InboxFlows
from mayfly.kit.ses import MAILING_CONFIG, SesServiceMailer
from mayfly.mailboxes.service import MailboxPolicy, MailboxService
from mayfly.rate_limits.dynamodb import DynamoBudgets
from mayfly.rate_limits.dynamodb_request_counts import DynamoRequestCounts
from mayfly.retention.extend import RetentionExtender
from mayfly.sending.dynamodb_suppressions import DynamoSuppressions
from mayfly.subscriptions.account_push import AccountPusher
from mayfly.subscriptions.account_service import AccountSubscriptionService
from mayfly.subscriptions.dynamodb_accounts import DynamoAccountSubscriptions


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
    def doorman(self) -> Authenticator:
        """Who is calling."""
        return Authenticator(self.accounts, self.account_tokens, self.now)

    @cached_property
    def passwords(self) -> Passwords:
        """The rules for passwords; nothing is loaded before the first."""
        return Passwords(PasswordHashes(), common_passwords)

    @cached_property
    def mailroom(self) -> ServiceMails | None:
        """Mails of our own, None without a sender."""
        settings = self.settings
        if not settings.sender_address:
            return None
        return ServiceMails(
            SesServiceMailer(
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
    def registry(self) -> Registration:
        """New accounts."""
        letters = None
        if self.mailroom is not None:
            letters = VerificationMails(self.mailroom, self.verification_tokens, self.domains.names)
        return Registration(self.accounts, self.passwords, self.now, secrets.token_bytes, letters)

    @cached_property
    def verification_tokens(self) -> AccountTokens:
        """Tokens that are mailed to who registers."""
        return replace(self.account_tokens, audiences=(VERIFY_AUDIENCE,))

    @cached_property
    def verifier(self) -> EmailVerifier:
        """Who reads the mail of an account's address."""
        hashes = self.passwords.hashes
        return EmailVerifier(self.ledger, hashes, self.verification_tokens, self.now)

    @cached_property
    def newcomers(self) -> RegistrationLimiter:
        """How many accounts come from one address."""
        counts = DynamoRequestCounts(self.counting_client, self.settings.table_name)
        return RegistrationLimiter(counts, self.settings.registrations_per_day, self.now)

    @cached_property
    def recovery(self) -> PasswordResetService:
        """Forgotten passwords."""
        return PasswordResetService(
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
    def key_gate(self) -> ApiKeyAuthenticator:
        """Who is calling with an API key."""
        return ApiKeyAuthenticator(self.api_keys, self.accounts, self.now)

    @cached_property
    def locksmith(self) -> ApiKeyService:
        """API keys, made and revoked."""
        return ApiKeyService(self.api_keys, self.ledger, self.now, secrets.token_bytes)

    @cached_property
    def ledger(self) -> AccountUpdater:
        """Accounts that several write at once."""
        return AccountUpdater(self.accounts, time.sleep)

    @cached_property
    def membership(self) -> AccountService:
        """What people do with their accounts."""
        return AccountService(
            self.ledger,
            self.inboxes,
            self.account_tokens,
            self.passwords,
            SessionPolicy.of(self.settings),
            self.now,
        )

    @cached_property
    def landlord(self) -> MailboxService:
        """The mailboxes of accounts."""
        terms = MailboxPolicy.of(self.settings)
        return MailboxService(self.ledger, self.registrar, self.host, self.messages, terms)

    @cached_property
    def lengthener(self) -> RetentionExtender:
        """What an account took over lives as long as what it receives."""
        return RetentionExtender(self.messages, self.contents, self.now)

    @cached_property
    def account_watching(self) -> DynamoAccountSubscriptions:
        """Subscriptions to accounts."""
        return DynamoAccountSubscriptions(self.table, self.settings.places)

    @cached_property
    def socket_tokens(self) -> AccountTokens:
        """Tokens of pages for the WebSocket, which takes those of accounts as well."""
        audiences = (SOCKET_AUDIENCE, AUDIENCE)
        return replace(self.account_tokens, audiences=audiences)

    @cached_property
    def account_watcher(self) -> AccountSubscriptionService:
        """Connections and the accounts they watch."""
        doorman = Authenticator(self.accounts, self.socket_tokens, self.now)
        return AccountSubscriptionService(
            doorman, self.accounts, self.account_watching, self.roll_call, self.now
        )

    @cached_property
    def account_announcer(self) -> AccountPusher:
        """New mail to those who watch an account."""
        return AccountPusher(
            self.accounts,
            self.account_watching,
            self.messages,
            self.opener,
            self.lanes,
            self.now,
        )
