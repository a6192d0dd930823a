"""How messages come in."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.settings import FromEnvironment, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ReceivingSettings(FromEnvironment):
    """How messages come in."""

    queue_url: str = setting("", "SQS queue of notices", is_made=True)
    arrivals_queue_url: str = setting(
        "", "SQS queue in which the bucket announces raw messages", is_made=True
    )
    receipt_rule: str = setting(
        "", "SES's rule that accepts messages, which the sweep looks for", is_made=True
    )
    max_mail_bytes: int = setting(
        limits.MAX_MAIL_BYTES, "larger messages are dropped", within(limits.LEAST_MAIL_BYTES)
    )
