"""Header blocks of RFC 5322, section 2.2: found, unfolded and cut into fields.

Header text is held as *octets*: a str in which every character stands for one byte (ISO 8859-1),
because only its structure says which bytes are in which charset.
"""

import re
from dataclasses import dataclass

_NAME = r"[!-9;-~\x80-\xff]++[ \t]*+:"
_FIELD = re.compile(_NAME)
_FIELD_LINE = re.compile(_NAME.encode("latin-1"))
# What stands below words that some gateway put among the headers of a part.
_MIME_LINE = re.compile(rb"^(?:Content-[a-z-]{1,40}|MIME-Version)[ \t]*+:", re.I | re.M)
_MAIN_LINE = re.compile(rb"^(From|Subject|Date)[ \t]*+:", re.I | re.M)
_MBOX_LINE = (b"From ", b">From ")
_FOLD = re.compile(r"\n[ \t]")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\r\n"


@dataclass(slots=True)
class HeaderBlock:
    """The fields of one header block, where the body starts, and what was wrong."""

    fields: list[tuple[str, str]]
    """Names as written and unfolded values, in order; octets."""
    first: dict[str, str]
    """By lower-case name, the first value that is not empty."""
    repeated: set[str]
    """Which of these names have more values."""
    defects: list[str]
    octets: bytes = b""
    """The block as it came, without lines that are no headers."""
    body: int = 0

    @property
    def plain(self) -> bool:
        """True if nothing in the block needs decoding: printable ASCII, no encoded word."""
        octets = self.octets
        # One letter is looked for faster than two, and few headers have it.
        has_words = b"?" in octets and b"=?" in octets
        return not has_words and not octets.translate(None, _PLAIN)

    def every(self, name: str) -> list[str]:
        """The values of all fields of that lower-case name."""
        if name not in self.repeated:
            return [self.first[name]] if name in self.first else []
        return [value for written, value in self.fields if value and written.lower() == name]


def read_block(raw: bytes, start: int, end: int, max_bytes: int, max_fields: int) -> HeaderBlock:
    """The header block at raw[start:end]; fields beyond a limit are left out, the body is found.

    A line that cannot be a header ends the block, as if the empty line were missing, unless a
    header follows it directly, or one of MIME's does before the empty line.
    """
    window = min(end, start + max_bytes)
    newline = raw.find(b"\n", start, window)
    if newline == start or (newline == start + 1 and raw[start] == 0x0D):
        return HeaderBlock([], {}, set(), [], b"", newline + 1)
    if raw.startswith(_MBOX_LINE, start) and not _FIELD_LINE.match(raw, start, window):
        start = newline + 1 or window
    ending = b"\r\n\r\n" if raw[newline - 1 : newline] == b"\r" else b"\n\n"
    stop = raw.find(ending, start, window)
    if stop > start:
        octets = raw[start:stop]
        lines = octets.decode("latin-1").replace("\r\n", "\n")
        if "\r" not in lines and lines[0] not in "\n ":
            block = _cut(lines, max_fields)  # none if there is an empty line among the fields
            if block is not None and not (block.defects and "\n\n" in lines):
                block.octets = octets
                block.body = stop + len(ending)
                return block
    return _unusual_block(raw, start, end, window, max_fields)


def _cut(lines: str, max_fields: int) -> HeaderBlock | None:
    """The block that these lines make up; None if one of them is not a header."""
    fields: list[tuple[str, str]] = []
    first: dict[str, str] = {}
    repeated: set[str] = set()
    unfolded = _FOLD.sub(" ", lines)
    if "\t" in unfolded:
        unfolded = unfolded.replace("\t", " ")
    split = unfolded.split("\n", max_fields)
    defects: list[str] = []
    if len(split) > max_fields:
        defects.append("too-many-headers")
        del split[max_fields:]
    for line in split:
        name, colon, value = line.partition(":")
        if " " in name or not colon or not name:
            if not _FIELD.match(line):
                return None
            name = name.strip(" ")
        value = value.strip(" ")
        fields.append((name, value))
        if value:
            name = name.lower()
            if name in first:
                repeated.add(name)
            else:
                first[name] = value
    return HeaderBlock(fields, first, repeated, defects)


def _unusual_block(raw: bytes, start: int, end: int, window: int, max_fields: int) -> HeaderBlock:
    """What `read_block` promises, for blocks with other line ends, other lines, or no end."""
    newline = b"\n" if raw.find(b"\n", start, window) >= 0 else b"\r"
    stop, body = _block_end(raw, start, window, newline)
    too_long = body == window < end
    if too_long:
        stop = raw.rfind(newline, start, window) + 1 or window
        body = _empty_line(raw, max(start, stop - 1), end, newline)[1]
    octets, ended_at, skipped = _header_lines(raw, start, stop, newline, 2 * max_fields)
    lines = octets.decode("latin-1").replace("\r\n", "\n")
    # A stray CR within a line is not the end of it: nothing after it may become a header.
    lines = lines.replace("\r", " " if newline == b"\n" else "\n").rstrip("\n")
    block = _cut(lines, max_fields) or HeaderBlock([], {}, set(), [])
    block.octets = octets
    block.body = body if ended_at == stop else ended_at
    if too_long:
        block.defects.append("header-block-too-long")
    if skipped:
        block.defects.append("bad-header-line")
    if ended_at < stop:
        block.defects.append("missing-blank-line")
    return block


def _block_end(raw: bytes, start: int, end: int, newline: bytes) -> tuple[int, int]:
    """Where the last header line ends, and where the body starts; (end, end) if it never does."""
    for empty_line in (b"\r\n", b"\r\r\n", newline):
        if raw.startswith(empty_line, start):
            return start, start + len(empty_line)
    return _empty_line(raw, start, end, newline)


def _empty_line(raw: bytes, start: int, end: int, newline: bytes) -> tuple[int, int]:
    stop = body = end
    # The second form is CRLF that text mode wrote as CRCRLF.
    for ending in (b"\n\r\n", b"\n\r\r\n", b"\n\n") if newline == b"\n" else (b"\r\r",):
        found = raw.find(ending, start, stop)
        if found >= 0:
            stop, body = found + 1, found + len(ending)
    return stop, body


def _header_lines(
    raw: bytes, start: int, stop: int, newline: bytes, max_lines: int
) -> tuple[bytes, int, bool]:
    """The lines that belong to headers, where they end, and whether others were among them."""
    lines: list[bytes] = []
    skipped = False
    goes_on = start  # up to there headers are known to follow
    for _ in range(max_lines):
        if start >= stop:
            break
        after = raw.find(newline, start, stop) + 1 or stop
        line = raw[start:after]
        if (lines and line.startswith((b" ", b"\t"))) or _FIELD_LINE.match(line):
            lines.append(line)
        elif (
            line.startswith((b" ", b"\t"))
            or after <= goes_on
            or _FIELD_LINE.match(raw, after, stop)
        ):
            skipped = True
        elif found := _further(raw, after, stop, lines):
            goes_on, skipped = found, True
        else:
            return b"".join(lines), start, skipped
        start = after
    return b"".join(lines), stop, skipped


def _further(raw: bytes, start: int, stop: int, lines: list[bytes]) -> int:
    """Where headers go on for sure: one of MIME's, or one that every email has and this has not.

    0 if they do not.
    """
    found = _MIME_LINE.search(raw, start, stop)
    if found:
        return found.start()
    seen = {line.partition(b":")[0].strip(b" \t").lower() for line in lines}
    for main in _MAIN_LINE.finditer(raw, start, stop):
        if main[1].lower() not in seen:
            return main.start()
    return 0
