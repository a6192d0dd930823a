"""Accounts, wired."""

from dataclasses import replace
from functools import cached_property

from mayfly.accounts.approval import ApprovalService
from mayfly.accounts.password_reset import PasswordResetService
from mayfly.accounts.passwords import PasswordChanger, PasswordHashes, Passwords, common_passwords
from mayfly.accounts.registration import (
    EmailVerifier,
    Registration,
    RegistrationLimiter,
    VerificationMails,
)
from mayfly.accounts.service import AccountService, SessionPolicy
from mayfly.accounts.service_mails import ServiceMails
from mayfly.accounts.tokens import (
    AUDIENCE,
    RESET_AUDIENCE,
    SOCKET_AUDIENCE,
    VERIFY_AUDIENCE,
    AccountTokens,
    Authenticator,
)
from mayfly.accounts.updater import AccountUpdater
from mayfly.assembly import Wiring


class AccountWiring(Wiring):
    """What people do with accounts, and what reaches them."""

    @cached_property
    def tokens(self) -> AccountTokens:
        return AccountTokens(self.adapters.signing_keys, self.now, self.entropy)

    @cached_property
    def verification_tokens(self) -> AccountTokens:
        return replace(self.tokens, audiences=(VERIFY_AUDIENCE,))

    @cached_property
    def socket_tokens(self) -> AccountTokens:
        """Tokens of pages for the WebSocket, which takes those of accounts as well."""
        return replace(self.tokens, audiences=(SOCKET_AUDIENCE, AUDIENCE))

    @cached_property
    def authenticator(self) -> Authenticator:
        return Authenticator(self.adapters.accounts, self.tokens, self.now)

    @cached_property
    def socket_authenticator(self) -> Authenticator:
        return Authenticator(self.adapters.accounts, self.socket_tokens, self.now)

    @cached_property
    def updater(self) -> AccountUpdater:
        return AccountUpdater(self.adapters.accounts, self.pause)

    @cached_property
    def passwords(self) -> Passwords:
        """The rules for passwords; nothing is loaded before the first."""
        return Passwords(PasswordHashes(), common_passwords)

    @cached_property
    def password_changer(self) -> PasswordChanger:
        return PasswordChanger(self.updater, self.passwords)

    @cached_property
    def service(self) -> AccountService:
        return AccountService(
            self.updater,
            self.adapters.inboxes,
            self.tokens,
            self.passwords,
            SessionPolicy.of(self.settings),
            self.now,
            self.flows.webhooks.forget_account,
        )

    @cached_property
    def service_mails(self) -> ServiceMails | None:
        """Emails of our own, None without a sender."""
        ports, settings = self.adapters, self.settings
        if not settings.sender_address:
            return None
        return ServiceMails(
            ports.postman,
            ports.budgets,
            ports.suppressions,
            ports.request_counts,
            settings.service_mails_per_day,
            self.now,
        )

    @cached_property
    def registration(self) -> Registration:
        mails = None
        if self.service_mails is not None:
            ours = self.flows.domains.register.names
            mails = VerificationMails(self.service_mails, self.verification_tokens, ours)
        return Registration(self.adapters.accounts, self.passwords, self.now, self.entropy, mails)

    @cached_property
    def verification(self) -> EmailVerifier:
        hashes = self.passwords.hashes
        return EmailVerifier(self.updater, hashes, self.verification_tokens, self.now)

    @cached_property
    def registration_limiter(self) -> RegistrationLimiter:
        most = self.settings.registrations_per_day
        return RegistrationLimiter(self.adapters.request_counts, most, self.now)

    @cached_property
    def password_reset(self) -> PasswordResetService:
        return PasswordResetService(
            self.updater,
            self.adapters.resets,
            self.passwords,
            replace(self.tokens, audiences=(RESET_AUDIENCE,)),
            self.now,
            self.flows.domains.register.names,
            self.service_mails,
            self.settings.page_url,
        )

    @cached_property
    def approval(self) -> ApprovalService:
        ports, is_needed = self.adapters, self.settings.sending_needs_approval
        return ApprovalService(ports.approvals, ports.accounts, is_needed, self.now)
