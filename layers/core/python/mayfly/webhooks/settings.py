"""Webhooks: what receivers are told, and how much of it."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, limit, made, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class WebhookSettings(FromEnvironment):
    """Programs that are told of events."""

    webhooks: bool = setting(True, "whether there are webhooks, which tell programs of events")
    webhooks_to_private_addresses: bool = setting(
        False,
        "whether webhooks may go to this machine's own network, and by http; never where"
        " credentials are given",
    )
    webhook_attempts: int = limit(
        600,
        "attempts a minute for all webhooks of one account, inbox, or the deployment; 0 is no"
        " limit",
    )
    webhook_host_attempts: int = limit(
        600, "attempts a minute to one host, whosever webhooks; 0 is no limit"
    )
    webhook_queue_url: str = made("", "SQS queue of webhooks that have something to send")
    webhook_queue_arn: str = made("", "ARN of WEBHOOK_QUEUE_URL's queue, for schedules")
    slow_webhook_queue_url: str = made("", "SQS queue of those whose receivers are slow")
    webhook_schedule_group: str = made("", "EventBridge Scheduler group of attempts hours ahead")
    webhook_schedule_role: str = made("", "ARN of the role that these schedules run with")
    api_url: str = made("", "where the HTTP API is: links in payloads begin with it")
