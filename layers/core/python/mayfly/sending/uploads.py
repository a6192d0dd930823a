"""Attachments that are too large for a request: uploaded first, and named by the message.

An upload is of one account, of one size, and may go with several messages until it expires: so who
asks again, because an answer got lost, finds it where it was.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from mayfly import limits
from mayfly.errors import RateLimited
from mayfly.kit.clock import Clock, Entropy
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.sending.draft import Draft, File
from mayfly.sending.errors import UnknownUpload
from mayfly.sending.field_rules import check_file, check_room
from mayfly.sending.models import ENTROPY_BYTES, Upload, outgoing_id
from mayfly.sending.ports import Form, UploadedFiles, Uploads
from mayfly.sending.quota import SendingPolicy

_BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Uploader:
    """Makes room for files, and attaches them to the drafts that name them."""

    uploads: Uploads
    files: UploadedFiles
    counts: RequestCounts
    policy: SendingPolicy
    now: Clock
    entropy: Entropy

    def announce(
        self, account: str, filename: str, content_type: str, size_bytes: int
    ) -> tuple[Upload, Form]:
        """Make room for a file of this name, type and size, and say how to send it.

        NotPermitted while sending is off, InvalidInput and BodyTooLarge for what no message takes,
        RateLimited over an account's share of an hour.
        """
        self.policy.check_on()
        check_file(filename, content_type)
        check_room(size_bytes, self.policy.file_bytes)
        now = self.now()
        self._count(account, size_bytes, now)
        upload = Upload(
            account,
            outgoing_id(now, self.entropy(ENTROPY_BYTES)),
            filename,
            content_type,
            size_bytes,
            now.replace(microsecond=0) + limits.UPLOAD_KEPT,
        )
        try:
            form = self.files.form(upload, limits.UPLOAD_TIME)
            self.uploads.add(upload)
        except BaseException:
            self._take_back(account, size_bytes, now)
            raise
        return upload, form

    def attach(self, account: str, draft: Draft) -> Draft:
        """Attach the files that the draft names by their uploads, behind those it has.

        UnknownUpload for what the account has not announced in the last hour, NotUploaded for what
        is not there, BodyTooLarge before anything is read.
        """
        if not draft.uploads:
            return draft
        found = self._find(account, [each.id for each in draft.uploads])
        sizes = chain(
            (len(each.content) for each in draft.files), (each.size_bytes for each in found)
        )
        check_room(sum(sizes), self.policy.file_bytes)
        contents = {each: self.files.read(each) for each in dict.fromkeys(found)}
        files = tuple(
            File(each.filename, each.content_type, contents[each], named.content_id)
            for each, named in zip(found, draft.uploads, strict=True)
        )
        return replace(draft, files=draft.files + files, uploads=())

    def _find(self, account: str, ids: Sequence[str]) -> list[Upload]:
        known, now = self.uploads.among(account, ids), self.now()
        for each in ids:
            if each not in known or known[each].expires_at <= now:
                raise UnknownUpload(
                    f"you have no upload {each}: an upload is its account's own, and lasts an hour"
                )
        return [known[each] for each in ids]

    def _count(self, account: str, size_bytes: int, now: datetime) -> None:
        most = limits.UPLOADED_MAILS * self.policy.file_bytes
        client, window = _counter_key(account, now)
        if self.counts.count(client, window, [_BYTES], by=size_bytes)[_BYTES] > most:
            self._take_back(account, size_bytes, now)
            raise RateLimited(
                f"an account may upload {most} bytes an hour (UPLOADED_MAILS)",
                window.seconds_left(now),
            )

    def _take_back(self, account: str, size_bytes: int, now: datetime) -> None:
        client, window = _counter_key(account, now)
        with suppress(Exception):  # then the hour has room for less: no reason to fail
            self.counts.count(client, window, [_BYTES], by=-size_bytes)


def _counter_key(account: str, now: datetime) -> tuple[str, Window]:
    return Client("uploads", account).key, Window.around(now, limits.UPLOAD_WINDOW)
