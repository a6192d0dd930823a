"""Every setting: its name in the environment, its default, and what it does.

A field's name in upper case is its environment variable. `infra.cloud` writes them, the handlers
read them through `mayfly.assembly`, the laptop adds some of its own (`infra.local.settings`), and
docs/settings.md is written from both (`make pages`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Self

from mayfly import limits
from mayfly.breaker.models import ApiStage
from mayfly.domains.models import ClaimLimits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.inboxes.models import Quota
from mayfly.inboxes.names import is_reserved
from mayfly.kit.dns.ports import name_servers
from mayfly.kit.http.cors import origins
from mayfly.mail.address import normal_domain
from mayfly.subscriptions.models import ConnectionLimits

_PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)
_HOST_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
_PAGE = re.compile(rf"https?://(?=.{{1,260}}$){_HOST_NAME}(?::(?P<port>\d{{1,5}}))?", re.ASCII)
_SOCKET = re.compile(  # it goes into the page's policy: no blank, quote, `;` or `,` (CSP 3)
    rf"wss?://(?:{_HOST_NAME}|\[[0-9a-f:.]+\])(?::(?P<port>\d{{1,5}}))?"
    r"(?:/[\w.~!$&()*+=:@%/?-]*)?",
    re.ASCII | re.IGNORECASE,
)
_MOST_PORT = 65535
_ZONE_ID = re.compile(r"[A-Z0-9]{1,32}")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}

RATE_LIMITS = (
    *("rate_limit_requests", "rate_limit_address", "rate_limit_create", "rate_limit_fetch"),
    *("rate_limit_login", "rate_limit_admin", "rate_limit_failures"),
)
"""The settings that say how often one client may ask."""
WAITS = ("waits_at_once", "waits_per_address", "waits_per_holder")
"""The settings that say how many requests may wait for mail at once."""
_A_DAY = (
    "mails_per_day",
    "inboxes_per_day",
    "daily_budget_usd",
    "inboxes_per_client",
    "sends_per_day",
    "deployment_sends_per_day",
    *("service_mails_per_day", "registrations_per_day", "domain_claims_per_day"),
)
SOCKET_LIMITS = (
    *("socket_frames", "socket_address_frames", "socket_replayed", "socket_address_replayed"),
    *("socket_replays", "socket_subscriptions"),
    *("socket_address_watchers", "socket_address_connections"),
)
"""The settings that say how much one client may do over the WebSocket."""


_MILLISECONDS = {"rate_limit_window": (1000, 86_400_000), "smtp_timeout": (100, 60_000)}
_UNSET = {"smtp_timeout": 0}


def setting(default: Any, meaning: str, *, is_secret: bool = False) -> Any:
    """A field of settings, with the help text that docs/settings.md has."""
    return field(default=default, repr=not is_secret, metadata={"help": meaning})


class FromEnvironment:
    """Reads the fields of a dataclass from environment variables."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Take what is set, the default for the rest; InvalidInput names a value that is none."""
        values: dict[str, object] = {}
        for each in fields(cls):  # type: ignore[arg-type]  # every subclass is a dataclass
            text = environment.get(each.name.upper())
            if text is not None:
                values[each.name] = _read(each.name.upper(), text, type(each.default))
        return cls(**values)


def _read(name: str, text: str, kind: type) -> object:
    text = text.strip()
    if kind is tuple:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    if kind is bool:
        if text.lower() not in _TRUE | _FALSE:
            raise InvalidInput(f"{name} must be on or off, not {text!r}")
        return text.lower() in _TRUE
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise InvalidInput(f"{name} must be a whole number, not {text!r}") from error
    return text


def _sender(text: str, domains: tuple[str, ...]) -> str:
    """The sender in its one spelling, "" for none; InvalidInput for what cannot be one."""
    address = text.strip().lower()
    if not address:
        return ""
    if not _PLAIN_ADDRESS.fullmatch(address):
        # Anything more is either not mailed by SES or a wildcard to IAM.
        raise InvalidInput("SENDER_ADDRESS must be a plain address, as in no-reply@mail.example")
    local, _, domain = address.partition("@")
    if domain in domains and not is_reserved(local):
        raise InvalidInput(
            "SENDER_ADDRESS at a mail domain must have a reserved name, such as no-reply:"
            " replies to any other would reach whoever takes it"
        )
    return address


def _page(text: str) -> str:
    """The address of the page without the slash at its end, "" for none."""
    address = text.strip().removesuffix("/")
    if address and not _is_url(_PAGE, address):
        raise InvalidInput("PAGE_URL must be as in https://mail.example, without a path")
    return address


def _socket(text: str) -> str:
    """The address of the WebSocket, "" for none; InvalidInput for what no browser could open."""
    address = text.strip()
    if address and not _is_url(_SOCKET, address):
        raise InvalidInput("SOCKET_URL must be as in wss://mail.example/ws")
    return address


def _is_url(pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.fullmatch(text)
    return found is not None and int(found["port"] or 0) <= _MOST_PORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(FromEnvironment):
    """What the functions read, in the cloud and on the laptop."""

    table_name: str = setting("mayfly", "DynamoDB table; set by the deployment")
    mail_bucket: str = setting(
        "mayfly-mail", "S3 bucket of raw messages and files; set by the deployment"
    )
    raw_prefix: str = setting("raw/", "where SES puts raw messages in the bucket")
    file_prefix: str = setting("files/", "where large attachments are unpacked in the bucket")
    content_prefix: str = setting("content/", "where content too large for a row is kept")
    outgoing_prefix: str = setting("outgoing/", "where messages that go out are kept in the bucket")
    queue_url: str = setting("", "SQS queue of notices; set by the deployment")
    arrivals_queue_url: str = setting(
        "", "SQS queue in which the bucket announces raw messages; set by the deployment"
    )
    socket_endpoint: str = setting("", "the WebSocket API's @connections address; set likewise")
    socket_url: str = setting("", "the WebSocket address that clients are given; set likewise")
    token_secret: str = setting(
        "mayfly-tokens", "Secrets Manager secret that signs tokens; set by the deployment"
    )
    admin_secret: str = setting(
        "mayfly-admin", "Secrets Manager secret for the admin key; set by the deployment"
    )
    edge_secret: str = setting(
        "", "Secrets Manager secret that CloudFront sends to the API; set by the deployment"
    )
    password_key: str = setting(
        "alias/mayfly-passwords",
        "KMS key that seals passwords, and secrets of domains; set by the deployment",
    )
    order_queue_url: str = setting("", "SQS queue of messages to send; set by the deployment")
    order_queue_arn: str = setting("", "its ARN, for schedules; set likewise")
    schedule_group: str = setting(
        "", "EventBridge Scheduler group of messages to send; set likewise"
    )
    schedule_role: str = setting("", "ARN of the role that schedules run with; set likewise")
    configuration_set: str = setting("", "SES configuration set of what is sent; set likewise")
    domains: tuple[str, ...] = setting(
        ("mayfly.example",), "mail domains, comma-separated; the first is the default"
    )
    public_inboxes: bool = setting(True, "whether anybody may create public addresses")
    private_inboxes: bool = setting(True, "whether anybody may create private inboxes")
    address_lifetime_seconds: int = setting(24 * 3600, "how long an address receives mail")
    private_lifetime_seconds: int = setting(
        0, "how long a private inbox receives mail; 0 is as long as an address"
    )
    message_lifetime_seconds: int = setting(72 * 3600, "how long a message stays readable")
    account_token_seconds: int = setting(7 * 24 * 3600, "how long an account stays logged in")
    max_mailboxes_per_user: int = setting(5, "active mailboxes of one account at most")
    mailbox_lifetime_seconds: int = setting(
        7 * 24 * 3600, "how long an account's mailbox receives mail, unless it is extended"
    )
    mailbox_message_lifetime_seconds: int = setting(
        30 * 24 * 3600, "how long a message in an account's mailbox stays readable"
    )
    cooldown_seconds: int = setting(
        30 * 24 * 3600, "how long an address that received something stays unavailable"
    )
    inbox_messages: int = setting(limits.INBOX_MESSAGES, "messages one inbox holds at most")
    inbox_bytes: int = setting(limits.INBOX_BYTES, "bytes of raw messages one inbox holds at most")
    inbox_sender_share: int = setting(
        limits.INBOX_SENDER_SHARE,
        "percent of both that one sender may fill alone, several less each; 100 is no limit",
    )
    max_mail_bytes: int = setting(limits.MAX_MAIL_BYTES, "larger messages are dropped")
    rate_limit_requests: int = setting(100, "requests a minute of one client; 0 is no limit")
    rate_limit_address: int = setting(
        300, "requests a minute of one address, whatever they are for; 0 likewise"
    )
    rate_limit_create: int = setting(5, "of the first, those that make inboxes; 0 likewise")
    rate_limit_fetch: int = setting(30, "of these, those that list messages; 0 likewise")
    rate_limit_login: int = setting(10, "of these, logins and the like; 0 likewise")
    rate_limit_admin: int = setting(60, "of these, admin requests; 0 likewise")
    rate_limit_failures: int = setting(
        5, "wrong passwords and admin keys a minute of one client; 0 likewise"
    )
    rate_limit_window: int = setting(
        60_000, "milliseconds that RATE_LIMIT_… count over, in place of the minute"
    )
    waits_at_once: int = setting(
        3, "requests that may wait for messages at once (`wait`), all clients together; 0 is none"
    )
    waits_per_address: int = setting(2, "of these, those from one address; 0 likewise")
    waits_per_holder: int = setting(
        2, "of these, those for one inbox or the mailboxes of one account; 0 likewise"
    )
    socket_frames: int = setting(120, "frames a minute of one WebSocket connection; 0 is no limit")
    socket_address_frames: int = setting(
        600, "frames and new connections a minute of one client address; 0 likewise"
    )
    socket_replayed: int = setting(
        500, "messages a minute of one connection past which no replay begins; 0 likewise"
    )
    socket_address_replayed: int = setting(2000, "the same for one client address; 0 likewise")
    socket_replays: int = setting(10, "replays a minute of one inbox to one connection; 0 likewise")
    socket_subscriptions: int = setting(
        limits.SUBSCRIPTIONS_PER_CONNECTION, "inboxes and accounts that one connection watches"
    )
    socket_address_watchers: int = setting(
        10, "connections of one client address that watch one inbox or account; 0 is no limit"
    )
    socket_address_connections: int = setting(
        50, "WebSocket connections of one client address at once; 0 likewise"
    )
    mails_per_day: int = setting(
        0, "messages received a day (UTC) past which no inboxes are made; 0 is no limit"
    )
    inboxes_per_day: int = setting(0, "inboxes a day (UTC), all clients together; 0 is no limit")
    daily_budget_usd: int = setting(
        5,
        "dollars that a day (UTC) may cost: past it nobody makes inboxes, past one and a half times"
        " no message is taken and strangers are not answered; 0 is no limit",
    )
    inboxes_per_client: int = setting(
        200, "inboxes a day (UTC) that one account, or one address, may make; 0 is no limit"
    )
    cors_origin: tuple[str, ...] = setting(
        ("*",), "which browser origins may call the API, comma-separated, or * for all"
    )
    sender_address: str = setting(
        "",
        "the sender of emails to accounts, as those that verify them; empty: none are sent, all"
        " count as verified",
    )
    service_mails_per_day: int = setting(
        200, "emails a day (UTC) that this service itself sends to accounts; 0 is no limit"
    )
    registrations_per_day: int = setting(
        20, "registrations and forgotten passwords a day (UTC) of one address; 0 is no limit"
    )
    page_url: str = setting(
        "",
        "where the page is open, for links in emails to accounts; empty: they have tokens to copy",
    )
    sending: bool = setting(False, "whether accounts may send from their domains")
    sending_needs_approval: bool = setting(
        True, "whether an account sends only once an admin has approved it"
    )
    sends_per_day: int = setting(
        100,
        "recipients a day (UTC) that one account, or one registrable domain, may send to; 0 is no"
        " limit",
    )
    deployment_sends_per_day: int = setting(
        0, "recipients a day (UTC), all accounts together; 0 is what SES allows"
    )
    max_attachment_size: int = setting(
        limits.MAX_FILE_BYTES, "bytes of all attachments together of a message that is sent"
    )

    user_domains: bool = setting(True, "whether accounts may bring mail domains of their own")
    domains_per_account: int = setting(5, "how many domains one account may bring")
    pending_domains_per_account: int = setting(3, "how many of these may be unproven at a time")
    domain_claims_per_day: int = setting(
        10, "domains that may be brought from one client address a day (UTC); 0 is no limit"
    )
    dns_servers: tuple[str, ...] = setting(
        (), "DNS servers that are asked, as address or address:port; empty: the system's"
    )
    hosted_zones: tuple[str, ...] = setting(
        (), "ids of Route 53 zones that accounts' records may be written to, under their domains"
    )
    inbound_host: str = setting(
        "localhost", "where messages for accounts' domains go, their MX; set by the deployment"
    )
    feedback_host: str = setting(
        "localhost", "where bounces go, MX of their MAIL FROM; set by the deployment"
    )
    relay_to_private_addresses: bool = setting(
        False,
        "whether relays may be in this machine's own network; never where credentials are given",
    )
    smtp_timeout: int = setting(
        0,
        "milliseconds to connect to a relay, and for each of its answers; 0 is 10 and 60"
        " seconds, and a test of one ends sooner",
    )
    relay_port_25: bool = setting(
        True,
        "whether relays may be at port 25, which AWS closes to functions; set by the deployment",
    )
    stack_name: str = setting(
        "Mayfly",
        "what the deployment is called: a dimension of its metrics, the tag of its SES identities;"
        " set likewise",
    )
    receipt_rule: str = setting(
        "", "SES's rule that accepts messages, which the sweep looks for; set likewise"
    )
    api_stages: tuple[str, ...] = setting(
        (), "stages of the APIs and their usual throttle, which the breaker lowers; set likewise"
    )

    def __post_init__(self) -> None:
        """Check the domains and bring them to their one spelling."""
        try:
            domains = tuple(dict.fromkeys(normal_domain(domain) for domain in self.domains))
        except InvalidAddress as error:
            raise InvalidInput(f"DOMAINS: {error}") from error
        if not domains:
            raise InvalidInput("DOMAINS must name at least one domain")
        object.__setattr__(self, "domains", domains)
        object.__setattr__(self, "sender_address", _sender(self.sender_address, domains))
        object.__setattr__(self, "page_url", _page(self.page_url))
        object.__setattr__(self, "socket_url", _socket(self.socket_url))
        object.__setattr__(self, "cors_origin", origins(self.cors_origin))
        self._check_hosting()
        for stage in self.api_stages:
            try:
                ApiStage.parse(stage)
            except InvalidInput as error:
                raise InvalidInput(f"API_STAGES: {error}") from error
        for name in (*RATE_LIMITS, *SOCKET_LIMITS, *_A_DAY):
            if getattr(self, name) < 0:
                raise InvalidInput(f"{name.upper()} must be 0 (no limit) or more")
        for name, (least, most) in _MILLISECONDS.items():
            if not (
                least <= getattr(self, name) <= most or getattr(self, name) == _UNSET.get(name)
            ):
                raise InvalidInput(f"{name.upper()} must be from {least} to {most} (milliseconds)")
        for name in WAITS:
            if not 0 <= getattr(self, name) <= limits.MOST_WAITS_AT_ONCE:
                raise InvalidInput(
                    f"{name.upper()} must be from 0 (nobody waits) to {limits.MOST_WAITS_AT_ONCE}"
                )
        for each in fields(self):
            if isinstance(number := getattr(self, each.name), int) and number < 0:
                raise InvalidInput(f"{each.name.upper()} must be 0 or more")
        if not self.socket_subscriptions:
            raise InvalidInput("SOCKET_SUBSCRIPTIONS must be 1 or more")
        if self.max_mail_bytes < limits.LEAST_MAIL_BYTES:
            raise InvalidInput(f"MAX_MAIL_BYTES must be {limits.LEAST_MAIL_BYTES} or more")
        if not 1 <= self.inbox_sender_share <= 100:
            raise InvalidInput("INBOX_SENDER_SHARE must be a percentage, 1 to 100")
        for name in ("address_lifetime_seconds", "private_lifetime_seconds"):
            if self.message_lifetime_seconds < getattr(self, name):
                # What an inbox holds is counted until it is deleted, not until it expires.
                raise InvalidInput(f"MESSAGE_LIFETIME_SECONDS is shorter than {name.upper()}")
        if self.mailbox_message_lifetime_seconds < self.mailbox_lifetime_seconds:
            raise InvalidInput(
                "MAILBOX_MESSAGE_LIFETIME_SECONDS is shorter than MAILBOX_LIFETIME_SECONDS"
            )

    def _check_hosting(self) -> None:
        try:
            name_servers(self.dns_servers)
        except InvalidInput as error:
            raise InvalidInput(f"DNS_SERVERS: {error}") from error
        for zone in self.hosted_zones:
            if not _ZONE_ID.fullmatch(zone):
                raise InvalidInput(f"HOSTED_ZONES: not the id of a zone: {zone}")

    @property
    def quota(self) -> Quota:
        """How much one inbox may hold."""
        return Quota(self.inbox_messages, self.inbox_bytes, self.inbox_sender_share)

    @property
    def places(self) -> ConnectionLimits:
        """How many may watch."""
        return ConnectionLimits(
            subscriptions=self.socket_subscriptions,
            watchers=limits.CONNECTIONS_PER_INBOX,
            watchers_of_client=self.socket_address_watchers,
            connections_of_client=self.socket_address_connections,
        )

    @property
    def claim_limits(self) -> ClaimLimits:
        """How many domains accounts may claim."""
        return ClaimLimits(
            self.domains_per_account, self.pending_domains_per_account, limits.CLAIMED_DOMAINS
        )

    @property
    def address_lifetime(self) -> timedelta:
        """How long an address receives mail."""
        return timedelta(seconds=self.address_lifetime_seconds)

    @property
    def private_lifetime(self) -> timedelta:
        """How long a private inbox receives mail."""
        return timedelta(seconds=self.private_lifetime_seconds) or self.address_lifetime

    @property
    def message_lifetime(self) -> timedelta:
        """How long a message stays readable after it came in."""
        return timedelta(seconds=self.message_lifetime_seconds)

    @property
    def account_token_lifetime(self) -> timedelta:
        """How long an account stays logged in."""
        return timedelta(seconds=self.account_token_seconds)

    @property
    def mailbox_lifetime(self) -> timedelta:
        """How long an account's mailbox receives mail, and how much longer once extended."""
        return timedelta(seconds=self.mailbox_lifetime_seconds)

    @property
    def mailbox_message_lifetime(self) -> timedelta:
        """How long a message in an account's mailbox stays readable after it came in."""
        return timedelta(seconds=self.mailbox_message_lifetime_seconds)

    @property
    def longest_message_lifetime(self) -> timedelta:
        """How long any message may be readable: its mail has to be kept so long."""
        return max(
            self.message_lifetime,
            self.mailbox_message_lifetime,
            limits.MAX_ADMIN_TOKEN_LIFETIME,  # generated inboxes live so long
        )

    @property
    def rate_window(self) -> timedelta:
        """What `RATE_LIMITS` count over, in whole seconds."""
        return timedelta(seconds=-(-self.rate_limit_window // 1000))

    @property
    def cooldown(self) -> timedelta:
        """How long an address stays unavailable after its inbox."""
        return timedelta(seconds=self.cooldown_seconds)
