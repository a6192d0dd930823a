"""What the operations of the HTTP API need of a deployment."""

from typing import Protocol

from mayfly.accounts.approval import ApprovalDesk
from mayfly.accounts.newcomers import Newcomers
from mayfly.accounts.recovering import Recovery
from mayfly.accounts.registration import Registry, Verifier
from mayfly.accounts.service import Doorman, Membership
from mayfly.accounts.tokens import AccountTokens
from mayfly.admin.key import AdminGate
from mayfly.admin.stats import Surveyor
from mayfly.api_keys.service import KeyGate, Locksmith
from mayfly.batches.export import Exporter
from mayfly.batches.service import Generator
from mayfly.domains.claims import Claimer
from mayfly.domains.dns_plan import MailHosts
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import Host
from mayfly.domains.verify import Prover
from mayfly.domains.zone import ZoneKeeper
from mayfly.email_auth.keys import KeyKeeper
from mayfly.email_auth.service import Adviser
from mayfly.health.checks import Examiner
from mayfly.health.metrics import Gauges, RequestMeter
from mayfly.inboxes.service import Concierge, Registrar
from mayfly.kit.clock import Clock
from mayfly.mailboxes.folders import Filer
from mayfly.mailboxes.service import Landlord
from mayfly.messages.files import Originals
from mayfly.messages.ports import Deliveries
from mayfly.messages.service import Reader
from mayfly.page.edge import Edge
from mayfly.private_inboxes.tokens import Tokens
from mayfly.rate_limits.budget import Budget
from mayfly.rate_limits.service import Limiter
from mayfly.relays.service import RelayDesk
from mayfly.sending.ports import Outbox
from mayfly.sending.service import Outtray
from mayfly.sending.submit import Submitter
from mayfly.sending.uploads import Uploader
from mayfly.settings import Settings
from mayfly.subscriptions.ports import Watching
from mayfly.waits.service import WaitingRoom


class Flows(Protocol):
    """What of `mayfly.assembly` the operations run; each is made when first asked for."""

    @property
    def settings(self) -> Settings:
        """What this deployment was told."""

    @property
    def registrar(self) -> Registrar:
        """Public addresses."""

    @property
    def concierge(self) -> Concierge:
        """Private inboxes."""

    @property
    def account_tokens(self) -> AccountTokens:
        """What the tokens of accounts say."""

    @property
    def tokens(self) -> Tokens:
        """What the tokens that callers send say."""

    @property
    def doorman(self) -> Doorman:
        """Whose account a token is of."""

    @property
    def socket_tokens(self) -> AccountTokens:
        """Tokens of pages for the WebSocket."""

    @property
    def filer(self) -> Filer:
        """A mailbox's folders and threads."""

    @property
    def registry(self) -> Registry:
        """New accounts."""

    @property
    def verifier(self) -> Verifier:
        """Who reads the mail of an account's address."""

    @property
    def newcomers(self) -> Newcomers:
        """How many accounts come from one address."""

    @property
    def recovery(self) -> Recovery:
        """Forgotten passwords."""

    @property
    def membership(self) -> Membership:
        """What people do with their accounts."""

    @property
    def landlord(self) -> Landlord:
        """The mailboxes of accounts."""

    @property
    def key_gate(self) -> KeyGate:
        """Whose account an API key is of."""

    @property
    def locksmith(self) -> Locksmith:
        """API keys, made and revoked."""

    @property
    def reader(self) -> Reader:
        """Lists and messages."""

    @property
    def originals(self) -> Originals:
        """Raw mails and attachments."""

    @property
    def admin_gate(self) -> AdminGate:
        """Who runs the deployment."""

    @property
    def domains(self) -> DomainRegister:
        """The mail domains."""

    @property
    def host(self) -> Host:
        """The domains of accounts."""

    @property
    def claimer(self) -> Claimer:
        """Domains that accounts bring and give up."""

    @property
    def prover(self) -> Prover:
        """What DNS says of them."""

    @property
    def zone_keeper(self) -> ZoneKeeper:
        """Their owners' records."""

    @property
    def mail_hosts(self) -> MailHosts:
        """Where mail for them goes, and bounces."""

    @property
    def generator(self) -> Generator:
        """Batches of inboxes."""

    @property
    def exporter(self) -> Exporter:
        """What was generated."""

    @property
    def surveyor(self) -> Surveyor:
        """How much of everything there is."""

    @property
    def deliveries(self) -> Deliveries:
        """The counters."""

    @property
    def submitter(self) -> Submitter:
        """Mails of accounts that go out."""

    @property
    def approval_desk(self) -> ApprovalDesk:
        """Which accounts may send."""

    @property
    def uploader(self) -> Uploader:
        """Their attachments, where they are large."""

    @property
    def outtray(self) -> Outtray:
        """What became of them."""

    @property
    def outbox(self) -> Outbox:
        """The counters of these."""

    @property
    def watching(self) -> Watching:
        """The open connections."""

    @property
    def meter(self) -> RequestMeter:
        """Counts of answered requests."""

    @property
    def gauges(self) -> Gauges:
        """What is measured of the whole deployment."""

    @property
    def examiner(self) -> Examiner:
        """How everything is that the service needs."""

    @property
    def edge(self) -> Edge:
        """Whether a request came through CloudFront."""

    @property
    def budget(self) -> Budget:
        """What the deployment may make in a day."""

    @property
    def key_keeper(self) -> KeyKeeper:
        """The keys that domains' mails are signed with."""

    @property
    def adviser(self) -> Adviser:
        """What domains say of their mail in DNS."""

    @property
    def relay_desk(self) -> RelayDesk:
        """The relays of domains."""

    @property
    def limiter(self) -> Limiter:
        """How often one client may ask."""

    @property
    def waiting_room(self) -> WaitingRoom:
        """How many may wait for mail at once."""

    @property
    def now(self) -> Clock:
        """The clock."""
