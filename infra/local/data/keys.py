"""Keys of this machine: random, and kept where inboxes are kept."""

import secrets
from pathlib import Path

from infra.local.data.private_file import write_private
from mayfly.errors import InvalidInput

TOKEN_KEY = "token-key"
"""The file of the key that signs tokens."""
ADMIN_KEY = "admin-key"
"""The file of the admin key."""
PASSWORD_KEY = "password-key"
"""The file of the key that seals passwords of generated inboxes."""
_BYTES = 48


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
