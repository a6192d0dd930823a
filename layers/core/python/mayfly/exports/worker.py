"""Makes an export, a part at a time: each part is kept before the next one is read.

So whoever goes on where a process ended, for its time or for good, makes the same file, and no
export is too large for the memory or the minutes that a function has.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mayfly import limits
from mayfly.errors import InboxNotFound, MessageNotFound, RawMailMissing
from mayfly.exports.errors import ExportGone
from mayfly.exports.mbox import mbox_entry
from mayfly.exports.models import Export, ExportFormat, ExportStatus
from mayfly.exports.ports import ExportFiles, Exports
from mayfly.exports.zip_file import ZipEntry, zip_end, zip_entry
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock, precise_stamp, to_the_millisecond
from mayfly.messages.models import Message
from mayfly.messages.ports import Messages
from mayfly.messages.service import ContentLoader
from mayfly.storage.ports import RawMails

MANIFEST = "manifest.json"


@dataclass(slots=True)
class _Part:
    """What is read and not kept yet."""

    content: bytearray = field(default_factory=bytearray)
    entries: list[ZipEntry] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ExportMaker:
    """Makes exports; `pool` reads several messages at the same time."""

    exports: Exports
    files: ExportFiles
    inboxes: Inboxes
    messages: Messages
    loader: ContentLoader
    raw_mails: RawMails
    pool: Callable[[], Executor]
    now: Clock
    part_bytes: int = limits.EXPORT_PART_BYTES

    def make(self, holder: str, export_id: str, time: timedelta) -> bool:
        """Go on with it for that long; False if there is more to do.

        One that is done, removed or replaced is nothing to do.
        """
        until = self.now() + time
        export = self.exports.last(holder)
        if export is None or export.id != export_id or export.status is ExportStatus.DONE:
            return True
        try:
            return self._go_on(replace(export, status=ExportStatus.RUNNING), until)
        except ExportGone:
            return True

    def _go_on(self, export: Export, until: datetime) -> bool:
        if export.is_sealed:
            self._finish(export)
            return True
        part, kept = _Part(), export
        for index, message, raw in self._mails(export):
            export = replace(export, place=index, after=message.id.sequence)
            export = self._with(export, part, message, raw)
            if len(part.content) >= self.part_bytes:
                export, part = self._kept(self._begun(export, kept), part), _Part()
                kept = export
                if self.now() >= until:
                    return False
        self._end(export, part)
        return True

    def _mails(self, export: Export) -> Iterator[tuple[int, Message, bytes | None]]:
        """The messages from where it goes on, each with its inbox's index and its bytes."""
        for index in range(export.place, len(export.inboxes)):
            after = export.after if index == export.place else 0
            for together in _groups(self._of_inbox(export.inboxes[index], after)):
                for message, raw in zip(
                    together, self.pool().map(self._raw, together), strict=True
                ):
                    yield index, message, raw

    def _of_inbox(self, inbox: InboxId, after: int) -> Iterator[Message]:
        while True:
            try:
                page = self.messages.after(inbox, after, limits.EXPORT_PAGE, self.now())
            except InboxNotFound:  # it was deleted meanwhile
                return
            if not page:
                return
            yield from page
            after = page[-1].id.sequence

    def _raw(self, message: Message) -> bytes | None:
        try:
            key = message.object_key or self.loader.open(message).object_key
            return self.raw_mails.read_range(key, 0, message.summary.size_bytes)
        except (MessageNotFound, RawMailMissing):  # deleted meanwhile
            return None

    def _with(self, export: Export, part: _Part, message: Message, raw: bytes | None) -> Export:
        if raw is None:
            return replace(export, missing=export.missing + 1)
        summary = message.summary
        if export.format is ExportFormat.MBOX:
            part.content += mbox_entry(raw, summary.from_address, summary.received_at)
        else:
            inbox = message.id.inbox
            name = f"{inbox}/{message.id.sequence:010d}.eml"
            offset = export.size_bytes + len(part.content)
            entry, written = zip_entry(name, raw, summary.received_at, offset)
            part.content += written
            part.entries.append(entry)
            part.lines.append(_line(name, message, raw))
        return replace(export, messages=export.messages + 1)

    def _begun(self, export: Export, kept: Export) -> Export:
        """With an upload. Until a part is there, the row has to say what it has said before."""
        if export.upload:
            return export
        kept = self._saved(replace(kept, upload=self.files.begin(export.object_key)))
        return replace(export, upload=kept.upload, revision=kept.revision)

    def _kept(self, export: Export, part: _Part) -> Export:
        """With the part, once it and what is in it are kept."""
        key = export.object_key
        number = len(export.parts) + 1
        if part.entries:
            kept = json.dumps({"entries": part.entries, "lines": part.lines}).encode()
            self.files.put(export.entries_key(number), kept)
        etag = self.files.add(key, export.upload, number, bytes(part.content))
        return self._saved(
            replace(
                export,
                parts=(*export.parts, etag),
                size_bytes=export.size_bytes + len(part.content),
            )
        )

    def _end(self, export: Export, part: _Part) -> None:
        if export.format is ExportFormat.ZIP:
            self._end_zip(export, part)
        if not export.parts:  # a part alone is a whole file
            if export.upload:
                self.files.abandon(export.object_key, export.upload)
            self.files.put(export.object_key, bytes(part.content))
            export = replace(export, size_bytes=len(part.content))
        else:
            export = replace(export, is_sealed=True)
            export = self._kept(export, part) if part.content else self._saved(export)
        self._finish(export)

    def _finish(self, export: Export) -> None:
        if export.parts:
            self.files.finish(export.object_key, export.upload, export.parts)
        now = to_the_millisecond(self.now())
        self._saved(replace(export, status=ExportStatus.DONE, expires_at=now + limits.EXPORT_KEPT))
        if export.parts and export.format is ExportFormat.ZIP:
            self.files.delete(export.object_keys[1:])

    def _end_zip(self, export: Export, part: _Part) -> None:
        """Add the manifest and the directory of all that is in the zip."""
        entries: list[ZipEntry] = []
        lines: list[dict[str, Any]] = []
        for number in range(1, len(export.parts) + 1):
            found = json.loads(self.files.read(export.entries_key(number)))
            entries += [ZipEntry(*each) for each in found["entries"]]
            lines += found["lines"]
        manifest = {
            "exportedAt": precise_stamp(export.created_at),
            "missing": export.missing,
            "inboxes": self._inboxes(export),
            "messages": lines + part.lines,
        }
        written = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        offset = export.size_bytes + len(part.content)
        last, content = zip_entry(MANIFEST, written, export.created_at, offset)
        part.content += content
        directory = [*entries, *part.entries, last]
        part.content += zip_end(directory, export.size_bytes + len(part.content))
        part.entries.clear()

    def _inboxes(self, export: Export) -> list[dict[str, str]]:
        found = []
        for each in export.inboxes:
            try:
                address = str(self.inboxes.get(each).shown_address)
            except InboxNotFound:
                address = ""
            found.append({"id": str(each), "address": address})
        return found

    def _saved(self, export: Export) -> Export:
        try:
            return self.exports.save(replace(export, updated_at=to_the_millisecond(self.now())))
        except ExportGone:
            last = self.exports.last(export.holder)
            if last is None or last.id != export.id:  # else another process goes on with it
                if export.upload:
                    self.files.abandon(export.object_key, export.upload)
                self.files.delete(export.object_keys)
            raise


def _groups(messages: Iterator[Message]) -> Iterator[Sequence[Message]]:
    """As many as may be read at the same time: few, and not many bytes."""
    together: list[Message] = []
    size = 0
    for message in messages:
        size += message.summary.size_bytes
        if together and (len(together) == limits.EXPORT_READS or size > limits.EXPORT_READ_BYTES):
            yield together
            together, size = [], message.summary.size_bytes
        together.append(message)
    if together:
        yield together


def _line(name: str, message: Message, raw: bytes) -> dict[str, Any]:
    """What the manifest says of a message."""
    summary = message.summary
    return {
        "file": name,
        "inboxId": str(message.id.inbox),
        "number": message.id.sequence,
        "receivedAt": precise_stamp(summary.received_at),
        "from": summary.from_address,
        "subject": summary.subject,
        "folder": message.folder.value,
        "isRead": message.is_read,
        "size": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
