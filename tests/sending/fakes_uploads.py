"""The ports of files that are uploaded before their mails, in memory."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mayfly.sending.errors import NotUploaded
from mayfly.sending.models import Upload
from mayfly.sending.ports import Form


class FakeUploads:
    """Rows in a dict."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Upload] = {}

    def add(self, upload: Upload) -> None:
        self.rows[upload.account, upload.id] = upload

    def among(self, account: str, ids: Sequence[str]) -> Mapping[str, Upload]:
        return {each: self.rows[account, each] for each in ids if (account, each) in self.rows}


class FakeUploadedFiles:
    """Files in a dict; whoever has a form sends one by `take`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def form(self, upload: Upload, lifetime: timedelta) -> Form:
        return Form("https://bucket.example/", {"key": upload.object_key})

    def take(self, form: Form, content: bytes) -> None:
        self.files[form.fields["key"]] = content

    def read(self, upload: Upload) -> bytes:
        content = self.files.get(upload.object_key)
        if content is None:
            raise NotUploaded("nothing was sent yet")
        if len(content) != upload.size_bytes:
            raise NotUploaded(f"{len(content)} bytes were sent, not {upload.size_bytes}")
        return content
