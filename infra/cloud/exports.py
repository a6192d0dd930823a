"""Exports: a queue of those to make, the function that makes them, and where the files lie."""

from collections.abc import Mapping

from constructs import Construct

from infra.cloud.functions.handler import Handler
from infra.cloud.functions.triggers import wake
from infra.cloud.receiving.queues import dead_letter_queue, work_queue
from infra.cloud.storage import Storage
from mayfly import functions

CONCURRENCY = 2
"""SQS's smallest: nobody waits for the second to begin as they wait for mail."""
TABLE = ("GetItem", "PutItem", "Query")
OBJECTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "export_mail": {
        "raw": ("GetObject",),
        "content": ("GetObject",),
        "exports": ("GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload"),
    },
    # It signs links, and removes the file that a new one takes the place of.
    "http_api": {"exports": ("GetObject", "DeleteObject")},
    # It wipes those of inboxes that are deleted.
    "table_events": {"exports": ("DeleteObject", "AbortMultipartUpload")},
}
"""Actions on objects. Parts of an upload need `s3:PutObject` and no other.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""


class Exports(Construct):
    """The queue, which also brings back what takes longer than a function may."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Exports")
        self.failed = dead_letter_queue(self, "Failed")
        self.queue = work_queue(self, "Queue", functions.EXPORT_MAIL, self.failed)

    def trigger(self, handler: Handler) -> None:
        """The queue wakes the handler, which says whether the export is done."""
        wake(self, "Make", self.queue, handler, functions.EXPORT_BATCH, CONCURRENCY)


def grant_exports(handlers: Mapping[str, Handler], *, storage: Storage, exports: Exports) -> None:
    """Give each function what the tables above say."""
    export_mail = handlers["export_mail"]
    export_mail.may([f"dynamodb:{each}" for each in TABLE], storage.table.table_arn)
    for name, prefixes in OBJECTS.items():
        for prefix, actions in prefixes.items():
            handlers[name].may(
                [f"s3:{each}" for each in actions],
                storage.bucket.arn_for_objects(f"{storage.prefixes[prefix]}*"),
                because="Mails and inboxes name the objects; the prefix is all that is known.",
            )
    # Without it S3 answers 403 for a message that was deleted meanwhile, not 404.
    export_mail.may(["s3:ListBucket"], storage.bucket.bucket_arn)
    handlers["http_api"].may(["sqs:SendMessage"], exports.queue.queue_arn)
