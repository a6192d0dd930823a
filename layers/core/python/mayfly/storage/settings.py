"""Where things are kept."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class StorageSettings(FromEnvironment):
    """Where things are kept."""

    table_name: str = setting("mayfly", "DynamoDB table", is_made=True)
    mail_bucket: str = setting("mayfly-mail", "S3 bucket of raw messages and files", is_made=True)
    raw_prefix: str = setting("raw/", "where SES puts raw messages in the bucket", is_made=True)
    file_prefix: str = setting(
        "files/", "where large attachments are unpacked in the bucket", is_made=True
    )
    content_prefix: str = setting(
        "content/", "where content too large for a row is kept", is_made=True
    )
    outgoing_prefix: str = setting(
        "outgoing/", "where messages that go out are kept in the bucket", is_made=True
    )
