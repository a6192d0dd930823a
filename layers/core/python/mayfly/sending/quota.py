"""How much may be sent: by this deployment, by an account in a day, by SES."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mayfly import limits
from mayfly.errors import NotPermitted
from mayfly.kit.clock import Clock, Pause
from mayfly.mail.address import registrable
from mayfly.rate_limits.models import Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.sending.errors import SendsSpent
from mayfly.sending.ports import SendingAccount, Share
from mayfly.sending.settings import SendingSettings


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """What this deployment lets accounts send: recipients a day, 0 is no limit."""

    is_on: bool
    account_day: int
    day: int
    file_bytes: int

    @classmethod
    def of(cls, settings: SendingSettings) -> "SendingPolicy":
        """What the settings say."""
        return cls(
            settings.sending,
            settings.sends_per_day,
            settings.deployment_sends_per_day,
            settings.max_attachment_size,
        )

    def check_on(self) -> None:
        """NotPermitted unless this deployment sends mail."""
        if not self.is_on:
            raise NotPermitted(
                "this service sends no mail: whoever runs it has not turned SENDING on"
            )


@dataclass(frozen=True, slots=True)
class DailyQuota:
    """What a message takes of a day."""

    policy: SendingPolicy
    account: SendingAccount

    def share(self, day: date, recipients: Sequence[str], sender_domain: str) -> Share:
        """Their share of the day, which the outbox takes when the message is written.

        It is one of the account's and one of the registrable domain's: accounts and subdomains
        cost nothing, so neither brings more.

        SendsSpent if SES takes no more from anybody, NotPermitted if it takes nothing at all.
        """
        if not self.policy.day:
            quota = self.account.quota()
            if not quota.is_enabled:
                raise NotPermitted("SES does not let this service send mail at present")
            if 0 <= quota.a_day < quota.sent + len(recipients):
                raise SendsSpent(
                    f"this service's SES account sends to {quota.a_day:.0f} recipients in 24 hours"
                    + (", as it is in the sandbox" if quota.is_sandbox else "")
                    + " (DEPLOYMENT_SENDS_PER_DAY)",
                    3600,
                )
        domain = registrable(sender_domain) if self.policy.account_day else ""
        return Share(day, len(recipients), self.policy.account_day, self.policy.day, domain)


_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class SendRateLimiter:
    """A count for each second, of recipients."""

    counts: RequestCounts
    account: SendingAccount
    now: Clock
    pause: Pause

    def admits(self, recipients: int) -> bool:
        """Whether there is a place within some seconds; it waits for it.

        A message with more recipients than the rate has takes a whole second for itself, and SES
        judges.
        """
        rate = max(1, int(self.account.quota().a_second))
        for _ in range(limits.RATE_WAITS):
            window = Window.around(self.now(), _SECOND)
            taken = self.counts.count("ses", window, ["sends"], recipients)["sends"]
            if taken <= rate or taken == recipients:
                return True
            self.pause((window.end - self.now()).total_seconds() + random.uniform(0, 0.2))
        return False
