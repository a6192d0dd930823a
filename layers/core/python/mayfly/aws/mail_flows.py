"""The flows of mail over their adapters."""

import time
from functools import cached_property
from typing import Any

from mayfly.announcing import Announcer, Lanes
from mayfly.aws.claims import DynamoClaims
from mayfly.aws.clients import Clients
from mayfly.aws.contents import DynamoContents
from mayfly.aws.deliveries import DynamoDeliveries
from mayfly.aws.domains import DynamoDomains
from mayfly.aws.inboxes import DynamoInboxes
from mayfly.aws.messages import DynamoMessages
from mayfly.aws.notices import SqsNotices, SqsRetries
from mayfly.aws.objects import S3PartFiles, S3RawMails
from mayfly.aws.receipt_rule import SesReceiptRule
from mayfly.aws.request_counts import COUNTING_CONFIG, DynamoRequestCounts
from mayfly.aws.rounds import DynamoRounds
from mayfly.aws.sockets import PUSH_CONFIG, ApiGatewaySockets
from mayfly.aws.watching import DynamoWatching
from mayfly.blueprint import limits
from mayfly.domains import DomainRegister
from mayfly.filing import Filer
from mayfly.frame_limiting import FrameLimiter, FrameLimits
from mayfly.hosting import Addressees, Host
from mayfly.opening import Opener
from mayfly.originals import Originals
from mayfly.reading import Reader
from mayfly.receiving import Mailbag, Receiver
from mayfly.releasing import Eraser
from mayfly.roll_call import RollCall
from mayfly.sweeping import Replay, Sweeper
from mayfly.watching import Watcher

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
    def opener(self) -> Opener:
        """Contents, kept or read anew."""
        return Opener(self.contents, self.raw_mails)

    @cached_property
    def part_files(self) -> S3PartFiles:
        """The unpacked attachments."""
        return S3PartFiles(self.bucket, self.settings.file_prefix)

    @cached_property
    def domains(self) -> DomainRegister:
        """The mail domains."""
        return DomainRegister(DynamoDomains(self.table), self.settings.domains, self.now)

    @cached_property
    def host(self) -> Host:
        """The domains of accounts."""
        return Host(DynamoClaims(self.table, self.settings.claim_limits), self.domains, self.now)

    @cached_property
    def addressees(self) -> Addressees:
        """Who mail may go to."""
        return Addressees(self.inboxes, self.host)

    @cached_property
    def receiver(self) -> Receiver:
        """Accepted mails into inboxes."""
        settings = self.settings
        mailbag = Mailbag(settings.mail_bucket, settings.raw_prefix, settings.max_mail_bytes)
        return Receiver(
            mailbag,
            self.raw_mails,
            self.addressees.find,
            self.deliveries,
            self.contents,
            self.now,
        )

    @cached_property
    def reader(self) -> Reader:
        """Lists, waiting, single messages."""
        return Reader(self.inboxes, self.messages, self.opener, self.now, time.sleep)

    @cached_property
    def filer(self) -> Filer:
        """A mailbox's folders and threads."""
        return Filer(self.reader, self.inboxes, self.messages, self.now)

    @cached_property
    def originals(self) -> Originals:
        """Raw mails and attachments."""
        return Originals(self.messages, self.opener, self.raw_mails, self.part_files, self.now)

    @cached_property
    def watching(self) -> DynamoWatching:
        """Connections and subscriptions."""
        return DynamoWatching(self.table, self.settings.places)

    @cached_property
    def watcher(self) -> Watcher:
        """Connections and what they watch."""
        return Watcher(self.watching, self.inboxes, self.roll_call, self.now)

    @cached_property
    def roll_call(self) -> RollCall:
        """Which of those that keep a place are there; no client is made before it is asked."""
        return RollCall(lambda: self.sockets, self.watching, self.now)

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
    def lanes(self) -> Lanes:
        """The way to WebSocket clients, in order."""
        return Lanes(self.sockets)

    @cached_property
    def announcer(self) -> Announcer:
        """New mail to those who watch."""
        return Announcer(self.messages, self.inboxes, self.watching, self.lanes, self.now)

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
