"""The flows of mail over their adapters."""

import time
from functools import cached_property
from typing import Any

from mayfly import limits
from mayfly.breaker.ses import SesReceiptRule
from mayfly.domains.dynamodb import DynamoDomains
from mayfly.domains.dynamodb_claims import DynamoClaims
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService, RecipientFinder
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.kit.aws import Clients
from mayfly.mailboxes.folders import FolderService
from mayfly.messages.contents import ContentLoader
from mayfly.messages.dynamodb import DynamoMessages
from mayfly.messages.files import MessageFiles
from mayfly.messages.service import MessageService
from mayfly.rate_limits.dynamodb_request_counts import COUNTING_CONFIG, DynamoRequestCounts
from mayfly.rate_limits.frames import FrameLimiter, FrameLimits
from mayfly.receiving.dynamodb import DynamoDeliveries
from mayfly.receiving.service import MailStorage, Receiver
from mayfly.retention.dynamodb import DynamoRounds
from mayfly.retention.erase import Eraser
from mayfly.retention.sqs import SqsNotices, SqsRetries
from mayfly.retention.sweep import Replay, Sweeper
from mayfly.storage.dynamodb import DynamoContents
from mayfly.storage.s3 import S3PartFiles, S3RawMails
from mayfly.subscriptions.apigateway import PUSH_CONFIG, ApiGatewaySockets
from mayfly.subscriptions.dynamodb import DynamoSubscriptions
from mayfly.subscriptions.probe import ConnectionProbe
from mayfly.subscriptions.push import MessagePusher, PushQueues
from mayfly.subscriptions.service import SubscriptionService

LOOKS = 16
"""Of the sweep, at the same time; boto3 keeps 32 connections."""


class MailFlows(Clients):
    """What brings mail in, shows it, tells of it and takes it away."""

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
    def opener(self) -> ContentLoader:
        """Contents, kept or read anew."""
        return ContentLoader(self.contents, self.raw_mails)

    @cached_property
    def part_files(self) -> S3PartFiles:
        """The unpacked attachments."""
        return S3PartFiles(self.bucket, self.settings.file_prefix)

    @cached_property
    def domains(self) -> DomainRegister:
        """The mail domains."""
        return DomainRegister(DynamoDomains(self.table), self.settings.domains, self.now)

    @cached_property
    def host(self) -> DomainService:
        """The domains of accounts."""
        return DomainService(
            DynamoClaims(self.table, self.settings.claim_limits), self.domains, self.now
        )

    @cached_property
    def addressees(self) -> RecipientFinder:
        """Who mail may go to."""
        return RecipientFinder(self.inboxes, self.host)

    @cached_property
    def receiver(self) -> Receiver:
        """Accepted mails into inboxes."""
        settings = self.settings
        mailbag = MailStorage(settings.mail_bucket, settings.raw_prefix, settings.max_mail_bytes)
        return Receiver(
            mailbag,
            self.raw_mails,
            self.addressees.find,
            self.deliveries,
            self.contents,
            self.now,
        )

    @cached_property
    def reader(self) -> MessageService:
        """Lists, waiting, single messages."""
        return MessageService(self.inboxes, self.messages, self.opener, self.now, time.sleep)

    @cached_property
    def filer(self) -> FolderService:
        """A mailbox's folders and threads."""
        return FolderService(self.reader, self.inboxes, self.messages, self.now)

    @cached_property
    def originals(self) -> MessageFiles:
        """Raw mails and attachments."""
        return MessageFiles(self.messages, self.opener, self.raw_mails, self.part_files, self.now)

    @cached_property
    def watching(self) -> DynamoSubscriptions:
        """Connections and subscriptions."""
        return DynamoSubscriptions(self.table, self.settings.places)

    @cached_property
    def watcher(self) -> SubscriptionService:
        """Connections and what they watch."""
        return SubscriptionService(self.watching, self.inboxes, self.roll_call, self.now)

    @cached_property
    def roll_call(self) -> ConnectionProbe:
        """Which of those that keep a place are there; no client is made before it is asked."""
        return ConnectionProbe(lambda: self.sockets, self.watching, self.now)

    @cached_property
    def frame_limiter(self) -> FrameLimiter:
        """How much one client may do over the WebSocket."""
        counts = DynamoRequestCounts(self.counting_client, self.settings.table_name)
        return FrameLimiter(counts, FrameLimits.of(self.settings), self.now)

    @cached_property
    def counting_client(self) -> Any:
        """The table's client for what must not keep a request waiting."""
        return self.client("dynamodb", config=COUNTING_CONFIG)

    @cached_property
    def sockets(self) -> ApiGatewaySockets:
        """The WebSocket clients."""
        client = self.client(
            "apigatewaymanagementapi",
            endpoint_url=self.settings.socket_endpoint,
            config=PUSH_CONFIG,
        )
        return ApiGatewaySockets(client)

    @cached_property
    def lanes(self) -> PushQueues:
        """The way to WebSocket clients, in order."""
        return PushQueues(self.sockets)

    @cached_property
    def announcer(self) -> MessagePusher:
        """New mail to those who watch."""
        return MessagePusher(self.messages, self.inboxes, self.watching, self.lanes, self.now)

    @cached_property
    def eraser(self) -> Eraser:
        """What goes when an inbox or a message is gone."""
        return Eraser(self.inboxes, self.deliveries, self.contents, self.raw_mails, self.part_files)

    @cached_property
    def retries(self) -> SqsRetries:
        """When records of queues that failed come again."""
        return SqsRetries(lambda: self.client("sqs"))

    @cached_property
    def receipt_rule(self) -> SesReceiptRule:
        """What SES takes our mail by."""
        return SesReceiptRule(lambda: self.client("ses"), self.settings.receipt_rule)

    @cached_property
    def sweeper(self) -> Sweeper:
        """The check that no mail is without an outcome."""
        settings = self.settings
        notices = SqsNotices(self.client("sqs"), settings.queue_url)
        return Sweeper(
            DynamoRounds(self.table),
            self.raw_mails,
            self.deliveries,
            self.contents,
            Replay(settings.mail_bucket, self.host, self.raw_mails, notices),
            self.now,
            # Where nobody tells of raw mails, every sweep looks for them.
            *((limits.SWEEP_EVERY, LOOKS) if settings.arrivals_queue_url else ()),
        )
