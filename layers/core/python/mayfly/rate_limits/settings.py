"""How often a client may ask, and what a day may bring."""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.kit.settings import FromEnvironment, limit, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class RateLimitSettings(FromEnvironment):
    """How often a client may ask, and what a day may bring."""

    rate_limit_requests: int = limit(100, "requests a minute of one client; 0 is no limit")
    rate_limit_address: int = limit(
        300, "requests a minute of one address, whatever they are for; 0 likewise"
    )
    rate_limit_create: int = limit(
        5, "of the first, those that make inboxes or templates; 0 likewise"
    )
    rate_limit_fetch: int = limit(30, "of these, those that list messages; 0 likewise")
    rate_limit_login: int = limit(10, "of these, logins and the like; 0 likewise")
    rate_limit_admin: int = limit(60, "of these, admin requests; 0 likewise")
    rate_limit_failures: int = limit(
        5, "wrong passwords and admin keys a minute of one client; 0 likewise"
    )
    rate_limit_window: int = setting(
        60_000,
        "milliseconds that RATE_LIMIT_… count over, in place of the minute",
        within(1000, 86_400_000),
    )
    inboxes_per_client: int = limit(
        200, "inboxes a day (UTC) that one account, or one address, may make; 0 is no limit"
    )
    inboxes_per_day: int = limit(0, "inboxes a day (UTC), all clients together; 0 is no limit")
    mails_per_day: int = limit(
        0, "messages received a day (UTC) past which no inboxes are made; 0 is no limit"
    )
    daily_budget_usd: int = limit(
        5,
        "dollars that a day (UTC) may cost: past it nobody makes inboxes, past one and a"
        " half times no message is taken and strangers are not answered; 0 is no limit",
    )

    @property
    def rate_window(self) -> timedelta:
        """What `RATE_LIMIT_…` count over, in whole seconds."""
        return timedelta(seconds=-(-self.rate_limit_window // 1000))
