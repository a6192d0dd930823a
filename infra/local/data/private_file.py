"""Files of this machine that hold secrets: keys, and messages with tokens."""

import logging
import os
import secrets
import stat
from pathlib import Path

from mayfly.errors import InvalidInput

logger = logging.getLogger("mayfly.laptop")

PRIVATE = 0o077
"""The umask of a process whose files are for nobody else."""
OUTBOX = "sent"
"""The folder of sent mail, in that of the data."""
# Only ours: somebody may have named a folder in which there is more.
_OURS = (
    *("mayfly.sqlite3*", "*-key", "objects", "objects/*"),
    *(f"{OUTBOX}", f"{OUTBOX}/*.eml", f"{OUTBOX}/*.txt"),
)
TOKEN_KEY = "token-key"
"""The file of the key that signs tokens."""
ADMIN_KEY = "admin-key"
"""The file of the admin key."""
PASSWORD_KEY = "password-key"
"""The file of the key that seals passwords of generated inboxes."""
_BYTES = 48


def write_private(path: Path, content: str | bytes) -> None:
    """Write all of it or nothing, for its owner only; what was there before is replaced."""
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    unfinished.replace(path)


def private_folder(folder: Path) -> None:
    """Make the folder, or take from others what they may do with it and with our files in it.

    InvalidInput if that cannot be done: then others could put theirs in their place.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.resolve().parent == folder.resolve() or folder.stat().st_mode & stat.S_ISVTX:
            raise InvalidInput(f"DATA: {str(folder)!r} is everybody's; name a folder below it")
        ours = [path for pattern in _OURS for path in folder.glob(pattern)]
        open_to_others = [path for path in (folder, *ours) if _tightened(path)]
    except OSError as error:
        raise InvalidInput(f"DATA: {str(folder)!r} cannot be used ({error})") from error
    if open_to_others:
        logger.warning(
            "DATA was open to others of this machine (%d places): now it is its owner's only",
            len(open_to_others),
        )


def _tightened(path: Path) -> bool:
    """Whether there was something to take away."""
    if path.is_symlink() and not path.is_dir():
        return False  # what it leads to is none of ours
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & PRIVATE:
        return False
    path.chmod(mode & ~PRIVATE)
    return True


def kept_key(folder: Path | None, name: str) -> str:
    """The key in this file of the folder, made if there is none; without a folder, a new one.

    InvalidInput if the folder cannot be used.
    """
    if folder is None:
        return _random()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / name
        if not path.exists():
            write_private(path, _random())
        kept = path.read_text("ascii")
    except (OSError, ValueError) as error:
        raise InvalidInput(f"DATA: {str(folder)!r} cannot be used ({error})") from error
    if len(kept) < _BYTES:
        raise InvalidInput(f"DATA: {str(folder / name)!r} holds no key; remove it for a new one")
    return kept


def _random() -> str:
    return secrets.token_urlsafe(_BYTES)
