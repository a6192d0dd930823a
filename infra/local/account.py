"""The account and the names of what a laptop's deployment consists of."""

REGION = "us-east-1"
ACCOUNT = "123456789012"
TOPIC = "mayfly-notices"
NOTICE_QUEUE = "mayfly-notices"
FAILED_NOTICES = "mayfly-notices-failed"
ORDER_QUEUE = "mayfly-orders"
FAILED_ORDERS = "mayfly-orders-failed"
EXPORT_QUEUE = "mayfly-exports"
FAILED_EXPORTS = "mayfly-exports-failed"
EVENT_QUEUE = "mayfly-mail-events"
FAILED_EVENTS = "mayfly-mail-events-failed"
WEBHOOK_QUEUE = "mayfly-webhooks"
SLOW_WEBHOOK_QUEUE = "mayfly-slow-webhooks"
FAILED_WEBHOOKS = "mayfly-webhooks-failed"
FAILED_CHANGES = "mayfly-changes-failed"
SCHEDULE_GROUP = "mayfly-mails"
WEBHOOK_SCHEDULES = "mayfly-webhooks"
DEAD_LETTERS = {
    NOTICE_QUEUE: FAILED_NOTICES,
    ORDER_QUEUE: FAILED_ORDERS,
    EVENT_QUEUE: FAILED_EVENTS,
    WEBHOOK_QUEUE: FAILED_WEBHOOKS,
    SLOW_WEBHOOK_QUEUE: FAILED_WEBHOOKS,
    EXPORT_QUEUE: FAILED_EXPORTS,
}
"""Where a queue's messages go that were tried too often."""


def queue_arn(name: str) -> str:
    """The ARN of a queue of this account."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def queue_url(name: str) -> str:
    """The URL of a queue of this account."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def topic_arn(name: str = TOPIC) -> str:
    """The ARN of a topic of this account."""
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
