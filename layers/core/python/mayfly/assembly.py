"""The one place where services get their ports, and the only reader of the environment.

`Assembly` is the list of subjects. Each has its `wiring`, which says what its services stand on and
is imported when first asked for, so that a cold start pays for its own subjects and clients only.
"""

import os
import secrets
import time
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from mayfly.settings import Settings

if TYPE_CHECKING:
    from mayfly.accounts.wiring import AccountWiring
    from mayfly.adapters import Adapters
    from mayfly.admin.wiring import AdminWiring
    from mayfly.api_keys.wiring import ApiKeyWiring
    from mayfly.batches.wiring import BatchWiring
    from mayfly.breaker.wiring import BreakerWiring
    from mayfly.domain_checks.wiring import DomainCheckWiring
    from mayfly.domains.wiring import DomainWiring
    from mayfly.email_auth.wiring import EmailAuthWiring
    from mayfly.health.wiring import HealthWiring
    from mayfly.inboxes.wiring import InboxWiring
    from mayfly.kit.clock import Clock, Entropy, Pause
    from mayfly.mailboxes.wiring import MailboxWiring
    from mayfly.messages.wiring import MessageWiring
    from mayfly.page.wiring import PageWiring
    from mayfly.private_inboxes.wiring import PrivateInboxWiring
    from mayfly.rate_limits.wiring import RateLimitWiring
    from mayfly.receiving.wiring import ReceivingWiring
    from mayfly.relays.wiring import RelayWiring
    from mayfly.retention.wiring import RetentionWiring
    from mayfly.sending.wiring import SendingWiring
    from mayfly.subscriptions.wiring import SubscriptionWiring
    from mayfly.waits.wiring import WaitWiring


class Assembly:
    """The subjects of one deployment, each wired when first asked for."""

    def __init__(
        self,
        settings: Settings,
        adapters: "Adapters",
        entropy: "Entropy" = secrets.token_bytes,
        pause: "Pause" = time.sleep,
    ) -> None:
        """Make nothing yet."""
        self.settings = settings
        self.adapters = adapters
        self.entropy = entropy
        self.pause = pause

    @property
    def now(self) -> "Clock":
        """The clock, which is that of the adapters."""
        return self.adapters.now

    @cached_property
    def accounts(self) -> "AccountWiring":
        from mayfly.accounts.wiring import AccountWiring

        return AccountWiring(self)

    @cached_property
    def admin(self) -> "AdminWiring":
        from mayfly.admin.wiring import AdminWiring

        return AdminWiring(self)

    @cached_property
    def api_keys(self) -> "ApiKeyWiring":
        from mayfly.api_keys.wiring import ApiKeyWiring

        return ApiKeyWiring(self)

    @cached_property
    def batches(self) -> "BatchWiring":
        from mayfly.batches.wiring import BatchWiring

        return BatchWiring(self)

    @cached_property
    def breaker(self) -> "BreakerWiring":
        from mayfly.breaker.wiring import BreakerWiring

        return BreakerWiring(self)

    @cached_property
    def domain_checks(self) -> "DomainCheckWiring":
        from mayfly.domain_checks.wiring import DomainCheckWiring

        return DomainCheckWiring(self)

    @cached_property
    def domains(self) -> "DomainWiring":
        from mayfly.domains.wiring import DomainWiring

        return DomainWiring(self)

    @cached_property
    def email_auth(self) -> "EmailAuthWiring":
        from mayfly.email_auth.wiring import EmailAuthWiring

        return EmailAuthWiring(self)

    @cached_property
    def health(self) -> "HealthWiring":
        from mayfly.health.wiring import HealthWiring

        return HealthWiring(self)

    @cached_property
    def inboxes(self) -> "InboxWiring":
        from mayfly.inboxes.wiring import InboxWiring

        return InboxWiring(self)

    @cached_property
    def mailboxes(self) -> "MailboxWiring":
        from mayfly.mailboxes.wiring import MailboxWiring

        return MailboxWiring(self)

    @cached_property
    def messages(self) -> "MessageWiring":
        from mayfly.messages.wiring import MessageWiring

        return MessageWiring(self)

    @cached_property
    def page(self) -> "PageWiring":
        from mayfly.page.wiring import PageWiring

        return PageWiring(self)

    @cached_property
    def private_inboxes(self) -> "PrivateInboxWiring":
        from mayfly.private_inboxes.wiring import PrivateInboxWiring

        return PrivateInboxWiring(self)

    @cached_property
    def rate_limits(self) -> "RateLimitWiring":
        from mayfly.rate_limits.wiring import RateLimitWiring

        return RateLimitWiring(self)

    @cached_property
    def receiving(self) -> "ReceivingWiring":
        from mayfly.receiving.wiring import ReceivingWiring

        return ReceivingWiring(self)

    @cached_property
    def relays(self) -> "RelayWiring":
        from mayfly.relays.wiring import RelayWiring

        return RelayWiring(self)

    @cached_property
    def retention(self) -> "RetentionWiring":
        from mayfly.retention.wiring import RetentionWiring

        return RetentionWiring(self)

    @cached_property
    def sending(self) -> "SendingWiring":
        from mayfly.sending.wiring import SendingWiring

        return SendingWiring(self)

    @cached_property
    def subscriptions(self) -> "SubscriptionWiring":
        from mayfly.subscriptions.wiring import SubscriptionWiring

        return SubscriptionWiring(self)

    @cached_property
    def waits(self) -> "WaitWiring":
        from mayfly.waits.wiring import WaitWiring

        return WaitWiring(self)


class Wiring:
    """The services of one subject, each made when first asked for."""

    def __init__(self, flows: Assembly) -> None:
        """Make nothing yet."""
        self.flows = flows
        self.settings = flows.settings
        self.adapters = flows.adapters
        self.entropy = flows.entropy
        self.pause = flows.pause

    @property
    def now(self) -> "Clock":
        return self.flows.now


@cache
def here() -> Assembly:
    """The assembly of the environment this process runs in."""
    from mayfly.adapters import Adapters

    settings = Settings.from_environment(os.environ)
    return Assembly(settings, Adapters(settings))


def stack_name() -> str:
    """What the deployment of this process is called."""
    return os.environ.get("STACK_NAME", Settings().stack_name)


def ready(*services: str) -> None:
    """In Lambda, make these services while the function starts, where there is CPU to spare.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        attrgetter(*services)(here())
