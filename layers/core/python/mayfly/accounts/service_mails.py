"""Messages that the service itself sends to accounts, within a limit a day."""

from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.errors import AddressBounced, MailNotSent, ServiceMailsSpent
from mayfly.kit.clock import Clock
from mayfly.kit.ports import SERVICE, ServiceMailer
from mayfly.mail.address import Address
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import Budgets, RequestCounts
from mayfly.sending.ports import Suppressions

_NOTICES = "notices"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServiceMails:
    """Sends the service's own messages: `most` a day (UTC), 0 is no limit.

    Nothing goes to an address from which such a message has come back lately.
    """

    postman: ServiceMailer
    budgets: Budgets
    bounced: Suppressions
    counts: RequestCounts
    most: int
    now: Clock

    def reserve(self) -> None:
        """Take one of the day's messages, before anything that needs it; ServiceMailsSpent."""
        now = self.now()
        if self.most and not self.budgets.spend_mail(now.date(), self.most):
            day = Window.around(now, _DAY)
            raise ServiceMailsSpent(
                f"this service has sent the {self.most} mails that it sends to accounts in a day"
                f" (SERVICE_MAILS_PER_DAY); it goes on at {day.end:%Y-%m-%dT%H:%M:%SZ}",
                day.seconds_left(now),
            )

    def send(self, recipient: Address, subject: str, text: str) -> None:
        """Send a message that was reserved; MailNotSent if it was not taken."""
        self._check_bounced(str(recipient).lower())
        self.postman.send(recipient, subject, text)

    def notify(self, account: Account, subject: str, text: str) -> None:
        """Tell an account of what has happened, some times a day and no more.

        MailNotSent, also when the day's messages are spent.
        """
        if self._notices_today(account) > limits.ACCOUNT_NOTICES:
            return
        try:
            self.reserve()
        except ServiceMailsSpent as error:
            raise MailNotSent(str(error)) from error
        self.send(account.email, subject, text)

    def _notices_today(self, account: Account) -> int:
        who = Client(_NOTICES, str(account.id)).key
        try:
            return self.counts.count(who, Window.around(self.now(), _DAY), [_NOTICES])[_NOTICES]
        except Exception:  # better a message too many than an owner who hears of nothing
            return 0

    def _check_bounced(self, address: str) -> None:
        entry = self.bounced.among(SERVICE, [address]).get(address)
        if entry is None:
            return
        if self.now() - entry.since < limits.BOUNCED_FOR:
            raise AddressBounced(f"a mail there came back ({entry.reason})")
        self.bounced.remove(SERVICE, address)
