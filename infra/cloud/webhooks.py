"""Webhooks: two queues, and schedules for attempts that are hours ahead.

Receivers are somebody else's, and some are slow: those wait in a queue of their own, with functions
of their own, so that they take none away from the others.
"""

from collections.abc import Mapping

from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.functions.triggers import wake
from infra.cloud.keys import PasswordKey, TokenKey
from infra.cloud.receiving.queues import dead_letter_queue, work_queue
from infra.cloud.schedules import Schedules
from infra.cloud.storage import Storage
from mayfly import functions

TABLE = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
"""Actions of the function on the table's rows."""
OBJECTS = {"raw": ("GetObject",), "content": ("GetObject",)}
"""Its actions on the objects under a prefix of the bucket: payloads are made of them."""
GIVES_WAKES = ("http_api", "table_events", "webhooks")
"""Those by which something begins to wait for a receiver, or is to be looked at later."""


class Webhooks(Construct):
    """What waits for receivers, and who is woken for it."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "Webhooks")
        self._shares = deployment.shares
        self.failed = dead_letter_queue(self, "Failed")
        self.queue = work_queue(self, "Queue", functions.WEBHOOKS, self.failed)
        self.slow = work_queue(self, "Slow", functions.WEBHOOKS, self.failed)
        self.schedules = Schedules.of(self, f"{deployment.stack_name}-webhooks", self.queue)

    def trigger(self, handler: Handler) -> None:
        """Both queues wake the handler, which says of each record whether it is done."""
        for name, queue in (("Send", self.queue), ("SendSlowly", self.slow)):
            wake(self, name, queue, handler, functions.WEBHOOK_BATCH, self._shares.webhooks)


def grant_webhooks(
    handlers: Mapping[str, Handler],
    *,
    storage: Storage,
    webhooks: Webhooks,
    password_key: PasswordKey,
    token_key: TokenKey,
) -> None:
    """Let the function read what payloads are made of, and those that wake it do so."""
    handler = handlers[functions.WEBHOOKS.name]
    handler.may([f"dynamodb:{each}" for each in TABLE], storage.table.table_arn)
    for prefix, actions in OBJECTS.items():
        handler.may(
            [f"s3:{each}" for each in actions],
            storage.bucket.arn_for_objects(f"{storage.prefixes[prefix]}*"),
            because="SES and hashes name the objects; the prefix is all that is known.",
        )
    # Without it S3 answers 403 for an object that is not there, not 404.
    handler.may(["s3:ListBucket"], storage.bucket.bucket_arn)
    handler.may(["secretsmanager:GetSecretValue"], token_key.secret.secret_arn)
    of_webhooks = {"Null": {"kms:EncryptionContext:webhook": "false"}}
    handler.may(["kms:Decrypt"], password_key.key.key_arn, only_if=of_webhooks)
    handlers["http_api"].may(["kms:Encrypt"], password_key.key.key_arn, only_if=of_webhooks)
    # A new delivery, and who wants it.
    handlers["table_events"].may(["dynamodb:PutItem"], storage.table.table_arn)
    for name in GIVES_WAKES:
        handlers[name].may(["sqs:SendMessage"], webhooks.queue.queue_arn)
        webhooks.schedules.allow(
            handlers[name],
            ["CreateSchedule"],
            because="A schedule has the name of its webhook or inbox; the group is all there is.",
        )
    handler.may(["sqs:SendMessage"], webhooks.slow.queue_arn)
