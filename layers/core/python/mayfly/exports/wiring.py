"""Exports, wired."""

from functools import cached_property

from mayfly import limits
from mayfly.assembly import Wiring
from mayfly.exports.service import ExportService, ExportWiper
from mayfly.exports.worker import ExportMaker


class ExportWiring(Wiring):
    """All messages of an inbox, or of an account, as one file."""

    @cached_property
    def service(self) -> ExportService:
        ports = self.adapters
        return ExportService(
            ports.exports, ports.export_files, ports.export_jobs, self.now, self.entropy
        )

    @cached_property
    def wiper(self) -> ExportWiper:
        return ExportWiper(self.adapters.exports, self.adapters.export_files)

    @cached_property
    def maker(self) -> ExportMaker:
        ports = self.adapters
        pool = ports.side_by_side(limits.EXPORT_READS, "export")
        return ExportMaker(
            ports.exports,
            ports.export_files,
            ports.inboxes,
            ports.messages,
            self.flows.messages.loader,
            ports.raw_mails,
            lambda: pool,
            self.now,
        )
