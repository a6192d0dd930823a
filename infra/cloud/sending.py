"""The sending side: orders, schedules, and SES's later words. There only where mail goes out.

An order goes into the queue before its mail is written (`mayfly.sending.service`), from the API at
once or from EventBridge Scheduler at its time. Events come as notices of accepted mail do: from SES
by a topic into a queue, each step with a dead-letter queue.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.functions.triggers import wake
from infra.cloud.grants import SENDS_MAIL
from infra.cloud.keys import PasswordKey
from infra.cloud.receiving.queues import dead_letter_queue, work_queue
from infra.cloud.schedules import Schedules
from infra.cloud.storage import Storage
from mayfly import functions

EVENT_TYPES = ("send", "delivery", "bounce", "complaint", "reject", "deliveryDelay")
TABLE: Mapping[str, tuple[str, ...]] = {
    "send_mail": ("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
    "mail_events": ("GetItem", "PutItem", "UpdateItem"),
}
OBJECTS: Mapping[str, tuple[str, ...]] = {
    "http_api": ("PutObject",),
    "send_mail": ("GetObject", "PutObject"),
}
"""Actions on the objects of messages that go out."""
_SES = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}"
FORWARDS: Sequence[str] = ("raw", "content")
"""Prefixes of the bucket that the send worker reads messages from, to forward them."""
GIVES_ORDERS = ("http_api", "send_mail", "table_events")
ASKS_FOR_QUOTA = ("http_api", "send_mail")


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
        self.schedules = Schedules.of(self, f"{deployment.stack_name}-mails", self.orders)
        self.configuration_set_name = f"{deployment.stack_name}-sending"
        self._publish_events()

    def trigger(self, send_mail: Handler, mail_events: Handler) -> None:
        """The queues wake the handlers, which say of each record whether it is done."""
        shares = self._shares
        for name, queue, handler, batch, concurrency in (
            ("Send", self.orders, send_mail, functions.ORDER_BATCH, shares.orders),
            ("Note", self.events, mail_events, functions.EVENT_BATCH, shares.events),
        ):
            wake(self, name, queue, handler, batch, concurrency)

    def _publish_events(self) -> None:
        # Unencrypted at rest by a key of ours, as the topic of notices.
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        topic.add_subscription(
            subscriptions.SqsSubscription(
                self.events, raw_message_delivery=True, dead_letter_queue=self.undelivered_events
            )
        )
        arn = Stack.of(self).format_arn(
            service="ses", resource="configuration-set", resource_name=self.configuration_set_name
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {"AWS:SourceAccount": Aws.ACCOUNT_ID, "AWS:SourceArn": arn}
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


def grant_sending(
    handlers: Mapping[str, Handler],
    *,
    storage: Storage,
    sending: Sending,
    password_key: PasswordKey,
    sender_address: str = "",
) -> None:
    """Give each function what the tables above say, and the two that talk to somebody that."""
    for name, actions in TABLE.items():
        handlers[name].may([f"dynamodb:{each}" for each in actions], storage.table.table_arn)
    for name, actions in OBJECTS.items():
        handlers[name].may(
            [f"s3:{each}" for each in actions],
            storage.bucket.arn_for_objects(f"{storage.prefixes['outgoing']}*"),
            because="A message gets its name when it is accepted; the prefix is all that is known.",
        )
    for prefix in FORWARDS:
        handlers["send_mail"].may(
            ["s3:GetObject"],
            storage.bucket.arn_for_objects(f"{storage.prefixes[prefix]}*"),
            because="SES and hashes name the objects; the prefix is all that is known.",
        )
    handlers["http_api"].may(
        ["s3:GetObject"],
        storage.bucket.arn_for_objects(f"{storage.prefixes['outgoing']}uploads/*"),
        because="Accounts name what they upload; the prefix is all that is known.",
    )
    # Without it S3 answers 403 for an object that is not there, not 404.
    handlers["send_mail"].may(["s3:ListBucket"], storage.bucket.bucket_arn)
    for name in GIVES_ORDERS:
        handlers[name].may(["sqs:SendMessage"], sending.orders.queue_arn)
    # It tells how much waits.
    handlers["http_api"].may(["sqs:GetQueueAttributes"], sending.orders.queue_arn)
    for name in ASKS_FOR_QUOTA:
        handlers[name].may(["ses:GetAccount"], "*", because="ses:GetAccount takes no resource.")
    # What relays ask for, and what messages through them are signed with.
    handlers["send_mail"].may(
        ["kms:Decrypt"],
        password_key.key.key_arn,
        only_if={"Null": {"kms:EncryptionContext:domain": "false"}},
    )
    sending.schedules.allow(
        handlers["http_api"],
        ["CreateSchedule", "DeleteSchedule"],
        because="A schedule has the name of its mail; the group is all that is known.",
    )
    _allow_sending(handlers["send_mail"], sending)
    if sender_address:
        # What becomes of messages to accounts is published as of those that accounts send.
        for name in (each for each in SENDS_MAIL if each in handlers):
            handlers[name].may(
                ["ses:SendEmail"],
                _configuration_set(sending),
                only_if={"StringEquals": {"ses:FromAddress": sender_address}},
            )


def _allow_sending(handler: Handler, sending: Sending) -> None:
    """Mail from any domain that SES has verified: accounts bring theirs while this runs.

    A raw mail needs both actions. That a domain is its account's, `mayfly.domains.service` sees to.
    https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    """
    actions = ["ses:SendEmail", "ses:SendRawEmail"]
    handler.may(
        actions,
        f"{_SES}:identity/*",
        because="The domains are those that accounts bring, and no address has a fixed name.",
    )
    handler.may(actions, _configuration_set(sending))


def _configuration_set(sending: Sending) -> str:
    return f"{_SES}:configuration-set/{sending.configuration_set_name}"
