"""mboxrd: messages one after the other, lines that begin with "From " quoted so that each is
itself again.

https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml
"""

import re
from datetime import UTC, datetime

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_NOT_PLAIN = re.compile(r"[^!-~]")


def mbox_entry(raw: bytes, sender: str, received_at: datetime) -> bytes:
    """One message with the line that begins it. Its line ends stay as they are; one that does not
    end with a line end gets one.
    """
    who = _NOT_PLAIN.sub("", sender) or "MAILER-DAEMON"
    begin = f"From {who} {received_at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n"
    end = b"\n" if raw.endswith(b"\n") else b"\n\n"
    return begin.encode("ascii") + _FROM.sub(rb">\1", raw) + end
