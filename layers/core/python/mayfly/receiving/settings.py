"""How messages come in."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.settings import FromEnvironment, made, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ReceivingSettings(FromEnvironment):
    """How messages come in."""

    queue_url: str = made("", "SQS queue of notices")
    arrivals_queue_url: str = made("", "SQS queue in which the bucket announces raw messages")
    receipt_rule: str = made("", "SES's rule that accepts messages, which the sweep looks for")
    max_mail_bytes: int = setting(
        limits.MAX_MAIL_BYTES, "larger messages are dropped", within(limits.LEAST_MAIL_BYTES)
    )
