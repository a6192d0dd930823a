"""Exports, as those see them who ask for one: begun, looked at, downloaded, wiped."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import RateLimited
from mayfly.exports.errors import ExportNotFound, ExportRunning
from mayfly.exports.models import Export, ExportFormat, ExportStatus, of_account, of_inbox
from mayfly.exports.ports import ExportFiles, ExportJobs, Exports
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock, Entropy, to_the_millisecond

_ID_BYTES = 16
TYPES = {ExportFormat.MBOX: "application/mbox", ExportFormat.ZIP: "application/zip"}


@dataclass(frozen=True, slots=True)
class ExportWiper:
    """Removes exports, also those that are being made."""

    exports: Exports
    files: ExportFiles

    def wipe_of(self, inbox: InboxId, owner: str) -> None:
        """Every export that has the inbox's messages: its own, and that of its account."""
        self.wipe(of_inbox(inbox))
        if owner:
            self.wipe(of_account(owner))

    def wipe(self, holder: str) -> None:
        """Remove the files, then the row; again, while somebody goes on writing it.

        Whoever writes the file after that finds no row, and removes it.
        """
        for _ in range(limits.EXPORT_WIPES):
            there = self.exports.last(holder)
            if there is None:
                return
            if there.upload:
                self.files.abandon(there.object_key, there.upload)
            self.files.delete(there.object_keys)
            if self.exports.remove(there):
                return
        raise ExportRunning("the export is still being written")


@dataclass(frozen=True, slots=True)
class ExportService:
    """Begins exports, one at a time for each holder, and shows how far they are."""

    exports: Exports
    files: ExportFiles
    jobs: ExportJobs
    now: Clock
    entropy: Entropy

    def begin(self, holder: str, inboxes: Sequence[Inbox], form: ExportFormat) -> Export:
        """A new one, in the place of the one before, whose file goes.

        ExportRunning while that is being made, RateLimited some minutes after it was begun.
        """
        now = to_the_millisecond(self.now())
        before = self.exports.last(holder)
        if before is not None:
            if before.blocks(now):
                raise ExportRunning("one export at a time: another one is being made")
            if before.status is not ExportStatus.FAILED and (wait := before.wait(now)):
                minutes = limits.EXPORT_EVERY.total_seconds() // 60
                raise RateLimited(
                    f"an export may be begun every {minutes:.0f} minutes (EXPORT_EVERY)",
                    max(1, int(wait.total_seconds())),
                )
        export = Export(
            holder,
            str(uuid.UUID(bytes=self.entropy(_ID_BYTES), version=4)),
            form,
            now,
            now,
            now + limits.EXPORT_KEPT,
            tuple(each.id for each in inboxes),
            sum(each.held_messages for each in inboxes),
        )
        self.exports.begin(export, before)
        # The row is first: a job without one is nothing to do. A row without a job is stale soon.
        self.jobs.give(holder, export.id)
        if before is not None:
            self.files.delete(before.object_keys)
        return export

    def show(self, holder: str, export: str) -> Export:
        """The holder's export; ExportNotFound if it is another one, or over."""
        now = self.now()
        found = self.exports.last(holder)
        if found is None or found.id != export or found.expires_at <= now:
            raise ExportNotFound("no such export")
        return found.seen_at(now)

    def link(self, export: Export) -> str:
        """Where the file can be had for some minutes; "" while it is not done."""
        if export.status is not ExportStatus.DONE:
            return ""
        name = f"mayfly-{export.created_at:%Y-%m-%d}.{export.format}"
        return self.files.link(export.object_key, name, TYPES[export.format])
