"""Registration: make accounts, without disclosing which there are.

Where the deployment has a sender, an account counts once its owner has shown that they read
its address's mail and know its password. One email goes out for each registration, whichever it
is.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from mayfly import limits
from mayfly.accounts.models import Account, AccountId, AccountTaken
from mayfly.accounts.passwords import PasswordHashes, Passwords
from mayfly.accounts.ports import Accounts
from mayfly.accounts.service_mails import ServiceMails
from mayfly.accounts.tokens import AccountTokens
from mayfly.accounts.updater import AccountUpdater
from mayfly.errors import (
    AccountNotFound,
    InvalidAddress,
    InvalidInput,
    RateLimited,
    Unauthenticated,
)
from mayfly.inboxes.ids import GENERATION_BYTES
from mayfly.kit.clock import Clock, Entropy
from mayfly.mail.address import Address
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.sending.draft import Correspondent

_HOURS = limits.VERIFICATION_LIFETIME.total_seconds() // 3600
_NO_PROOF = "this token verifies no account, or not any more; register again to get another"
NEW_SUBJECT = "Verify your e-mail address"
NEW_TEXT = """\
Somebody, probably you, has registered this e-mail address for an account.

To verify it, send this token and the password you chose to the API within {hours:.0f} hours:

POST /api/users/verify
{{"token": "{token}", "password": "..."}}

If it was not you, do nothing: without the token nobody can use the account, and it will be removed.
"""
KNOWN_SUBJECT = "You have an account already"
KNOWN_TEXT = """\
Somebody, probably you, has registered this e-mail address for an account. It has one already, which
is as it was: log in with the password that you chose for it.

If it was not you, do nothing. Whoever it was has not been told that there is an account.
"""


def check_reachable(email: Address, ours: Collection[str]) -> None:
    """InvalidInput if a message to this address could not go out, or would show nothing.

    SES takes no local part beyond ASCII, one that is quoted may be read as more than one address,
    and an address of ours belongs to somebody for a day.
    """
    if email.domain in ours:
        raise InvalidInput("use an address of your own: those of this service end")
    try:
        Correspondent.parse(str(email))
    except InvalidAddress as error:
        words = "no mail can be sent to an address in quotes or beyond ASCII, nor without a domain"
        raise InvalidInput(words) from error


@dataclass(frozen=True, slots=True)
class VerificationMails:
    """Sends messages to those who register: they chose nothing in them but the address.

    `domains` are those whose mail is ours. `tokens` are of an audience of their own.
    """

    service_mails: ServiceMails
    tokens: AccountTokens
    domains: Callable[[], Collection[str]]

    def reserve(self, email: Address) -> None:
        """Take one of the day's messages for this address, before anything is changed.

        InvalidInput as `check_reachable`; SigningKeysUnavailable if no token can be made;
        ServiceMailsSpent.
        """
        check_reachable(email, self.domains())
        self.tokens.check_keys()
        self.service_mails.reserve()

    def send(self, account: Account, is_new: bool) -> None:
        """How to verify it or, unless it `is_new`, that there is one; MailNotSent.

        The same work for both.
        """
        expires_at = account.created_at.replace(microsecond=0) + limits.VERIFICATION_LIFETIME
        token = self.tokens.issue(account.id, self.tokens.new_session(), expires_at)
        subject, text = (NEW_SUBJECT, NEW_TEXT) if is_new else (KNOWN_SUBJECT, KNOWN_TEXT)
        self.service_mails.send(account.email, subject, text.format(hours=_HOURS, token=token.text))


@dataclass(frozen=True, slots=True)
class Registration:
    """Makes accounts; without `mails` they count as verified."""

    accounts: Accounts
    passwords: Passwords
    now: Clock
    entropy: Entropy
    mails: VerificationMails | None = None

    def register(self, email: str, password: str, full_name: str) -> None:
        """A new account, unless the address has one: then nothing is changed, and nothing said.

        Both cost one hash, one conditional write and one message. A new account takes the place of
        one that is not verified. InvalidInput for an address or a password that nobody may have;
        ServiceMailsSpent when there is none left of the day's messages. MailNotSent when all is
        done but the message; callers must not disclose it.
        """
        address = Address.parse(email)
        self.passwords.check(password, address)
        if self.mails is not None:
            self.mails.reserve(address)
        account = Account(
            id=AccountId.make(address, self.entropy(GENERATION_BYTES)),
            email=address,
            full_name=full_name,
            password_hash=self.passwords.hashes.hash(password),
            created_at=self.now(),
            is_verified=self.mails is None,
        )
        is_new = self._added(account)
        if self.mails is not None:
            self.mails.send(account, is_new)

    def _added(self, account: Account) -> bool:
        try:
            self.accounts.add(account)
        except AccountTaken:
            return False
        return True


@dataclass(frozen=True, slots=True)
class EmailVerifier:
    """Takes back what `VerificationMails` sent."""

    updater: AccountUpdater
    hashes: PasswordHashes
    tokens: AccountTokens
    now: Clock

    def claimed(self, token: str) -> Account:
        """The account that the token was mailed for; Unauthenticated if there is none (any more).

        That is so after 24 hours, and once the address was registered anew.
        """
        try:
            grant = self.tokens.read(token)
            if self.now() < grant.expires_at:
                return self.updater.accounts.get(grant.account)
        except (AccountNotFound, Unauthenticated) as error:
            raise Unauthenticated(_NO_PROOF) from error
        raise Unauthenticated(_NO_PROOF)

    def verify(self, account: Account, password: str) -> Account:
        """The account, verified; a repeat changes nothing. Unauthenticated for a wrong password.

        The token proves access to the mail, the password that the same person registered: without
        it a reader could verify somebody else's registration, taking it for their own.
        """
        if not self.hashes.verify(account.password_hash, password):
            raise Unauthenticated("this is not the password that was registered")
        if account.is_verified:
            return account
        return self.updater.change(account, lambda fresh: replace(fresh, is_verified=True))


_NEWCOMERS = "newcomers"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RegistrationLimiter:
    """Counts registrations, and forgotten passwords: `most` a day (UTC), 0 is no limit."""

    counts: RequestCounts
    most: int
    now: Clock

    def admit(self, client: Client) -> Window | None:
        """Count one more of this client; RateLimited if it is one too many."""
        if not self.most:
            return None
        day = Window.around(self.now(), _DAY)
        if self.counts.count(_key(client), day, [_NEWCOMERS])[_NEWCOMERS] > self.most:
            raise RateLimited(
                f"{self.most} registrations and forgotten passwords a day are possible"
                f" (REGISTRATIONS_PER_DAY); it goes on at {day.end:%Y-%m-%dT%H:%M:%SZ}",
                day.seconds_left(self.now()),
            )
        return day

    def take_back(self, client: Client, day: Window) -> None:
        """What was admitted came to nothing."""
        self.counts.count(_key(client), day, [_NEWCOMERS], by=-1)


def _key(client: Client) -> str:
    # A day begins when a minute does: the rows are not those of the client's requests.
    return Client(_NEWCOMERS, client.key).key
