"""Messages that go out."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.settings import FromEnvironment, limit, made, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class SendingSettings(FromEnvironment):
    """Messages that go out."""

    sending: bool = setting(False, "whether accounts may send from their domains")
    sending_needs_approval: bool = setting(
        True, "whether an account sends only once an admin has approved it"
    )
    sends_per_day: int = limit(
        100,
        "recipients a day (UTC) that one account, or one registrable domain, may send to; 0"
        " is no limit",
    )
    deployment_sends_per_day: int = limit(
        0, "recipients a day (UTC), all accounts together; 0 is what SES allows"
    )
    max_attachment_size: int = setting(
        limits.MAX_FILE_BYTES, "bytes of all attachments together of a message that is sent"
    )
    order_queue_url: str = made("", "SQS queue of messages to send")
    order_queue_arn: str = made("", "ARN of ORDER_QUEUE_URL's queue, for schedules")
    schedule_group: str = made("", "EventBridge Scheduler group of messages to send")
    schedule_role: str = made("", "ARN of the role that schedules run with")
    configuration_set: str = made("", "SES configuration set of what is sent")
