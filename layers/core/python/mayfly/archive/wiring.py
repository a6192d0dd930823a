"""The archive, wired."""

from functools import cached_property

from mayfly.archive.service import Archiver
from mayfly.assembly import Wiring


class ArchiveWiring(Wiring):
    """Copies of raw messages, where nobody can change them."""

    @cached_property
    def service(self) -> Archiver:
        ports, settings = self.adapters, self.settings
        return Archiver(ports.archive, ports.deliveries, settings.mail_bucket, settings.raw_prefix)
