"""Registration, sessions, and emails to accounts."""

import re
from dataclasses import dataclass
from datetime import timedelta

from mayfly.errors import InvalidInput
from mayfly.kit.settings import HOST_NAME, FromEnvironment, is_url, limit, setting

_PLAIN_ADDRESS = (
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)
_PAGE = rf"(?a)https?://(?=.{{1,260}}$){HOST_NAME}(?::(?P<port>\d{{1,5}}))?"


def _sender(text: str) -> str:
    """The sender in its one spelling, "" for none; InvalidInput for what cannot be one."""
    address = text.strip().lower()
    if address and not re.fullmatch(_PLAIN_ADDRESS, address):
        # Anything more is either not mailed by SES or a wildcard to IAM.
        raise InvalidInput("must be a plain address, as in no-reply@mail.example")
    return address


def _page(text: str) -> str:
    """The address of the page without the slash at its end, "" for none."""
    address = text.strip().removesuffix("/")
    if address and not is_url(_PAGE, address):
        raise InvalidInput("must be as in https://mail.example, without a path")
    return address


@dataclass(frozen=True, init=False, repr=False, eq=False)
class AccountSettings(FromEnvironment):
    """Registration, sessions, and emails to accounts."""

    account_token_seconds: int = setting(7 * 24 * 3600, "how long an account stays logged in")
    registrations_per_day: int = limit(
        20, "registrations and forgotten passwords a day (UTC) of one address; 0 is no limit"
    )
    sender_address: str = setting(
        "",
        "the sender of emails to accounts, as those that verify them; empty: none are sent,"
        " all count as verified",
        _sender,
    )
    service_mails_per_day: int = limit(
        200, "emails a day (UTC) that this service itself sends to accounts; 0 is no limit"
    )
    page_url: str = setting(
        "",
        "where the page is open, for links in emails to accounts; empty: they have tokens to copy",
        _page,
    )

    @property
    def account_token_lifetime(self) -> timedelta:
        """How long an account stays logged in."""
        return timedelta(seconds=self.account_token_seconds)
