"""Who may touch what of mail that goes out, function by function; beside `grants.py`."""

from collections.abc import Mapping

from aws_cdk import Aws

from infra.cloud.functions.handler import Handler
from infra.cloud.grants import SENDS_MAIL
from infra.cloud.keys.password_key import PasswordKey
from infra.cloud.sending.sending import Sending
from infra.cloud.storage.storage import Storage

TABLE: Mapping[str, tuple[str, ...]] = {
    "send_mail": ("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
    "mail_events": ("GetItem", "PutItem", "UpdateItem"),
}
OBJECTS: Mapping[str, tuple[str, ...]] = {
    "http_api": ("PutObject",),
    "send_mail": ("GetObject",),
}
"""Actions on the objects of mails that go out."""

_SES = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}"

GIVES_ORDERS = ("http_api", "send_mail")
ASKS_FOR_QUOTA = ("http_api", "send_mail")


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
            because="A mail gets its name when it is accepted; the prefix is all that is known.",
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
    # What relays ask for, and what mails through them are signed with.
    handlers["send_mail"].may(
        ["kms:Decrypt"],
        password_key.key.key_arn,
        only_if={"Null": {"kms:EncryptionContext:domain": "false"}},
    )
    _allow_schedules(handlers["http_api"], sending)
    _allow_sending(handlers["send_mail"], sending)
    if sender_address:
        # What becomes of mails to accounts is published as of those that accounts send.
        for name in SENDS_MAIL:
            handlers[name].may(
                ["ses:SendEmail"],
                _configuration_set(sending),
                only_if={"StringEquals": {"ses:FromAddress": sender_address}},
            )


def _allow_schedules(handler: Handler, sending: Sending) -> None:
    handler.may(
        ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
        sending.schedules_arn,
        because="A schedule has the name of its mail; the group is all that is known.",
    )
    handler.may(
        ["iam:PassRole"],
        sending.schedule_role.role_arn,
        only_if={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
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
