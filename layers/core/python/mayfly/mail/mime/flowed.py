"""Text that flows: RFC 3676."""

import re

_SIGNATURE = "-- "
_SOFT = re.compile(r"(?<!\n--) \n(?!-- (?:\n|\Z))")


def unflowed(text: str, delsp: bool) -> str:
    """The text with its soft line ends gone, so that a link or a code stands in one piece.

    `delsp` says that the blank of a soft line end is none of the text's (section 4.1). Quoted
    lines keep their depth as so many `>`, and a paragraph ends where the depth changes.
    """
    if text[:1] != ">" and "\n>" not in text and text[:3] != _SIGNATURE:
        text = text.removeprefix(" ").replace("\n ", "\n")
        text = _SOFT.sub("" if delsp else " ", text)
        return text[:-1] if delsp and text[-1:] == " " else text
    lines: list[str] = []
    pieces: list[str] = []
    depth_before, flows = 0, False
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        is_signature = content == _SIGNATURE
        if pieces and not (flows and depth == depth_before and not is_signature):
            lines.append(_line(depth_before, pieces))
            pieces = []
        depth_before = depth
        flows = content.endswith(" ") and not is_signature
        pieces.append(content[:-1] if flows and delsp else content)
    if pieces:
        lines.append(_line(depth_before, pieces))
    return "\n".join(lines)


def _line(depth: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}" if depth else content
