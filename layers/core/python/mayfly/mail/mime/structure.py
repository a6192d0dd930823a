"""The tree of a message, flattened: which bytes are which leaf part, and what each is to a reader.

That is body, file, both, or a form of the body for somebody else. Nothing is decoded here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mayfly.mail.mime.fields import Parameters, media_type, parameters
from mayfly.mail.mime.header_block import HeaderBlock, read_block
from mayfly.mail.mime.models import Defects, MimeLimits
from mayfly.mail.mime.transfer import encoding_name

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
    belongs to it (RFC 2046, section 5.1). Parts after the closing line are taken, too: a reader
    should see them.
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


_SPARE_BYTES = 1 << 16
_MAX_CONTENT_ID_BYTES = 1000
_PREAMBLE_BYTES = 20_000
_NONE: Parameters = {}


@dataclass(slots=True, eq=False)
class Multipart:
    """A multipart around parts, and where it stands itself."""

    content_type: str
    inside: "Multipart | None"
    index: int
    """Which part of that one it is, from 0 on."""
    start: str = ""
    """The Content-ID of the part to show, as a multipart/related may say (RFC 2387)."""


@dataclass(slots=True)
class Leaf:
    """A part that is not divided any further; its encoded body is raw[start:end]."""

    start: int
    end: int
    content_type: str
    parameters: Parameters
    disposition: str
    disposition_parameters: Parameters
    encoding: str
    content_id: str
    location: str
    """Content-Location (RFC 2557), what HTML may call the part by."""
    inside: Multipart | None
    index: int
    """Which part of that multipart it is, from 0 on."""

    @property
    def parent(self) -> str:
        """The media type of the multipart around it, empty if there is none."""
        return self.inside.content_type if self.inside else ""


_Place = tuple[int, int, int, str, Multipart | None, int]
"""Of a part: start, end, depth, the media type it has by default, its multipart, its index."""


class Structure:
    """Walks the multiparts of one message with a stack of its own, within the limits.

    A multipart that is too deep, or whose boundary never appears, is kept as one leaf.
    """

    def __init__(self, raw: bytes, limits: MimeLimits, defects: Defects) -> None:
        self._raw = raw
        self._limits = limits
        self._defects = defects
        self._searchable = limits.passes * len(raw) + _SPARE_BYTES
        self._waiting: list[_Place] = []
        self._leaves: list[Leaf] = []

    def leaves(self, top: HeaderBlock) -> list[Leaf]:
        """All leaves in order of appearance, given the mail's own header block."""
        limits = self._limits
        self._open(top, (0, len(self._raw), 0, "text/plain", None, 0))
        seen = 1
        while self._waiting:
            if seen >= limits.parts:
                self._defects.add("too-many-parts")
                break
            seen += 1
            place = self._waiting.pop()
            start, end = place[:2]
            block = read_block(self._raw, start, end, limits.part_header_bytes, limits.part_headers)
            for defect in block.defects:
                self._defects.add(f"part-{defect}")
            self._open(block, place)
        return self._leaves

    def _open(self, block: HeaderBlock, place: _Place) -> None:
        """Take a part as a leaf, or put what it is divided into on the stack."""
        start, end, _, default, _, _ = place
        value = block.first.get("content-type", "")[: self._limits.header_bytes]
        content_type, given = media_type(value, self._limits.parameters)
        content_type = content_type or default
        if content_type.startswith("multipart/"):
            slices = self._slices(block.body, end, place[2], given.get("boundary", ""))
            if slices:
                self._wait(content_type, slices, place, given.get("start", ""))
                return
            if slices is not None:
                content_type = "text/plain"
        elif content_type.startswith("text/") and given.get("boundary"):
            slices = self._mislabelled(block.body, end, place[2], given["boundary"])
            if slices:
                self._wait("multipart/mixed", slices, place)
                return
        start = min(block.body, end)
        self._leaves.append(self._leaf(block.first, content_type, given, (start, end), place[4:]))

    def _wait(
        self, content_type: str, slices: list[tuple[int, int]], place: _Place, root: str = ""
    ) -> None:
        _, _, depth, _, inside, index = place
        inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        here = Multipart(content_type, inside, index, root)
        for at in range(len(slices) - 1, -1, -1):
            self._waiting.append((*slices[at], depth + 1, inner, here, at))

    def _mislabelled(
        self, start: int, end: int, depth: int, boundary: str
    ) -> list[tuple[int, int]] | None:
        """What a text is divided into that names a boundary and has it: a multipart in truth."""
        if f"--{boundary}".encode("latin-1") not in self._raw[start : start + _PREAMBLE_BYTES]:
            return None
        slices = self._slices(start, end, depth, boundary)
        if slices:
            self._defects.add("text-with-boundary")
        return slices

    def _slices(
        self, start: int, end: int, depth: int, boundary: str
    ) -> list[tuple[int, int]] | None:
        """What a multipart is divided into: nothing if no boundary fits, None if over a limit."""
        limits = self._limits
        if depth >= limits.depth or self._searchable < end - start:
            self._defects.add("too-deep")
            return None
        self._searchable -= end - start
        needle = boundary.rstrip(" \t").encode("latin-1")
        if not 0 < len(needle) <= limits.boundary_bytes:
            self._defects.add("missing-boundary")
            needle = likely_boundary(self._raw, start, end)
        if not needle:
            return []
        most = limits.parts - len(self._waiting)
        slices, defect = split(self._raw, start, end, needle, most)
        if not slices and len(needle) > 2 and needle[:1] == needle[-1:] == b"'":
            # Quotes that RFC 2045 does not know.
            slices, defect = split(self._raw, start, end, needle[1:-1], most)
        if defect:
            self._defects.add(defect)
        return slices

    def _leaf(
        self,
        fields: dict[str, str],
        content_type: str,
        given: Parameters,
        body: tuple[int, int],
        around: tuple[Multipart | None, int],
    ) -> Leaf:
        value = fields.get("content-transfer-encoding", "")
        encoding = encoding_name(value[:100])
        if not encoding:
            self._defects.add("unknown-encoding", value)
        disposition, more = "", _NONE
        if "content-disposition" in fields:
            disposition, more = self._disposition(fields["content-disposition"])
        return Leaf(
            *body,
            content_type,
            given,
            disposition,
            more,
            encoding or "binary",
            fields.get("content-id", "")[:_MAX_CONTENT_ID_BYTES],
            fields.get("content-location", "")[:_MAX_CONTENT_ID_BYTES],
            *around,
        )

    def _disposition(self, octets: str) -> tuple[str, Parameters]:
        octets = octets[: self._limits.header_bytes]
        name = octets.partition(";")[0]
        if len(name) == len(octets):
            return name.strip(" ").lower(), _NONE
        return name.strip(" ").lower(), parameters(octets, len(name), self._limits.parameters)


HTML, PLAIN = "text/html", "text/plain"
_ALTERNATIVE, _RELATED = "multipart/alternative", "multipart/related"
# Where senders name a body: an email that is nothing but text, and alternatives.
_BODY_WITH_NAME = ("", _ALTERNATIVE)
# Texts that are files by nature; any other is plain text to a reader (RFC 2046, section 4.1.4).
_FILES = (
    "text/calendar text/css text/csv text/directory text/ecmascript text/javascript"
    " text/rfc822-header text/rfc822-headers text/rtf text/tab-separated-values text/vcard text/vtt"
    " text/x-vcalendar text/x-vcard text/xml"
)
# Alternatives for programs of one kind: whoever shows the others has lost nothing.
_UNSHOWN = frozenset({"text/x-amp-html", "text/amp-html", "text/watch-html"})
_FILE_TYPES = frozenset(_FILES.split()) | _UNSHOWN

_Role = tuple[bool, bool]
"""Whether it is body, and whether it is a part beside the bodies."""
_BODY, _PART, _BOTH, _NEITHER = (True, False), (False, True), (True, True), (False, False)


class Roles:
    """Says of each leaf of one email, in order, what it is."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._rooted = {each.inside for each in leaves if _is_root(each)}
        self._showing: set[Multipart] = set()
        self._has_html = False

    def showed(self, leaf: Leaf, is_blank: bool) -> None:
        """Note that this leaf is body, and whether there is nothing to see in it."""
        self._has_html = self._has_html or leaf.content_type == HTML
        inside = None if is_blank else leaf.inside
        while inside is not None and inside not in self._showing:
            self._showing.add(inside)
            inside = inside.inside

    def of(self, leaf: Leaf, filename: str) -> _Role:
        """What the next leaf is, given its file's name."""
        kind = leaf.content_type
        if not kind.startswith("text/") or leaf.disposition == "attachment":
            return _PART
        if kind not in (PLAIN, HTML):
            return self._of_other_text(leaf, filename)
        if self._is_nothing_but_body(leaf, filename):
            return _BODY
        # A file that wants to be seen is both; two html documents do not make one.
        is_second = kind == HTML and self._has_html and leaf.index > 0
        return _BOTH if leaf.disposition == "inline" and not is_second else _PART

    def _of_other_text(self, leaf: Leaf, filename: str) -> _Role:
        beside: set[str] = set()
        if leaf.parent == _ALTERNATIVE:
            beside = {each.content_type for each in self._leaves if each.inside is leaf.inside}
        is_choice = not beside.isdisjoint((PLAIN, HTML))
        if leaf.content_type in _FILE_TYPES:
            return _NEITHER if is_choice and leaf.content_type in _UNSHOWN else _PART
        if is_choice:
            return _NEITHER if PLAIN in beside else _BODY
        return _BODY if self._is_nothing_but_body(leaf, filename) else _PART

    def _is_nothing_but_body(self, leaf: Leaf, filename: str) -> bool:
        """Whether a text is what the mail says: it has no name, or stands where only bodies stand.

        The first thing of a multipart that there is to read is body, too, whatever its name (RFC
        2183, section 2.10 leaves that to readers), but a multipart/related may name another one
        (RFC 2387, section 3.2); one that says `inline` beside its name is a file as well.
        """
        if not filename or leaf.parent in _BODY_WITH_NAME or _is_root(leaf):
            return True
        if leaf.inside in self._rooted or leaf.inside in self._showing:
            return False
        return leaf.disposition == "" or leaf.parent == _RELATED


def _is_root(leaf: Leaf) -> bool:
    """Whether the multipart/related around it says that this is what to show."""
    start = leaf.inside.start if leaf.inside and leaf.parent == _RELATED else ""
    return bool(start) and leaf.content_id.strip(" <>") == start.strip(" <>")
