"""Pacing: SES's rate, kept by all functions together."""

import random
from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.kit.clock import Clock, Pause
from mayfly.rate_limits.models import Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.sending.ports import SendingAccount

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """A count for each second, of recipients."""

    counts: RequestCounts
    account: SendingAccount
    now: Clock
    pause: Pause

    def admits(self, recipients: int) -> bool:
        """Whether there is a place within some seconds; it waits for it.

        A mail with more recipients than the rate has takes a whole second for itself, and SES
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
