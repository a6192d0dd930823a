"""The JSON of files that are uploaded before the mails that they go with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.http.schema import body, number, precise_time, record, text
from mayfly.kit.http.times import precise_stamp
from mayfly.sending.models_upload import Upload
from mayfly.sending.ports_uploads import Form

FIELDS = ("filename", "contentType", "size")
_DEFAULT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class WantedUpload:
    """The file that somebody wants to send."""

    filename: str = field(repr=False)
    content_type: str
    size_bytes: int


def wanted(sent: Mapping[str, Any]) -> WantedUpload:
    """What is announced; InvalidInput names the field that cannot be."""
    filename, kind = sent.get("filename"), sent.get("contentType", _DEFAULT_TYPE)
    if not isinstance(filename, str) or not _is_text(filename):
        raise InvalidInput("filename is needed: a string")
    if not isinstance(kind, str):
        raise InvalidInput("contentType must be a string")
    size = sent.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise InvalidInput("size is needed: the file's bytes, a whole number")
    return WantedUpload(filename, kind.lower(), size)


def announced(upload: Upload, form: Form) -> dict[str, object]:
    """Where the file is to be sent, and how."""
    return {
        "uploadId": upload.id,
        "filename": upload.filename,
        "contentType": upload.content_type,
        "size": upload.size_bytes,
        "url": form.url,
        "fields": dict(form.fields),
        "expiresAt": precise_stamp(upload.expires_at),
    }


def _is_text(given: str) -> bool:
    """Not so for half of a surrogate pair, which no header can hold."""
    return given.isascii() or given.encode("utf-8", "replace").decode() == given


_NAME = text(minLength=1, maxLength=limits.SENT_FILENAME_CHARS)
_SIZE = number("Bytes: the file that is sent must have as many")
WANTED_SCHEMA = body(
    {"filename": _NAME, "contentType": text(examples=["application/pdf"]), "size": _SIZE},
    example={"filename": "catalogue.pdf", "contentType": "application/pdf", "size": 9_000_000},
    required=("filename", "size"),
)
ANNOUNCED_SCHEMA = record(
    {
        "uploadId": text("What mails name it by, in `attachments`"),
        "filename": text(),
        "contentType": text(),
        "size": number("Bytes"),
        "url": text("Where it is to be POSTed, as `multipart/form-data`", format="uri"),
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Fields of the form, as they are; the last one after them is `file`",
        },
        "expiresAt": precise_time("Until then mails can take it"),
    },
    "Room for a file. It must begin to be sent within "
    f"{limits.UPLOAD_TIME.total_seconds() / 60:.0f} minutes",
)
