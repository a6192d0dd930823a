"""Cutting a multipart at its boundaries: RFC 2046, section 5.1."""

import re

# After the boundary: two hyphens close the multipart, blanks may follow, and the line ends.
_LINE_TAIL = re.compile(rb"(?:(--)-*+)?[ \t]*+(?:\r*+\n|\r|\Z)")
_LIKELY_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*+\r?\n(?=content-)", re.I | re.M)
_LIKELY_WITHIN_BYTES = 20_000
_LOOKALIKES_PER_SEGMENT = 4


def split(
    raw: bytes, start: int, end: int, boundary: bytes, max_segments: int
) -> tuple[list[tuple[int, int]], str]:
    """The slices between the boundary lines of raw[start:end], and what was wrong ("": nothing).

    A line counts as a boundary only if nothing else stands on it, and the line end before it
    belongs to it. Parts after the closing line are taken, too: a reader should see them.
    """
    at = max(start - 1, 0)
    needle = (b"\n--" if raw.find(b"\n", at, end) >= 0 else b"\r--") + boundary
    slices: list[tuple[int, int]] = []
    opened, lookalikes, closed = -1, _LOOKALIKES_PER_SEGMENT * max_segments, False
    while (hit := raw.find(needle, at, end)) >= 0:
        at = hit + len(needle)
        tail = _LINE_TAIL.match(raw, at, end)
        if tail is None:
            lookalikes -= 1
            if not lookalikes:
                return slices, "too-many-parts"
            continue
        if opened >= 0:
            content_end = hit - 1 if raw[hit - 1] == 0x0D else hit
            slices.append((opened, max(opened, content_end)))
        if len(slices) >= max_segments:
            return slices, "too-many-parts"
        closed = tail[1] is not None
        opened = -1 if closed else tail.end()
        at = max(at, tail.end() - 1)
    if opened >= 0:
        slices.append((opened, end))
    return slices, "" if closed else "missing-close-boundary" if slices else "boundary-not-found"


def likely_boundary(raw: bytes, start: int, end: int) -> bytes:
    """The boundary that a body seems to use although its header does not name it, or b""."""
    match = _LIKELY_BOUNDARY.search(raw, start, min(end, start + _LIKELY_WITHIN_BYTES))
    return match[1] if match else b""
