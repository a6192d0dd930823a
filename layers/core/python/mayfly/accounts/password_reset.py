"""Password reset: a reader of the account's mail replaces a forgotten password.

A token is good once, for half an hour, and until the next is asked for. Only a hash is kept of it
and of the password that it replaces: whichever way that one changes, the token ends.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.accounts.models import Account, AccountId
from mayfly.accounts.passwords import Passwords
from mayfly.accounts.ports import Resets
from mayfly.accounts.registration import check_reachable
from mayfly.accounts.service_mails import ServiceMails
from mayfly.accounts.tokens import AccountTokens
from mayfly.accounts.updater import AccountUpdater, while_password_is
from mayfly.errors import AccountNotFound, NotPermitted, Unauthenticated
from mayfly.inboxes.ids import GENERATION_BYTES
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.models import AccessToken
from mayfly.mail.address import Address

RESET_PATH = "#/reset/"
"""Where the page takes a token from: what stands after the `#`, no server ever sees."""
_MINUTES = limits.RESET_LIFETIME.total_seconds() // 60
_NO_RESET = "this token resets no password, or not any more; ask for another"
_NO_SENDER = (
    "this service sends no mail (SENDER_ADDRESS is not set): whoever runs it can give you a token"
    " for a new password (POST /v1/admin/accounts/password-reset)"
)
KNOWN_SUBJECT = "Choose a new password"
KNOWN_TEXT = """\
Somebody, probably you, has forgotten the password of the account with this e-mail address.

To choose a new one, {way} within {minutes:.0f} minutes:

{token}

All sessions end with it. If it was not you, do nothing: the password stays as it is.
"""
IN_THE_PAGE = "open this link"
WITHOUT_A_PAGE = "send this token and the new password to POST /api/users/password/reset"
NOBODY_SUBJECT = "There is no account with this e-mail address"
NOBODY_TEXT = """\
Somebody, probably you, has asked for a new password for the account with this e-mail address. There
is no such account: if you have one, it has another address.

If it was not you, do nothing. Whoever it was has not been told that there is no account.
"""
CHANGED_SUBJECT = "Your password was changed"
CHANGED_TEXT = """\
The password of the account with this e-mail address was changed at {at:%Y-%m-%d %H:%M} UTC.
{ended}

If it was not you, ask for a new password at once: whoever reads the mail of this address can.
"""
_KEYS_GO_ON = {
    0: "The account has no API keys.",
    1: "Its API key goes on: revoke it if you do not know it.",
}


@dataclass(frozen=True, slots=True)
class PasswordResetService:
    """Forgotten passwords. Without `service_mails` only admins hand tokens out.

    `ours` are the domains whose mail is this service's; `page` is where it is open, "" if nobody
    has said so. `tokens` are of an audience of their own.
    """

    updater: AccountUpdater
    resets: Resets
    passwords: Passwords
    tokens: AccountTokens
    now: Clock
    ours: Callable[[], Collection[str]]
    service_mails: ServiceMails | None = None
    page: str = ""

    def ask(self, email: str) -> None:
        """Mail a token to the account's address, or there that it has none: the same work.

        NotPermitted where no mail is sent, InvalidInput for an address that none can be sent to,
        ServiceMailsSpent when there is none left of the day's.
        MailNotSent when all is done but the message; callers must not disclose it.
        """
        if self.service_mails is None:
            raise NotPermitted(_NO_SENDER)
        address = Address.parse(email)
        check_reachable(address, self.ours())
        self.service_mails.reserve()
        account, token = self._begun(address)
        if account is None:
            self.service_mails.send(address, NOBODY_SUBJECT, NOBODY_TEXT)
            return
        way, shown = WITHOUT_A_PAGE, token.text
        if self.page:
            way, shown = IN_THE_PAGE, f"{self.page}/{RESET_PATH}{token.text}"
        text = KNOWN_TEXT.format(way=way, minutes=_MINUTES, token=shown)
        self.service_mails.send(address, KNOWN_SUBJECT, text)

    def hand_out(self, email: str) -> AccessToken:
        """A token that an admin passes to the account's owner; AccountNotFound."""
        account, token = self._begun(Address.parse(email))
        if account is None:
            raise AccountNotFound("there is no account with this e-mail address")
        return token

    def reset(self, token: str, password: str) -> Account:
        """The account with the new password, verified, and with all its sessions ended.

        API keys go on, as they do when a password is changed. Unauthenticated for a token that
        was used, has expired or was followed by another; InvalidInput, and the token stays good,
        for a password that cannot be.
        """
        account = self._claimed(token)
        self.passwords.check(password, account.email)
        kept = self.passwords.hashes.hash(password)
        try:
            return self.updater.change(
                account,
                while_password_is(
                    account.password_hash, lambda fresh: fresh.with_reset_password(kept)
                ),
            )
        except Unauthenticated as error:
            raise Unauthenticated(_NO_RESET) from error

    def tell(self, account: Account, has_reset: bool) -> None:
        """Mail the owner that the password is another; MailNotSent. Nothing where none is sent."""
        if self.service_mails is None:
            return
        count = len(account.keys)
        keys = _KEYS_GO_ON.get(count, f"Its {count} API keys go on: revoke those you do not know.")
        sessions = "All sessions have ended." if has_reset else "All other sessions have ended."
        text = CHANGED_TEXT.format(at=self.now(), ended=f"{sessions} {keys}")
        self.service_mails.notify(account, CHANGED_SUBJECT, text)

    def _begun(self, address: Address) -> tuple[Account | None, AccessToken]:
        """One read and one write, whether there is an account or not."""
        self.tokens.check_keys()
        try:
            account = self.updater.accounts.find(address)
            owner, kept = account.id, account.password_hash
        except AccountNotFound:
            account = None
            owner = AccountId.make(address, self.tokens.entropy(GENERATION_BYTES))
            kept = self.passwords.hashes.nobody()
        name, expires_at = self.tokens.new_session(), self._end()
        self.resets.begin(owner.partition, _proof(name, kept), expires_at)
        return account, self.tokens.issue(owner, name, expires_at)

    def _end(self) -> datetime:
        return self.now().replace(microsecond=0) + limits.RESET_LIFETIME

    def _claimed(self, token: str) -> Account:
        try:
            grant = self.tokens.read(token)
            if self.now() < grant.expires_at:
                account = self.updater.accounts.get(grant.account)
                proof = _proof(grant.session, account.password_hash)
                if self.resets.is_last(grant.account.partition, proof):
                    return account
        except (AccountNotFound, Unauthenticated) as error:
            raise Unauthenticated(_NO_RESET) from error
        raise Unauthenticated(_NO_RESET)


def _proof(name: str, password_hash: str) -> str:
    return hashlib.sha256(f"{name}\n{password_hash}".encode()).hexdigest()
