"""What mail that comes in is kept in, counted with and announced by."""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from mayfly.kit.aws import Clients

if TYPE_CHECKING:
    from mayfly.archive.service import Archive
    from mayfly.exports.ports import ExportFiles, ExportJobs, Exports
    from mayfly.inboxes.ports import Batches, Inboxes
    from mayfly.kit.ports import Notices, SocketControl, Sockets
    from mayfly.kit.tokens.ports import PasswordKeys
    from mayfly.messages.ports import Deliveries, Messages
    from mayfly.pop3.ports import FetchedMails, InboxSecrets, Pop3Accounts
    from mayfly.retention.ports import Rounds
    from mayfly.retention.sqs import SqsRetries
    from mayfly.rules.ports import RuleSets
    from mayfly.sample_mails.ports import SampleMails
    from mayfly.stats.ports import Rollups
    from mayfly.storage.ports import Contents, PartFiles, RawMails
    from mayfly.subscriptions.ports import AccountSubscriptions, Subscriptions

    class SocketClients(Sockets, SocketControl, Protocol):
        """All that one can do to WebSocket clients."""


class IncomingAdapters(Clients):
    """What mail that comes in is kept in, counted with and announced by."""

    @cached_property
    def contents(self) -> "Contents":
        from mayfly.storage.dynamodb import DynamoContents

        settings = self.settings
        return DynamoContents(self.table, self.s3, settings.mail_bucket, settings.content_prefix)

    @cached_property
    def raw_mails(self) -> "RawMails":
        from mayfly.storage.s3 import S3RawMails

        return S3RawMails(self.bucket, self.settings.raw_prefix)

    @cached_property
    def sample_mails(self) -> "SampleMails":
        from mayfly.sample_mails.s3 import S3SampleMails

        return S3SampleMails(self.bucket, self.settings.raw_prefix)

    @cached_property
    def part_files(self) -> "PartFiles":
        from mayfly.storage.s3 import S3PartFiles

        return S3PartFiles(self.bucket, self.settings.file_prefix)

    @cached_property
    def inboxes(self) -> "Inboxes":
        from mayfly.inboxes.dynamodb import DynamoInboxes

        return DynamoInboxes(self.table, self.settings.cooldown)

    @cached_property
    def messages(self) -> "Messages":
        from mayfly.messages.dynamodb import DynamoMessages

        return DynamoMessages(self.table)

    @cached_property
    def deliveries(self) -> "Deliveries":
        from mayfly.receiving.dynamodb import DynamoDeliveries

        return DynamoDeliveries(self.table, self.settings.quota, self.now)

    @cached_property
    def rule_sets(self) -> "RuleSets":
        from mayfly.rules.dynamodb import DynamoRuleSets

        return DynamoRuleSets(self.table, self.settings.cooldown)

    @cached_property
    def rollups(self) -> "Rollups":
        from mayfly.stats.dynamodb import DynamoRollups

        return DynamoRollups(self.table)

    @cached_property
    def archive(self) -> "Archive":
        from mayfly.archive.s3 import S3Archive

        return S3Archive(self.s3, self.settings.archive_bucket, self.settings.mail_bucket)

    @cached_property
    def exports(self) -> "Exports":
        from mayfly.exports.dynamodb import DynamoExports

        return DynamoExports(self.table)

    @cached_property
    def export_files(self) -> "ExportFiles":
        from mayfly.exports.s3 import S3ExportFiles

        return S3ExportFiles(self.bucket, self.settings.export_prefix)

    @cached_property
    def export_jobs(self) -> "ExportJobs":
        from mayfly.exports.sqs import SqsExportJobs

        return SqsExportJobs(lambda: self.client("sqs"), self.settings.export_queue_url)

    @cached_property
    def batches(self) -> "Batches":
        from mayfly.batches.dynamodb import DynamoBatches

        return DynamoBatches(self.table, self.settings.cooldown)

    @cached_property
    def password_keys(self) -> "PasswordKeys":
        from mayfly.batches.kms import KmsPasswordKeys

        return KmsPasswordKeys(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def pop3_accounts(self) -> "Pop3Accounts":
        from mayfly.pop3.dynamodb import DynamoPop3Accounts

        return DynamoPop3Accounts(self.table, self.settings.cooldown)

    @cached_property
    def inbox_secrets(self) -> "InboxSecrets":
        from mayfly.pop3.kms import KmsInboxSecrets

        return KmsInboxSecrets(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def fetched_mails(self) -> "FetchedMails":
        from mayfly.pop3.s3 import S3FetchedMails

        return S3FetchedMails(self.bucket)

    @cached_property
    def watching(self) -> "Subscriptions":
        from mayfly.subscriptions.dynamodb import DynamoSubscriptions

        return DynamoSubscriptions(self.table, self.settings.places)

    @cached_property
    def account_watching(self) -> "AccountSubscriptions":
        from mayfly.subscriptions.dynamodb_accounts import DynamoAccountSubscriptions

        return DynamoAccountSubscriptions(self.table, self.settings.places)

    @cached_property
    def sockets(self) -> "SocketClients":
        from mayfly.subscriptions.apigateway import PUSH_CONFIG, ApiGatewaySockets

        client = self.client(
            "apigatewaymanagementapi",
            endpoint_url=self.settings.socket_endpoint,
            config=PUSH_CONFIG,
        )
        return ApiGatewaySockets(client)

    @cached_property
    def rounds(self) -> "Rounds":
        from mayfly.retention.dynamodb import DynamoRounds

        return DynamoRounds(self.table)

    @cached_property
    def notices(self) -> "Notices":
        from mayfly.retention.sqs import SqsNotices

        archive = self.settings.archive_queue_url
        return SqsNotices(self.client("sqs"), self.settings.queue_url, archive)

    @cached_property
    def retries(self) -> "SqsRetries":
        from mayfly.retention.sqs import SqsRetries

        return SqsRetries(lambda: self.client("sqs"))
