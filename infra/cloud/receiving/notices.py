"""The way of a notice: SES publishes to a topic, the topic fills a queue, a function empties it.

Losing a notice loses the envelope of a mail, so each step has a dead-letter queue and keeps what it
holds for as long as SQS can.
"""

from datetime import timedelta

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.cloud.acknowledgement import acknowledge
from mayfly import functions

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
