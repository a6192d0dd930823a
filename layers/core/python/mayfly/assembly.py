"""The one place where services get their ports, and the only reader of the environment.

`Assembly` is the list of subjects. Each has its `wiring`, which says what its services stand on and
is imported when first asked for, so that a cold start pays for its own subjects and clients only.
"""

import os
import secrets
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING

from mayfly.settings import Settings

if TYPE_CHECKING:
    from mayfly.accounts.wiring import AccountWiring
    from mayfly.adapters import Adapters
    from mayfly.admin.wiring import AdminWiring
    from mayfly.api_keys.wiring import ApiKeyWiring
    from mayfly.archive.wiring import ArchiveWiring
    from mayfly.batches.wiring import BatchWiring
    from mayfly.breaker.wiring import BreakerWiring
    from mayfly.domain_checks.wiring import DomainCheckWiring
    from mayfly.domains.wiring import DomainWiring
    from mayfly.email_auth.wiring import EmailAuthWiring
    from mayfly.exports.wiring import ExportWiring
    from mayfly.forwarding.wiring import ForwardingWiring
    from mayfly.health.wiring import HealthWiring
    from mayfly.inboxes.wiring import InboxWiring
    from mayfly.kit.clock import Clock, Entropy, Pause
    from mayfly.mailboxes.wiring import MailboxWiring
    from mayfly.mailtm.wiring import MailTmWiring
    from mayfly.messages.wiring import MessageWiring
    from mayfly.page.wiring import PageWiring
    from mayfly.pop3.wiring import Pop3Wiring
    from mayfly.private_inboxes.wiring import PrivateInboxWiring
    from mayfly.proof_of_work.wiring import ProofOfWorkWiring
    from mayfly.rate_limits.wiring import RateLimitWiring
    from mayfly.receiving.wiring import ReceivingWiring
    from mayfly.relays.wiring import RelayWiring
    from mayfly.retention.wiring import RetentionWiring
    from mayfly.rules.wiring import RuleWiring
    from mayfly.sample_mails.wiring import SampleWiring
    from mayfly.sending.wiring import SendingWiring
    from mayfly.stats.wiring import StatsWiring
    from mayfly.subscriptions.wiring import SubscriptionWiring
    from mayfly.templates.wiring import TemplateWiring
    from mayfly.waits.wiring import WaitWiring
    from mayfly.webhooks.wiring import WebhookWiring


class Assembly:
    """The subjects of one deployment, each wired when first asked for.

    The name of a subject is that of its folder, and its type is the class in the `wiring` there.
    """

    accounts: "AccountWiring"
    admin: "AdminWiring"
    api_keys: "ApiKeyWiring"
    archive: "ArchiveWiring"
    batches: "BatchWiring"
    breaker: "BreakerWiring"
    domain_checks: "DomainCheckWiring"
    domains: "DomainWiring"
    email_auth: "EmailAuthWiring"
    exports: "ExportWiring"
    forwarding: "ForwardingWiring"
    health: "HealthWiring"
    inboxes: "InboxWiring"
    mailboxes: "MailboxWiring"
    mailtm: "MailTmWiring"
    messages: "MessageWiring"
    page: "PageWiring"
    pop3: "Pop3Wiring"
    private_inboxes: "PrivateInboxWiring"
    proof_of_work: "ProofOfWorkWiring"
    rate_limits: "RateLimitWiring"
    receiving: "ReceivingWiring"
    relays: "RelayWiring"
    retention: "RetentionWiring"
    rules: "RuleWiring"
    sample_mails: "SampleWiring"
    sending: "SendingWiring"
    stats: "StatsWiring"
    subscriptions: "SubscriptionWiring"
    templates: "TemplateWiring"
    waits: "WaitWiring"
    webhooks: "WebhookWiring"

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

    if not TYPE_CHECKING:  # else any name would do

        def __getattr__(self, subject):
            """Wire the subject, and keep it."""
            if subject not in Assembly.__annotations__:
                raise AttributeError(f"no subject is called {subject!r}", name=subject, obj=self)
            wiring = import_module(f"mayfly.{subject}.wiring")
            vars(self)[subject] = getattr(wiring, Assembly.__annotations__[subject])(self)
            return vars(self)[subject]


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


_made: "list[Callable[[Settings], Adapters]]" = []


def stand_on(adapters: "Callable[[Settings], Adapters]") -> None:
    """Have `here` made of these from now on: a process that is no Lambda may have its own."""
    _made[:] = [adapters]
    here.cache_clear()


@cache
def here() -> Assembly:
    """The assembly of the environment this process runs in."""
    settings = Settings.from_environment(os.environ)
    if _made:
        return Assembly(settings, _made[0](settings))
    from mayfly.adapters import Adapters

    return Assembly(settings, Adapters(settings))


def ready(*services: str) -> None:
    """In Lambda, make these services while the function starts, where there is CPU to spare.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        attrgetter(*services)(here())
