"""Messages that go out."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.settings import NO_LIMIT, FromEnvironment, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class SendingSettings(FromEnvironment):
    """Messages that go out."""

    sending: bool = setting(False, "whether accounts may send from their domains")
    sending_needs_approval: bool = setting(
        True, "whether an account sends only once an admin has approved it"
    )
    sends_per_day: int = setting(
        100,
        "recipients a day (UTC) that one account, or one registrable domain, may send to; 0"
        " is no limit",
        NO_LIMIT,
    )
    deployment_sends_per_day: int = setting(
        0, "recipients a day (UTC), all accounts together; 0 is what SES allows", NO_LIMIT
    )
    max_attachment_size: int = setting(
        limits.MAX_FILE_BYTES, "bytes of all attachments together of a message that is sent"
    )
    order_queue_url: str = setting("", "SQS queue of messages to send", is_made=True)
    order_queue_arn: str = setting(
        "", "ARN of ORDER_QUEUE_URL's queue, for schedules", is_made=True
    )
    schedule_group: str = setting(
        "", "EventBridge Scheduler group of messages to send", is_made=True
    )
    schedule_role: str = setting("", "ARN of the role that schedules run with", is_made=True)
    configuration_set: str = setting("", "SES configuration set of what is sent", is_made=True)
