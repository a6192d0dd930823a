"""The one place where flows get their adapters, and the only reader of the environment.

A function asks `here()` for the flow it runs; what it does not ask for is never made, so that a
cold start pays for its own clients only.
"""

import os
import secrets
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

import boto3
from botocore.config import Config

from mayfly.account_announcing import AccountAnnouncer
from mayfly.account_tokens import (
    AUDIENCE,
    SOCKET_AUDIENCE,
    VERIFY_AUDIENCE,
    AccountTokens,
)
from mayfly.account_watching import AccountWatcher
from mayfly.accounts import Doorman, Membership, SessionTerms
from mayfly.administering import AdminGate, AdminKeyMaker
from mayfly.announcing import Announcer, Lanes
from mayfly.aws.account_watching import DynamoAccountWatching
from mayfly.aws.accounts import DynamoAccounts
from mayfly.aws.admin_keys import DynamoAdminKeys
from mayfly.aws.admin_secret import ManagedAdminSecret
from mayfly.aws.batches import DynamoBatches
from mayfly.aws.budgets import DynamoBudgets
from mayfly.aws.census import DynamoCensus
from mayfly.aws.contents import DynamoContents
from mayfly.aws.deliveries import DynamoDeliveries
from mayfly.aws.domains import DynamoDomains
from mayfly.aws.inboxes import DynamoInboxes
from mayfly.aws.messages import DynamoMessages
from mayfly.aws.notices import SqsNotices
from mayfly.aws.objects import Bucket, S3PartFiles, S3RawMails
from mayfly.aws.password_keys import KmsPasswordKeys
from mayfly.aws.postman import MAILING_CONFIG, SesPostman
from mayfly.aws.request_counts import COUNTING_CONFIG, DynamoRequestCounts
from mayfly.aws.signing_keys import SecretSigningKeys
from mayfly.aws.sockets import PUSH_CONFIG, ApiGatewaySockets
from mayfly.aws.table import Table
from mayfly.aws.watching import DynamoWatching
from mayfly.blueprint.settings import Settings
from mayfly.budget import Budget, DailyLimits
from mayfly.domains import DomainRegister
from mayfly.exporting import Exporter
from mayfly.filing import Filer
from mayfly.generating import Generator
from mayfly.inboxes import Concierge, Registrar, Terms
from mayfly.ledger import Ledger
from mayfly.lengthening import Lengthener
from mayfly.limiting import Limiter, RateLimits
from mayfly.mailboxes import Landlord, MailboxTerms
from mayfly.originals import Originals
from mayfly.passwords import PasswordHashes, Passwords, common_passwords
from mayfly.reading import Reader
from mayfly.receiving import Mailbag, Receiver
from mayfly.registering import Letters, Registry, Verifier
from mayfly.releasing import Eraser
from mayfly.surveying import Surveyor
from mayfly.sweeping import Sweeper
from mayfly.tokens import Tokens
from mayfly.watching import Watcher


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Assembly:
    """The flows of one deployment over its adapters."""

    def __init__(self, settings: Settings) -> None:
        """Make nothing yet."""
        self.settings = settings
        self.now = utc_now
        self._making = threading.Lock()

    @cached_property
    def _session(self) -> Any:
        return boto3.Session()

    def client(self, service: str, **options: Any) -> Any:
        """A client with short timeouts: a call that hangs must not take the function with it."""
        config = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "max_attempts": 4},
            signature_version="s3v4" if service == "s3" else None,
            max_pool_connections=32,
        ).merge(options.pop("config", Config()))
        with self._making:  # boto3 sessions are not safe under threads
            return self._session.client(service, config=config, **options)

    @cached_property
    def s3(self) -> Any:
        """The S3 client."""
        return self.client("s3")

    @cached_property
    def table(self) -> Table:
        """The table."""
        return Table(self.client("dynamodb"), self.settings.table_name, time.sleep)

    @cached_property
    def bucket(self) -> Bucket:
        """The bucket."""
        return Bucket(self.s3, self.settings.mail_bucket)

    @cached_property
    def inboxes(self) -> DynamoInboxes:
        """The inboxes."""
        return DynamoInboxes(self.table, self.settings.cooldown)

    @cached_property
    def messages(self) -> DynamoMessages:
        """The messages."""
        return DynamoMessages(self.table)

    @cached_property
    def deliveries(self) -> DynamoDeliveries:
        """What becomes of accepted mails."""
        return DynamoDeliveries(self.table, self.settings.quota, self.now)

    @cached_property
    def contents(self) -> DynamoContents:
        """What readers see of mails."""
        settings = self.settings
        return DynamoContents(self.table, self.s3, settings.mail_bucket, settings.content_prefix)

    @cached_property
    def raw_mails(self) -> S3RawMails:
        """The raw mails."""
        return S3RawMails(self.bucket, self.settings.raw_prefix)

    @cached_property
    def part_files(self) -> S3PartFiles:
        """The unpacked attachments."""
        return S3PartFiles(self.bucket, self.settings.file_prefix)

    @cached_property
    def watching(self) -> DynamoWatching:
        """Connections and subscriptions."""
        return DynamoWatching(self.table)

    @cached_property
    def receiver(self) -> Receiver:
        """Accepted mails into inboxes."""
        settings = self.settings
        mailbag = Mailbag(settings.mail_bucket, settings.raw_prefix, settings.max_mail_bytes)
        return Receiver(
            mailbag, self.raw_mails, self.inboxes, self.deliveries, self.contents, self.now
        )

    @cached_property
    def admin_keys(self) -> DynamoAdminKeys:
        """The hash of the admin key."""
        return DynamoAdminKeys(self.table, self.now)

    @cached_property
    def admin_gate(self) -> AdminGate:
        """Who runs the deployment."""
        return AdminGate(self.admin_keys)

    @cached_property
    def admin_key_maker(self) -> AdminKeyMaker:
        """The admin key, when it is made."""
        secret = ManagedAdminSecret(self.client("secretsmanager"), self.settings.admin_secret)
        return AdminKeyMaker(self.admin_keys, secret, self.now, secrets.token_bytes)

    @cached_property
    def domains(self) -> DomainRegister:
        """The mail domains."""
        return DomainRegister(DynamoDomains(self.table), self.settings.domains, self.now)

    @cached_property
    def surveyor(self) -> Surveyor:
        """How much of everything there is."""
        return Surveyor(DynamoCensus(self.table), self.deliveries, self.domains, self.now)

    @cached_property
    def registrar(self) -> Registrar:
        """Making inboxes, and closing public addresses."""
        terms = Terms.of(self.settings)
        return Registrar(
            self.inboxes,
            self.domains,
            terms,
            self.now,
            secrets.token_bytes,
            spend=self.budget.spend,
        )

    @cached_property
    def budget(self) -> Budget:
        """What the whole deployment may take on in a day."""
        limits = DailyLimits.of(self.settings)
        return Budget(DynamoBudgets(self.table), self.deliveries, limits, self.now)

    @cached_property
    def limiter(self) -> Limiter:
        """How often one client may ask."""
        client = self.client("dynamodb", config=COUNTING_CONFIG)
        counts = DynamoRequestCounts(client, self.settings.table_name)
        return Limiter(counts, RateLimits.of(self.settings), self.now)

    @cached_property
    def signing_keys(self) -> SecretSigningKeys:
        """What tokens are signed with; no client is made before the first token."""
        return SecretSigningKeys(
            lambda: self.client("secretsmanager"), self.settings.token_secret, self.now
        )

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens of private inboxes."""
        return Tokens(self.signing_keys, self.now, secrets.token_bytes)

    @cached_property
    def account_tokens(self) -> AccountTokens:
        """Tokens of accounts."""
        return AccountTokens(self.signing_keys, self.now, secrets.token_bytes)

    @cached_property
    def accounts(self) -> DynamoAccounts:
        """The accounts."""
        return DynamoAccounts(self.table, self.settings.cooldown)

    @cached_property
    def doorman(self) -> Doorman:
        """Who is calling."""
        return Doorman(self.accounts, self.account_tokens, self.now)

    @cached_property
    def passwords(self) -> Passwords:
        """The rules for passwords; nothing is loaded before the first."""
        return Passwords(PasswordHashes(), common_passwords)

    @cached_property
    def registry(self) -> Registry:
        """New accounts."""
        letters = None
        if self.settings.sender_address:
            postman = SesPostman(
                lambda: self.client("sesv2", config=MAILING_CONFIG), self.settings.sender_address
            )
            letters = Letters(postman, self.verification_tokens, self.domains.names)
        return Registry(self.accounts, self.passwords, self.now, secrets.token_bytes, letters)

    @cached_property
    def verification_tokens(self) -> AccountTokens:
        """Tokens that are mailed to who registers."""
        return replace(self.account_tokens, audiences=(VERIFY_AUDIENCE,))

    @cached_property
    def verifier(self) -> Verifier:
        """Who reads the mail of an account's address."""
        hashes = self.passwords.hashes
        return Verifier(self.ledger, hashes, self.verification_tokens, self.now)

    @cached_property
    def ledger(self) -> Ledger:
        """Accounts that several write at once."""
        return Ledger(self.accounts, time.sleep)

    @cached_property
    def membership(self) -> Membership:
        """What people do with their accounts."""
        return Membership(
            self.ledger,
            self.inboxes,
            self.account_tokens,
            self.passwords,
            SessionTerms.of(self.settings),
            self.now,
        )

    @cached_property
    def landlord(self) -> Landlord:
        """The mailboxes of accounts."""
        terms = MailboxTerms.of(self.settings)
        return Landlord(self.ledger, self.registrar, self.messages, terms)

    @cached_property
    def concierge(self) -> Concierge:
        """Private inboxes and their tokens."""
        return Concierge(self.registrar, self.inboxes, self.tokens, self.now)

    @cached_property
    def batches(self) -> DynamoBatches:
        """Batches of generated inboxes."""
        return DynamoBatches(self.table, self.settings.cooldown)

    @cached_property
    def password_keys(self) -> KmsPasswordKeys:
        """The secrets of their passwords; no client is made before the first."""
        return KmsPasswordKeys(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def generator(self) -> Generator:
        """Batches of inboxes."""
        return Generator(
            self.batches,
            self.password_keys,
            self.tokens,
            self.settings,
            self.now,
            secrets.token_bytes,
        )

    @cached_property
    def exporter(self) -> Exporter:
        """What was generated."""
        return Exporter(self.batches, self.password_keys, self.inboxes, self.domains, self.now)

    @cached_property
    def reader(self) -> Reader:
        """Lists, waiting, single messages."""
        return Reader(self.inboxes, self.messages, self.contents, self.now, time.sleep)

    @cached_property
    def originals(self) -> Originals:
        """Raw mails and attachments."""
        return Originals(self.messages, self.contents, self.raw_mails, self.part_files, self.now)

    @cached_property
    def watcher(self) -> Watcher:
        """Connections and what they watch."""
        return Watcher(self.watching, self.inboxes, self.now)

    @cached_property
    def filer(self) -> Filer:
        """A mailbox's folders and threads."""
        return Filer(self.reader, self.inboxes, self.messages, self.now)

    @cached_property
    def account_watching(self) -> DynamoAccountWatching:
        """Subscriptions to accounts."""
        return DynamoAccountWatching(self.table)

    @cached_property
    def socket_tokens(self) -> AccountTokens:
        """Tokens of pages for the WebSocket, which takes those of accounts as well."""
        audiences = (SOCKET_AUDIENCE, AUDIENCE)
        return replace(self.account_tokens, audiences=audiences)

    @cached_property
    def account_watcher(self) -> AccountWatcher:
        """Connections and the accounts they watch."""
        doorman = Doorman(self.accounts, self.socket_tokens, self.now)
        return AccountWatcher(doorman, self.accounts, self.account_watching, self.now)

    @cached_property
    def lanes(self) -> Lanes:
        """The way to WebSocket clients, in order."""
        client = self.client(
            "apigatewaymanagementapi",
            endpoint_url=self.settings.socket_endpoint,
            config=PUSH_CONFIG,
        )
        return Lanes(ApiGatewaySockets(client))

    @cached_property
    def announcer(self) -> Announcer:
        """New mail to those who watch."""
        return Announcer(self.messages, self.inboxes, self.watching, self.lanes, self.now)

    @cached_property
    def account_announcer(self) -> AccountAnnouncer:
        """New mail to those who watch an account."""
        return AccountAnnouncer(
            self.accounts,
            self.account_watching,
            self.messages,
            self.contents,
            self.lanes,
            self.now,
        )

    @cached_property
    def eraser(self) -> Eraser:
        """What goes when an inbox or a message is gone."""
        return Eraser(self.inboxes, self.deliveries, self.contents, self.raw_mails, self.part_files)

    @cached_property
    def lengthener(self) -> Lengthener:
        """What an account took over lives as long as what it receives."""
        return Lengthener(self.messages, self.contents, self.now)

    @cached_property
    def sweeper(self) -> Sweeper:
        """The hourly check."""
        settings = self.settings
        return Sweeper(
            settings.mail_bucket,
            self.domains,
            self.raw_mails,
            self.deliveries,
            self.contents,
            SqsNotices(self.client("sqs"), settings.queue_url),
            self.now,
        )


@cache
def here() -> Assembly:
    """The assembly of the environment this process runs in."""
    return Assembly(Settings.from_environment(os.environ))


def ready(*flows: str) -> None:
    """In Lambda, make these flows while the function starts, where there is CPU to spare.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        for flow in flows:
            getattr(here(), flow)
