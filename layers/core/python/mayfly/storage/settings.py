"""Where things are kept."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, made


@dataclass(frozen=True, init=False, repr=False, eq=False)
class StorageSettings(FromEnvironment):
    """Where things are kept."""

    table_name: str = made("mayfly", "DynamoDB table")
    mail_bucket: str = made("mayfly-mail", "S3 bucket of raw messages and files")
    raw_prefix: str = made("raw/", "where SES puts raw messages in the bucket")
    file_prefix: str = made("files/", "where large attachments are unpacked in the bucket")
    content_prefix: str = made("content/", "where content too large for a row is kept")
    export_prefix: str = made("exports/", "where exports are kept in the bucket")
    export_queue_url: str = made("", "SQS queue of exports to make")
    archive_bucket: str = made("", "S3 bucket of the archive; empty: there is none")
    archive_queue_url: str = made("", "SQS queue of messages to archive")
    outgoing_prefix: str = made("outgoing/", "where messages that go out are kept in the bucket")
