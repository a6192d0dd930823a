"""The Uploads port on DynamoDB, and the UploadedFiles port on S3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mayfly.errors import NotUploaded
from mayfly.kit.dynamodb.keys import (
    OUTGOING_PARTITION,
    PARTITION_KEY,
    SORT_KEY,
    TTL_ATTRIBUTE,
    UPLOAD_ROW,
    upload_key,
)
from mayfly.kit.dynamodb.notation import Row, epoch, instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.sending.models import Upload
from mayfly.sending.ports import Form
from mayfly.storage.s3 import Bucket


@dataclass(frozen=True, slots=True)
class DynamoUploads:
    """See `mayfly.sending.ports.Uploads`: rows beside the account's mails."""

    table: Table

    def add(self, upload: Upload) -> None:
        """One write."""
        self.table.put(
            upload_key(upload.account, upload.id)
            | {
                "filename": upload.filename,
                "content_type": upload.content_type,
                "size_bytes": upload.size_bytes,
                "expires_at": milliseconds(upload.expires_at),
                TTL_ATTRIBUTE: epoch(upload.expires_at),
            }
        )

    def among(self, account: str, ids: Sequence[str]) -> Mapping[str, Upload]:
        """One read of up to a hundred rows."""
        rows = self.table.get_all([upload_key(account, each) for each in dict.fromkeys(ids)])
        return {each.id: each for each in map(_upload, rows)}


@dataclass(frozen=True, slots=True)
class S3UploadedFiles:
    """See `mayfly.sending.ports.UploadedFiles`. The bucket forgets them after a day."""

    bucket: Bucket
    prefix: str

    def form(self, upload: Upload, lifetime: timedelta) -> Form:
        """No call: signing is local.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        """
        signed = self.bucket.s3.generate_presigned_post(
            self.bucket.name,
            self.prefix + upload.object_key,
            Conditions=[["content-length-range", upload.size_bytes, upload.size_bytes]],
            ExpiresIn=int(lifetime.total_seconds()),
        )
        return Form(signed["url"], signed["fields"])

    def read(self, upload: Upload) -> bytes:
        """One call; what has another size is not transferred."""
        s3 = self.bucket.s3
        try:
            answer = s3.get_object(Bucket=self.bucket.name, Key=self.prefix + upload.object_key)
        except s3.exceptions.NoSuchKey as error:
            raise NotUploaded(f"no file was sent yet for the upload {upload.id}") from error
        if answer["ContentLength"] != upload.size_bytes:
            answer["Body"].close()
            raise NotUploaded(
                f"the file of the upload {upload.id} has {answer['ContentLength']} bytes,"
                f" not the {upload.size_bytes} that were told"
            )
        content: bytes = answer["Body"].read()
        return content


def _upload(row: Row) -> Upload:
    return Upload(
        account=row[PARTITION_KEY].removeprefix(OUTGOING_PARTITION),
        id=row[SORT_KEY].removeprefix(UPLOAD_ROW),
        filename=row["filename"],
        content_type=row["content_type"],
        size_bytes=row["size_bytes"],
        expires_at=instant(row["expires_at"]),
    )
