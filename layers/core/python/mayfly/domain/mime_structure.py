"""The tree of a mail, flattened: which bytes are which leaf part. Nothing is decoded here."""

from dataclasses import dataclass

from mayfly.domain.headers import HeaderBlock, read_block
from mayfly.domain.mime_boundaries import likely_boundary, split
from mayfly.domain.mime_model import Defects, MimeLimits
from mayfly.domain.mime_parameters import Parameters, media_type, parameters
from mayfly.domain.mime_transfer import encoding_name

_SPARE_BYTES = 1 << 16
_MAX_CONTENT_ID_BYTES = 1000


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
    parent: str
    """The media type of the multipart around it, empty if there is none."""


_Place = tuple[int, int, int, str, str]
"""Of a part: start, end, depth, the media type it has by default, and that of its parent."""


class Structure:
    """Walks the multiparts of one mail with a stack of its own, within the limits.

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
        self._open(top, (0, len(self._raw), 0, "text/plain", ""))
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
        start, end, depth, default, parent = place
        value = block.first.get("content-type", "")[: self._limits.header_bytes]
        content_type, given = media_type(value, self._limits.parameters)
        content_type = content_type or default
        if content_type.startswith("multipart/"):
            slices = self._slices(block.body, end, depth, given.get("boundary", ""))
            inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
            for start, stop in reversed(slices or ()):
                self._waiting.append((start, stop, depth + 1, inner, content_type))
            if slices:
                return
            if slices is not None:
                content_type = "text/plain"
        start = min(block.body, end)
        self._leaves.append(self._leaf(block.first, content_type, given, (start, end), parent))

    def _slices(
        self, start: int, end: int, depth: int, boundary: str
    ) -> list[tuple[int, int]] | None:
        """What a multipart is divided into: nothing if no boundary fits, None if over a limit."""
        limits = self._limits
        if depth >= limits.depth or self._searchable < end - start:
            self._defects.add("too-deep")
            return None
        self._searchable -= end - start
        wanted = boundary.rstrip(" \t").encode("latin-1")
        if not 0 < len(wanted) <= limits.boundary_bytes:
            self._defects.add("missing-boundary")
            wanted = likely_boundary(self._raw, start, end)
        if not wanted:
            return []
        slices, defect = split(self._raw, start, end, wanted, limits.parts - len(self._waiting))
        if defect:
            self._defects.add(defect)
        return slices

    def _leaf(
        self,
        fields: dict[str, str],
        content_type: str,
        given: Parameters,
        body: tuple[int, int],
        parent: str,
    ) -> Leaf:
        value = fields.get("content-transfer-encoding", "")
        encoding = encoding_name(value[:100])
        if not encoding:
            self._defects.add("unknown-encoding", value)
        value = fields.get("content-disposition", "")[: self._limits.header_bytes]
        disposition = value.partition(";")[0]
        more: Parameters = {}
        if len(disposition) < len(value):
            more = parameters(value, len(disposition), self._limits.parameters)
        return Leaf(
            start=body[0],
            end=body[1],
            content_type=content_type,
            parameters=given,
            disposition=disposition.strip(" ").lower(),
            disposition_parameters=more,
            encoding=encoding or "binary",
            content_id=fields.get("content-id", "")[:_MAX_CONTENT_ID_BYTES],
            parent=parent,
        )
