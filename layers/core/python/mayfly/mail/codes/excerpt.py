"""Text of strangers in messages: its beginning, whatever it is and however long."""

SHOWN_CHARS = 64
_WRITTEN_CHARS = 80  # with quotes, and with what cannot be printed spelled out


def excerpt(text: str) -> str:
    """The text in quotes, at most 80 characters of it, and three dots if there was more."""
    written = repr(text[:SHOWN_CHARS])
    if len(text) <= SHOWN_CHARS and len(written) <= _WRITTEN_CHARS:
        return written
    return f"{written[: _WRITTEN_CHARS - 4].rstrip(written[0])}…{written[0]}"
