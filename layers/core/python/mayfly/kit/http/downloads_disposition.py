"""The Content-Disposition header of HTTP answers (RFC 6266)."""

import re
from urllib.parse import quote

_NOT_TOKEN = re.compile(r"[^A-Za-z0-9!#$&+.^_`|~-]+")


def inline_disposition(filename: str) -> str:
    """Shown in place, and saved under this name."""
    return attachment_disposition(filename).replace("attachment", "inline", 1)


def attachment_disposition(filename: str) -> str:
    """A download of this name: an ASCII stand-in, and `filename*` (RFC 8187) with the real one."""
    plain = _NOT_TOKEN.sub("_", filename).strip("._") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
