"""The queues of receiving: SES's notices, and what the bucket tells of raw messages."""

from datetime import timedelta

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.cloud.resources import acknowledge
from mayfly import functions, limits

RETENTION = timedelta(days=14)
"""SQS's longest."""
VISIBILITY_TIMEOUTS = 6
"""AWS: at least six times the function's timeout, so that throttled batches do not come twice.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""


class Notices(Construct):
    """The topic that SES publishes to, the queue behind it, and both dead-letter queues."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Notices")
        # Unencrypted at rest by a key of ours: SES can only publish to a topic with a customer
        # managed key ($1 a month and a fee per notice); SNS keeps a notice for moments.
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        self.failed = dead_letter_queue(self, "Failed")
        self.undelivered = dead_letter_queue(self, "Undelivered")
        self.queue = work_queue(self, "Queue", functions.INBOUND_MAIL, self.failed)
        self.topic.add_subscription(
            subscriptions.SqsSubscription(
                self.queue,
                # The notice alone: SNS's envelope around it would only double its quotes.
                raw_message_delivery=True,
                dead_letter_queue=self.undelivered,
            )
        )


def work_queue(
    scope: Construct,
    name: str,
    function: functions.Function,
    failed: sqs.Queue,
    *,
    attempts: int = functions.NOTICE_ATTEMPTS,
    window: timedelta = timedelta(0),
    delay: timedelta | None = None,
) -> sqs.Queue:
    """What wakes the function, which may gather for a `window`; what it fails goes to `failed`."""
    return sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=duration(RETENTION),
        delivery_delay=duration(delay) if delay else None,
        visibility_timeout=duration(function.timeout * VISIBILITY_TIMEOUTS + window),
        dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=attempts),
    )


def dead_letter_queue(scope: Construct, name: str) -> sqs.Queue:
    """A queue that an alarm watches and a person empties."""
    queue = sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=duration(RETENTION),
    )
    acknowledge(queue, "SQS3", "It is a dead-letter queue itself.")
    return queue


def duration(time: timedelta) -> Duration:
    """The CDK's form of a timedelta, to the second."""
    return Duration.seconds(int(time.total_seconds()))


class Arrivals(Construct):
    """S3 tells a queue of each raw message, independently of SES's notice.

    What comes in waits before it is seen: some minutes later one sees whether its notice came. So
    nobody has to list the bucket for the few whose notice did not.
    """

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Arrivals")
        self.failed = dead_letter_queue(self, "Failed")
        self.queue = work_queue(
            self,
            "Queue",
            functions.SWEEP,
            self.failed,
            attempts=functions.ARRIVAL_ATTEMPTS,
            window=functions.ARRIVAL_WINDOW,
            delay=limits.ARRIVAL_DELAY,
        )
        # The bucket's name is not known yet: S3 tries the queue when the bucket is made, and the
        # bucket waits for this policy. Whatever reads the queue checks the bucket's name.
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )

    def tell_of(self, bucket: s3.Bucket, prefix: str) -> None:
        """Have the bucket tell of each object below the prefix, once it is there.

        Not by the CDK's `add_event_notification`, which brings a function of its own.
        """
        made = bucket.node.default_child
        assert isinstance(made, s3.CfnBucket)
        rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)
        made.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=self.queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])
                    ),
                )
            ]
        )
        bucket.node.add_dependency(self.queue)
