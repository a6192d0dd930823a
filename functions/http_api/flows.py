"""What the operations of the HTTP API need of a deployment."""

from typing import Protocol

from mayfly.accounts.approval import ApprovalService
from mayfly.accounts.password_reset import PasswordResetService
from mayfly.accounts.registration import EmailVerifier, Registration
from mayfly.accounts.registration_limits import RegistrationLimiter
from mayfly.accounts.service import AccountService, Authenticator
from mayfly.accounts.tokens import AccountTokens
from mayfly.admin.key import AdminAuthenticator
from mayfly.admin.stats import StatsService
from mayfly.api_keys.service import ApiKeyAuthenticator, ApiKeyService
from mayfly.batches.export import Exporter
from mayfly.batches.service import BatchService
from mayfly.domains.claims import ClaimService
from mayfly.domains.dns_plan import MailHosts
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService
from mayfly.domains.verify import DomainVerifier
from mayfly.domains.zone import ZoneService
from mayfly.email_auth.keys import DkimKeyService
from mayfly.email_auth.service import EmailAuthService
from mayfly.health.checks import HealthChecks
from mayfly.health.metrics import MetricsService, RequestMeter
from mayfly.inboxes.service import InboxService, PrivateInboxService
from mayfly.kit.clock import Clock
from mayfly.mailboxes.folders import FolderService
from mayfly.mailboxes.service import MailboxService
from mayfly.messages.files import MessageFiles
from mayfly.messages.ports import Deliveries
from mayfly.messages.service import MessageService
from mayfly.page.edge import EdgeSecret
from mayfly.private_inboxes.tokens import Tokens
from mayfly.rate_limits.budget import DailyBudget
from mayfly.rate_limits.service import RateLimiter
from mayfly.relays.service import RelayService
from mayfly.sending.ports import OutgoingMails
from mayfly.sending.service import OutgoingMailService
from mayfly.sending.submit import Submitter
from mayfly.sending.uploads import Uploader
from mayfly.settings import Settings
from mayfly.subscriptions.ports import Subscriptions
from mayfly.waits.service import LongPolls


class Flows(Protocol):
    """What of `mayfly.assembly` the operations run; each is made when first asked for."""

    @property
    def settings(self) -> Settings:
        """What this deployment was told."""

    @property
    def registrar(self) -> InboxService:
        """Public addresses."""

    @property
    def concierge(self) -> PrivateInboxService:
        """Private inboxes."""

    @property
    def account_tokens(self) -> AccountTokens:
        """What the tokens of accounts say."""

    @property
    def tokens(self) -> Tokens:
        """What the tokens that callers send say."""

    @property
    def doorman(self) -> Authenticator:
        """Whose account a token is of."""

    @property
    def socket_tokens(self) -> AccountTokens:
        """Tokens of pages for the WebSocket."""

    @property
    def filer(self) -> FolderService:
        """A mailbox's folders and threads."""

    @property
    def registry(self) -> Registration:
        """New accounts."""

    @property
    def verifier(self) -> EmailVerifier:
        """Who reads the mail of an account's address."""

    @property
    def newcomers(self) -> RegistrationLimiter:
        """How many accounts come from one address."""

    @property
    def recovery(self) -> PasswordResetService:
        """Forgotten passwords."""

    @property
    def membership(self) -> AccountService:
        """What people do with their accounts."""

    @property
    def landlord(self) -> MailboxService:
        """The mailboxes of accounts."""

    @property
    def key_gate(self) -> ApiKeyAuthenticator:
        """Whose account an API key is of."""

    @property
    def locksmith(self) -> ApiKeyService:
        """API keys, made and revoked."""

    @property
    def reader(self) -> MessageService:
        """Lists and messages."""

    @property
    def originals(self) -> MessageFiles:
        """Raw mails and attachments."""

    @property
    def admin_gate(self) -> AdminAuthenticator:
        """Who runs the deployment."""

    @property
    def domains(self) -> DomainRegister:
        """The mail domains."""

    @property
    def host(self) -> DomainService:
        """The domains of accounts."""

    @property
    def claimer(self) -> ClaimService:
        """Domains that accounts bring and give up."""

    @property
    def prover(self) -> DomainVerifier:
        """What DNS says of them."""

    @property
    def zone_keeper(self) -> ZoneService:
        """Their owners' records."""

    @property
    def mail_hosts(self) -> MailHosts:
        """Where mail for them goes, and bounces."""

    @property
    def generator(self) -> BatchService:
        """Batches of inboxes."""

    @property
    def exporter(self) -> Exporter:
        """What was generated."""

    @property
    def surveyor(self) -> StatsService:
        """How much of everything there is."""

    @property
    def deliveries(self) -> Deliveries:
        """The counters."""

    @property
    def submitter(self) -> Submitter:
        """Mails of accounts that go out."""

    @property
    def approval_desk(self) -> ApprovalService:
        """Which accounts may send."""

    @property
    def uploader(self) -> Uploader:
        """Their attachments, where they are large."""

    @property
    def outtray(self) -> OutgoingMailService:
        """What became of them."""

    @property
    def outbox(self) -> OutgoingMails:
        """The counters of these."""

    @property
    def watching(self) -> Subscriptions:
        """The open connections."""

    @property
    def meter(self) -> RequestMeter:
        """Counts of answered requests."""

    @property
    def gauges(self) -> MetricsService:
        """What is measured of the whole deployment."""

    @property
    def examiner(self) -> HealthChecks:
        """How everything is that the service needs."""

    @property
    def edge(self) -> EdgeSecret:
        """Whether a request came through CloudFront."""

    @property
    def budget(self) -> DailyBudget:
        """What the deployment may make in a day."""

    @property
    def key_keeper(self) -> DkimKeyService:
        """The keys that domains' mails are signed with."""

    @property
    def adviser(self) -> EmailAuthService:
        """What domains say of their mail in DNS."""

    @property
    def relay_desk(self) -> RelayService:
        """The relays of domains."""

    @property
    def limiter(self) -> RateLimiter:
        """How often one client may ask."""

    @property
    def waiting_room(self) -> LongPolls:
        """How many may wait for mail at once."""

    @property
    def now(self) -> Clock:
        """The clock."""
