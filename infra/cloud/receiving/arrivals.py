"""What the bucket says of raw mails: S3 tells a queue of each, independently of SES's notice.

Whoever looks at a mail some minutes later sees whether its notice came. So nobody has to list the
bucket for the few whose notice did not.
"""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cloud.receiving.notices import dead_letter_queue, work_queue
from mayfly import functions, limits


class Arrivals(Construct):
    """The queue, and the dead-letter queue behind it. What comes in waits before it is seen."""

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
        # bucket waits for this policy. Who reads the queue looks at the bucket's name.
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
