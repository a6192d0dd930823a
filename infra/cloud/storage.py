"""The bucket, the table and what empties the bucket before it goes."""

import math
from datetime import timedelta

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.receiving.queues import RETENTION, Arrivals
from infra.cloud.resources import acknowledge, removal_policy
from mayfly import limits
from mayfly.functions import EMPTY_BUCKET
from mayfly.kit.dynamodb import keys as table
from mayfly.kit.http.cors import ANY, BUCKET_EXPOSED
from mayfly.pop3.models import FETCHED_PREFIX

_MARGIN = timedelta(minutes=1)  # the function answers before its own time is over


def days_kept(message_lifetime: timedelta) -> int:
    """How long S3 keeps raw messages and contents, in days.

    Messages end by the clock of their readers; this net is for what nobody deleted. It is wider by
    the time a notice may wait in a queue or a dead-letter queue, so that a redriven notice still
    finds its mail.
    """
    return math.ceil((message_lifetime + RETENTION) / timedelta(days=1))


class Storage(Construct):
    """The mail bucket, with a prefix for each kind of object, and the one table."""

    def __init__(self, scope: Construct, *, arrivals: Arrivals, deployment: Deployment) -> None:
        super().__init__(scope, "Storage")
        settings = deployment.settings
        self.prefixes = {
            "raw": settings.raw_prefix,
            "fetched": settings.raw_prefix + FETCHED_PREFIX,
            "files": settings.file_prefix,
            "content": settings.content_prefix,
            "exports": settings.export_prefix,
            "outgoing": settings.outgoing_prefix,
        }
        self._removal = removal_policy(deployment)
        self.bucket = self._make_bucket(deployment)
        arrivals.tell_of(self.bucket, self.prefixes["raw"])
        self.table = self._make_table(deployment)

    def _make_bucket(self, deployment: Deployment) -> s3.Bucket:
        days = Duration.days(days_kept(deployment.settings.longest_message_lifetime))
        bucket = s3.Bucket(
            self,
            "Mail",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            # No versions: deleting a message has to remove its bytes.
            versioned=False,
            cors=self._cors(deployment),
            removal_policy=self._removal,
            lifecycle_rules=[
                s3.LifecycleRule(id="raw", prefix=self.prefixes["raw"], expiration=days),
                s3.LifecycleRule(id="content", prefix=self.prefixes["content"], expiration=days),
                s3.LifecycleRule(
                    # Made again when somebody asks again; their links last minutes.
                    id="files",
                    prefix=self.prefixes["files"],
                    expiration=Duration.days(1),
                ),
                s3.LifecycleRule(
                    # Whoever has one may have it for a day; S3 counts from midnight to midnight.
                    id="exports",
                    prefix=self.prefixes["exports"],
                    expiration=Duration.days(limits.EXPORT_KEPT.days + 1),
                ),
                *self._outgoing(),
                s3.LifecycleRule(
                    id="uploads", abort_incomplete_multipart_upload_after=Duration.days(1)
                ),
            ],
        )
        acknowledge(
            bucket,
            "S1",
            "Access logs would keep the names of messages for longer than the messages themselves. "
            "Nobody but SES and four functions may touch the bucket; the functions log their work.",
        )
        return bucket

    def _cors(self, deployment: Deployment) -> list[s3.CorsRule]:
        """Pages may read what links lead them to, and see whether a file of theirs was taken.

        What lets them in is the signature. After a redirect from the API their origin is `null`.
        """
        reading = s3.CorsRule(
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD],
            allowed_origins=[ANY],
            allowed_headers=["*"],
            exposed_headers=list(BUCKET_EXPOSED),
            max_age=int(limits.UPLOAD_KEPT.total_seconds()),
        )
        uploading = s3.CorsRule(
            allowed_methods=[s3.HttpMethods.POST],
            allowed_origins=[ANY],
            allowed_headers=["*"],
            max_age=int(limits.UPLOAD_KEPT.total_seconds()),
        )
        return [reading, uploading] if deployment.settings.sending else [reading]

    def _outgoing(self) -> list[s3.LifecycleRule]:
        """Mail that goes out soon may be sent again for as long once more; see `sending.store`."""
        kept = {"soon": 2 * limits.OUTGOING_KEPT}
        kept["later"] = kept["soon"] + limits.LONGEST_SCHEDULE
        days = {name: days_kept(lifetime) for name, lifetime in kept.items()}
        days["uploads"] = limits.UPLOAD_OBJECTS_KEPT.days
        return [
            s3.LifecycleRule(
                id=f"outgoing {name}",
                prefix=f"{self.prefixes['outgoing']}{name}/",
                expiration=Duration.days(each),
            )
            for name, each in days.items()
        ]

    def _make_table(self, deployment: Deployment) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Table",
            partition_key=_text(table.PARTITION_KEY),
            sort_key=_text(table.SORT_KEY),
            time_to_live_attribute=table.TTL_ATTRIBUTE,
            stream=dynamodb.StreamViewType[table.STREAM_VIEW],
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            # DynamoDB encrypts every table; its own key costs nothing per request.
            encryption=dynamodb.TableEncryption.DEFAULT,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True,
                recovery_period_in_days=deployment.recovery_days,
            ),
            # As the stack's own: a first deployment that fails has to get rid of its table.
            deletion_protection=deployment.termination_protection,
            removal_policy=self._removal,
        )


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


class Emptying(Construct):
    """Asks the function `empty_bucket` to empty the bucket when it goes, and never otherwise.

    It shares the bucket's fate: what is kept is asked nothing. Whatever writes to the bucket
    depends on this, so that CloudFormation removes the rule and the functions first.
    """

    def __init__(
        self, scope: Construct, *, handler: Handler, bucket: s3.Bucket, deployment: Deployment
    ) -> None:
        super().__init__(scope, "Emptying")
        handler.may(["s3:ListBucket"], bucket.bucket_arn)
        handler.may(
            ["s3:DeleteObject"], bucket.arn_for_objects("*"), because="All of the bucket goes."
        )
        resource = handler.resource(
            self,
            "Empty",
            "EmptyBucket",
            {
                "Bucket": bucket.bucket_name,
                # Nothing reads this: CloudFormation changes no policy of removal by itself alone.
                "Kept": deployment.deletion_protection,
            },
            at_most=EMPTY_BUCKET.timeout + _MARGIN,
            removal_policy=removal_policy(deployment),
        )
        resource.node.add_dependency(bucket)
