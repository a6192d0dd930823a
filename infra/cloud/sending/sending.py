"""The sending side: orders, schedules, and SES's later words. There only where mail goes out.

An order goes into the queue before its mail is written (`mayfly.sending.submit`), from the API at
once or from EventBridge Scheduler at its time. Events come as notices of accepted mail do: from SES
by a topic into a queue, each step with a dead-letter queue.
"""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.functions.triggers import wake
from infra.cloud.receiving.notices import dead_letter_queue, work_queue
from mayfly import functions

EVENT_TYPES = ("send", "delivery", "bounce", "complaint", "reject", "deliveryDelay")


class Sending(Construct):
    """Two queues, a group of schedules, and a configuration set that publishes events."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "Sending")
        self._shares = deployment.shares
        self.failed_orders = dead_letter_queue(self, "FailedOrders")
        self.failed_events = dead_letter_queue(self, "FailedEvents")
        self.undelivered_events = dead_letter_queue(self, "UndeliveredEvents")
        self.orders = work_queue(self, "Orders", functions.SEND_MAIL, self.failed_orders)
        self.events = work_queue(self, "Events", functions.MAIL_EVENTS, self.failed_events)
        self.group = scheduler.CfnScheduleGroup(
            self, "Schedules", name=f"{deployment.stack_name}-mails"
        )
        self.schedule_role = self._schedule_role()
        self.configuration_set_name = f"{deployment.stack_name}-sending"
        self._publish_events()

    @property
    def schedules_arn(self) -> str:
        """All schedules of the group."""
        return Stack.of(self).format_arn(
            service="scheduler", resource="schedule", resource_name=f"{self.group.name}/*"
        )

    def trigger(self, send_mail: Handler, mail_events: Handler) -> None:
        """The queues wake the handlers, which say of each record whether it is done."""
        shares = self._shares
        for name, queue, handler, batch, concurrency in (
            ("Send", self.orders, send_mail, functions.ORDER_BATCH, shares.orders),
            ("Note", self.events, mail_events, functions.EVENT_BATCH, shares.events),
        ):
            wake(self, name, queue, handler, batch, concurrency)

    def _schedule_role(self) -> iam.Role:
        """Schedules of this group may give orders, and nothing else."""
        role = iam.Role(
            self,
            "ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": Aws.ACCOUNT_ID,
                        "aws:SourceArn": self.group.attr_arn,
                    }
                },
            ),
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.orders.queue_arn])
        )
        return role

    def _publish_events(self) -> None:
        # Unencrypted at rest by a key of ours, as the topic of notices.
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        topic.add_subscription(
            subscriptions.SqsSubscription(
                self.events, raw_message_delivery=True, dead_letter_queue=self.undelivered_events
            )
        )
        arn = Stack.of(self).format_arn(
            service="ses",
            resource="configuration-set",
            resource_name=self.configuration_set_name,
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {
                        "AWS:SourceAccount": Aws.ACCOUNT_ID,
                        "AWS:SourceArn": arn,
                    }
                },
            )
        )
        configuration_set = ses.CfnConfigurationSet(
            self,
            "Set",
            name=self.configuration_set_name,
            reputation_options={"reputationMetricsEnabled": True},
            # No reason at all, so that SES's own list of the AWS account is not asked: whom an
            # account's mail goes to no more is on the account's list
            # (`mayfly.sending.delivery_events`).
            # https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-config-level.html
            suppression_options={"suppressedReasons": []},
        )
        destination = ses.CfnConfigurationSetEventDestination(
            self,
            "Published",
            configuration_set_name=self.configuration_set_name,
            event_destination={
                "enabled": True,
                "matchingEventTypes": list(EVENT_TYPES),
                "snsDestination": {"topicArn": topic.topic_arn},
            },
        )
        # SES tries the topic when the destination is made.
        destination.node.add_dependency(configuration_set, topic)
