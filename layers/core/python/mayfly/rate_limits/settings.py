"""How often a client may ask, and what a day may bring."""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.kit.settings import NO_LIMIT, FromEnvironment, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class RateLimitSettings(FromEnvironment):
    """How often a client may ask, and what a day may bring."""

    rate_limit_requests: int = setting(
        100, "requests a minute of one client; 0 is no limit", NO_LIMIT
    )
    rate_limit_address: int = setting(
        300, "requests a minute of one address, whatever they are for; 0 likewise", NO_LIMIT
    )
    rate_limit_create: int = setting(
        5, "of the first, those that make inboxes; 0 likewise", NO_LIMIT
    )
    rate_limit_fetch: int = setting(30, "of these, those that list messages; 0 likewise", NO_LIMIT)
    rate_limit_login: int = setting(10, "of these, logins and the like; 0 likewise", NO_LIMIT)
    rate_limit_admin: int = setting(60, "of these, admin requests; 0 likewise", NO_LIMIT)
    rate_limit_failures: int = setting(
        5, "wrong passwords and admin keys a minute of one client; 0 likewise", NO_LIMIT
    )
    rate_limit_window: int = setting(
        60_000,
        "milliseconds that RATE_LIMIT_… count over, in place of the minute",
        within(1000, 86_400_000),
    )
    inboxes_per_client: int = setting(
        200,
        "inboxes a day (UTC) that one account, or one address, may make; 0 is no limit",
        NO_LIMIT,
    )
    inboxes_per_day: int = setting(
        0, "inboxes a day (UTC), all clients together; 0 is no limit", NO_LIMIT
    )
    mails_per_day: int = setting(
        0, "messages received a day (UTC) past which no inboxes are made; 0 is no limit", NO_LIMIT
    )
    daily_budget_usd: int = setting(
        5,
        "dollars that a day (UTC) may cost: past it nobody makes inboxes, past one and a"
        " half times no message is taken and strangers are not answered; 0 is no limit",
        NO_LIMIT,
    )

    @property
    def rate_window(self) -> timedelta:
        """What `RATE_LIMIT_…` count over, in whole seconds."""
        return timedelta(seconds=-(-self.rate_limit_window // 1000))
