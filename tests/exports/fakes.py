"""The ports of exports, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from mayfly.exports.errors import ExportGone, ExportRunning
from mayfly.exports.models import Export


class FakeExports:
    """Rows in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, Export] = {}

    def last(self, holder: str) -> Export | None:
        return self.rows.get(holder)

    def begin(self, export: Export, before: Export | None) -> None:
        there = self.rows.get(export.holder)
        same = there and before and (there.id, there.revision) == (before.id, before.revision)
        if there is not None and there.id != export.id and not same:
            raise ExportRunning("another export of the same has just been begun")
        self.rows[export.holder] = export

    def save(self, export: Export) -> Export:
        saved = replace(export, revision=export.revision + 1)
        there = self.rows.get(export.holder)
        if there != saved:
            if there is None or (there.id, there.revision) != (export.id, export.revision):
                raise ExportGone(export.id)
            self.rows[export.holder] = saved
        return saved

    def remove(self, export: Export) -> bool:
        there = self.rows.get(export.holder)
        if there and (there.id, there.revision) != (export.id, export.revision):
            return False
        self.rows.pop(export.holder, None)
        return True


class FakeExportFiles:
    """Files in a dict, and parts of those to come."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.uploads: dict[tuple[str, str], dict[int, bytes]] = {}

    def put(self, key: str, content: bytes) -> None:
        self.files[key] = content

    def read(self, key: str) -> bytes:
        return self.files[key]

    def begin(self, key: str) -> str:
        upload = f"upload-{len(self.uploads)}"
        self.uploads[key, upload] = {}
        return upload

    def add(self, key: str, upload: str, number: int, content: bytes) -> str:
        self.uploads[key, upload][number] = content
        return f"part-{number}"

    def finish(self, key: str, upload: str, parts: Sequence[str]) -> None:
        there = self.uploads.pop((key, upload), None)
        if there is None:
            assert key in self.files
            return
        assert [f"part-{number}" for number in sorted(there)] == list(parts)
        self.files[key] = b"".join(there[number] for number in sorted(there))

    def abandon(self, key: str, upload: str) -> None:
        self.uploads.pop((key, upload), None)

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.files.pop(key, None)

    def link(self, key: str, filename: str, content_type: str) -> str:
        return f"https://bucket.example/{key}?as={filename}&type={content_type}"


class FakeExportJobs:
    """Jobs in a list."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []

    def give(self, holder: str, export: str) -> None:
        self.given.append((holder, export))
