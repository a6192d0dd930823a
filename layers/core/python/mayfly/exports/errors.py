"""What keeps an export from being begun or found."""

from mayfly.errors import CONFLICT, MayflyError, NotFound


class ExportNotFound(NotFound):
    """There is no such export, it has expired, or it is somebody else's."""


class ExportRunning(MayflyError):
    """One export of the same is being made."""

    kind = CONFLICT


class ExportGone(Exception):
    """Somebody has removed or replaced the export while it was made."""
