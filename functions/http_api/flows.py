"""What the operations of the HTTP API need of a deployment."""

from typing import Protocol

from mayfly.account_tokens import AccountTokens
from mayfly.accounts import Doorman, Membership
from mayfly.administering import AdminGate
from mayfly.advising import Adviser
from mayfly.api_keys import KeyGate, Locksmith
from mayfly.approving import ApprovalDesk
from mayfly.blueprint.settings import Settings
from mayfly.budget import Budget
from mayfly.checking import Examiner
from mayfly.claiming import Claimer
from mayfly.domain.dns_plan import MailHosts
from mayfly.domains import DomainRegister
from mayfly.edge import Edge
from mayfly.exporting import Exporter
from mayfly.filing import Filer
from mayfly.generating import Generator
from mayfly.hosting import Host
from mayfly.inboxes import Concierge, Registrar
from mayfly.keeping_keys import KeyKeeper
from mayfly.limiting import Limiter
from mayfly.mailboxes import Landlord
from mayfly.measuring import Gauges, RequestMeter
from mayfly.newcomers import Newcomers
from mayfly.originals import Originals
from mayfly.outtray import Outtray
from mayfly.ports.machine import Clock
from mayfly.ports.messages import Deliveries
from mayfly.ports.outgoing import Outbox
from mayfly.ports.watching import Watching
from mayfly.proving import Prover
from mayfly.reading import Reader
from mayfly.recovering import Recovery
from mayfly.registering import Registry, Verifier
from mayfly.relaying import RelayDesk
from mayfly.submitting import Submitter
from mayfly.surveying import Surveyor
from mayfly.tokens import Tokens
from mayfly.uploading import Uploader
from mayfly.waiting import WaitingRoom
from mayfly.zoning import ZoneKeeper


class Flows(Protocol):
    """What of `mayfly.aws.assembly` the operations run; each is made when first asked for."""

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
