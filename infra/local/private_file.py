"""Files of this machine that hold secrets: keys, and mails with tokens."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write all of it or nothing, for its owner only; what was there before is replaced."""
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)
