"""The flows of mail that goes out over their adapters."""

import secrets
import time
from functools import cached_property

from mayfly.accounts.approval import ApprovalService, ApprovedDomains
from mayfly.accounts.dynamodb import DynamoApprovals
from mayfly.rate_limits.dynamodb_request_counts import DynamoRequestCounts
from mayfly.relays.wiring import RelayFlows
from mayfly.sending.attempts import DeliveryAttempts
from mayfly.sending.delivery_events import DeliveryEventService
from mayfly.sending.dynamodb import DynamoOutgoingMails
from mayfly.sending.dynamodb_suppressions import DynamoSuppressions
from mayfly.sending.dynamodb_uploads import DynamoUploads, S3UploadedFiles
from mayfly.sending.ports import SendableDomains
from mayfly.sending.quota import DailyQuota, SendingPolicy, SendRateLimiter
from mayfly.sending.s3 import S3OutgoingFiles
from mayfly.sending.service import OutgoingMailService
from mayfly.sending.ses import ONCE_CONFIG, SesAccount, SesMailer
from mayfly.sending.sqs import SchedulerSchedules, SqsSendJobs
from mayfly.sending.store import OutgoingMailStore
from mayfly.sending.submit import Submitter
from mayfly.sending.transport import TransportSelector
from mayfly.sending.uploads import Uploader
from mayfly.sending.worker import SendWorker


class SendingFlows(RelayFlows):
    """What accounts send, and what becomes of it."""

    @cached_property
    def outbox(self) -> DynamoOutgoingMails:
        """The mails of accounts that go out."""
        return DynamoOutgoingMails(self.table, self.now)

    @cached_property
    def suppressions(self) -> DynamoSuppressions:
        """Whom accounts' mail goes to no more."""
        return DynamoSuppressions(self.table)

    @cached_property
    def storeroom(self) -> OutgoingMailStore:
        """Where these mails are kept, and what wakes them."""
        settings = self.settings
        return OutgoingMailStore(
            self.outbox,
            S3OutgoingFiles(self.bucket, settings.outgoing_prefix),
            SqsSendJobs(self.client("sqs"), settings.order_queue_url),
            SchedulerSchedules(
                self.client("scheduler"),
                settings.schedule_group,
                settings.order_queue_arn,
                settings.schedule_role,
                time.sleep,
            ),
            self.suppressions,
        )

    @cached_property
    def sending_account(self) -> SesAccount:
        """The AWS account as SES sees it."""
        return SesAccount(lambda: self.client("sesv2"), self.now)

    @cached_property
    def mailer(self) -> SesMailer:
        """The way out."""
        return SesMailer(
            lambda: self.client("sesv2", config=ONCE_CONFIG),
            self.settings.configuration_set,
            self.sending_account.quota,
        )

    @cached_property
    def carrier(self) -> TransportSelector:
        """Who carries a domain's mail."""
        return TransportSelector(
            self.mailer, self.relays, self.relay_desk.relay_of, self.key_keeper.signed
        )

    @cached_property
    def sendable_domains(self) -> SendableDomains:
        """The domains that accounts may send from."""
        return ApprovedDomains(self.approval_desk, self.host)

    @cached_property
    def approval_desk(self) -> ApprovalService:
        """Which accounts may send."""
        is_needed = self.settings.sending_needs_approval
        return ApprovalService(DynamoApprovals(self.table), self.accounts, is_needed, self.now)

    @cached_property
    def uploader(self) -> Uploader:
        """Their attachments, where they are large."""
        return Uploader(
            DynamoUploads(self.table),
            S3UploadedFiles(self.bucket, self.settings.outgoing_prefix),
            self._shared_counts,
            SendingPolicy.of(self.settings),
            self.now,
            secrets.token_bytes,
        )

    @cached_property
    def outtray(self) -> OutgoingMailService:
        """What became of them."""
        return OutgoingMailService(self.storeroom, SendingPolicy.of(self.settings), self.now)

    @cached_property
    def _shared_counts(self) -> DynamoRequestCounts:
        return DynamoRequestCounts(self.client("dynamodb"), self.settings.table_name)

    @cached_property
    def submitter(self) -> Submitter:
        """Mails of accounts, taken in."""
        return Submitter(
            self.storeroom,
            self.uploader,
            self.sendable_domains,
            DailyQuota(SendingPolicy.of(self.settings), self.sending_account),
            self.now,
            secrets.token_bytes,
        )

    @cached_property
    def dispatcher(self) -> SendWorker:
        """Orders carried out."""
        return SendWorker(
            self.storeroom,
            self.sendable_domains,
            self.carrier,
            SendRateLimiter(self._shared_counts, self.sending_account, self.now, time.sleep),
            DeliveryAttempts(self.storeroom, self.now),
            self.now,
        )

    @cached_property
    def settler(self) -> DeliveryEventService:
        """SES's later words."""
        return DeliveryEventService(self.outbox, self.suppressions, self.now)
