"""The archive: a second bucket with S3 Object Lock, and what copies raw messages there.

There only where the deployer wants one. SES cannot write to a bucket with a default retention, so
the messages are copied; the topic of notices tells a queue of its own of each.
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html
"""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.functions.triggers import wake
from infra.cloud.receiving.queues import Notices, dead_letter_queue, work_queue
from infra.cloud.resources import KEPT, acknowledge
from infra.cloud.storage import Storage
from mayfly import functions

CONCURRENCY = 2
"""SQS's smallest: a copy takes a tenth of a second, and the queue keeps the rest for 14 days."""


class Archive(Construct):
    """The bucket, and the queue of what is to be copied."""

    def __init__(self, scope: Construct, *, notices: Notices, deployment: Deployment) -> None:
        super().__init__(scope, "Archive")
        self.failed = dead_letter_queue(self, "Failed")
        self.undelivered = dead_letter_queue(self, "Undelivered")
        self.queue = work_queue(self, "Queue", functions.ARCHIVE_MAIL, self.failed)
        notices.topic.add_subscription(
            subscriptions.SqsSubscription(
                self.queue, raw_message_delivery=True, dead_letter_queue=self.undelivered
            )
        )
        self.bucket = self._make_bucket(deployment)

    def _make_bucket(self, deployment: Deployment) -> s3.Bucket:
        kept = Duration.days(deployment.archive_days)
        lock = s3.ObjectLockRetention
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=True,
            object_lock_enabled=True,
            object_lock_default_retention=(
                lock.compliance(kept) if deployment.archive_compliance else lock.governance(kept)
            ),
            # Whatever else is said of the stack: an archive outlives what it is the archive of.
            removal_policy=KEPT,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="over",
                    expiration=Duration.days(deployment.archive_days + 1),
                    noncurrent_version_expiration=Duration.days(1),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
        acknowledge(
            bucket,
            "S1",
            "One function writes, and none reads: whoever does is in the account's CloudTrail.",
        )
        return bucket

    def trigger(self, handler: Handler) -> None:
        """The queue wakes the handler, which says of each record whether it is done."""
        wake(self, "Copy", self.queue, handler, functions.NOTICE_BATCH, CONCURRENCY)


def grant_archive(handler: Handler, sweep: Handler, *, storage: Storage, archive: Archive) -> None:
    """It reads raw messages and puts them into the archive: it can neither change nor delete them.

    `s3:GetObject` there is for HEAD, which says whether a copy was made before.
    """
    handler.may(["dynamodb:Query"], storage.table.table_arn)
    handler.may(
        ["s3:GetObject"],
        storage.bucket.arn_for_objects(f"{storage.prefixes['raw']}*"),
        because="SES names the objects; the prefix is all that is known.",
    )
    handler.may(
        ["s3:GetObject", "s3:PutObject"],
        archive.bucket.arn_for_objects("*"),
        because="SES names the objects.",
    )
    # Without it S3 answers 403 for an object that is not there, not 404.
    handler.may(["s3:ListBucket"], storage.bucket.bucket_arn)
    handler.may(["s3:ListBucket"], archive.bucket.bucket_arn)
    # What it recovers came without a notice from SES.
    sweep.may(["sqs:SendMessage"], archive.queue.queue_arn)
