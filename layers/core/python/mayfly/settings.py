"""All settings: each subject's are declared in its `settings.py`, under the names they have here.

A field's name in upper case is its environment variable. `infra.cloud` writes them, the handlers
read them through `mayfly.assembly`, the laptop adds its own (`infra.local.settings`), and
docs/settings.md is written from both (`make pages`).
"""

from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.accounts.settings import AccountSettings
from mayfly.admission.settings import AdmissionSettings
from mayfly.breaker.settings import BreakerSettings
from mayfly.domains.settings import DomainSettings
from mayfly.errors import InvalidInput
from mayfly.facades.settings import FacadeSettings
from mayfly.forwarding.settings import ForwardingSettings
from mayfly.inboxes.settings import InboxSettings
from mayfly.kit.settings import made
from mayfly.mailboxes.settings import MailboxSettings
from mayfly.pop3.settings import Pop3Settings
from mayfly.proof_of_work.settings import ProofOfWorkSettings
from mayfly.rate_limits.settings import RateLimitSettings
from mayfly.receiving.settings import ReceivingSettings
from mayfly.relays.settings import RelaySettings
from mayfly.sending.settings import SendingSettings
from mayfly.storage.settings import StorageSettings
from mayfly.subscriptions.settings import SubscriptionSettings
from mayfly.waits.settings import WaitSettings
from mayfly.webhooks.settings import WebhookSettings


@dataclass(frozen=True, kw_only=True)
class Settings(  # the last one's fields come first
    StorageSettings,
    BreakerSettings,
    AdmissionSettings,
    SubscriptionSettings,
    WaitSettings,
    FacadeSettings,
    ProofOfWorkSettings,
    RateLimitSettings,
    WebhookSettings,
    RelaySettings,
    ForwardingSettings,
    Pop3Settings,
    SendingSettings,
    MailboxSettings,
    AccountSettings,
    ReceivingSettings,
    InboxSettings,
    DomainSettings,
):
    """What the functions read, in the cloud and on the laptop."""

    stack_name: str = made(
        "Mayfly",
        "what the deployment is called: a dimension of its metrics, the tag of its SES identities",
    )

    def __post_init__(self) -> None:
        """Check what those of one subject say of another's."""
        super().__post_init__()
        local, _, domain = self.sender_address.partition("@")
        if domain not in self.domains:
            return
        from mayfly.inboxes.names import is_reserved  # which reads a list of words

        if not is_reserved(local):
            raise InvalidInput(
                "SENDER_ADDRESS at a mail domain must have a reserved name, such as no-reply:"
                " replies to any other would reach whoever takes it"
            )

    @property
    def longest_message_lifetime(self) -> timedelta:
        """How long any message may be readable: its raw message has to be kept so long."""
        return max(
            self.message_lifetime,
            self.mailbox_message_lifetime,
            limits.MAX_ADMIN_TOKEN_LIFETIME,  # generated inboxes live so long
        )
