"""The ExportJobs port on SQS."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mayfly.errors import ForeignNotice


@dataclass(frozen=True, slots=True)
class SqsExportJobs:
    """See `mayfly.exports.ports.ExportJobs`."""

    sqs: Callable[[], Any]
    queue_url: str

    def give(self, holder: str, export: str) -> None:
        """One call."""
        body = json.dumps({"holder": holder, "export": export})
        self.sqs().send_message(QueueUrl=self.queue_url, MessageBody=body)


def read_export_job(body: str) -> tuple[str, str]:
    """The holder and the export; ForeignNotice for what no one of ours has written."""
    try:
        fields = json.loads(body)
        holder, export = fields["holder"], fields["export"]
        if not isinstance(holder, str) or not isinstance(export, str):
            raise TypeError(body)
    except (ValueError, TypeError, KeyError) as error:
        raise ForeignNotice("not an export to make of ours") from error
    return holder, export
