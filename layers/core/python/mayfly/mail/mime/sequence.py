"""Bodies put in order: parts one after the other are one sequence, alternatives are a choice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from mayfly.mail.mime.structure import Leaf, Multipart

_SIGNATURE = "-- "
_SOFT = re.compile(r"(?<!\n--) \n(?!-- (?:\n|\Z))")


def unflowed(text: str, delsp: bool) -> str:
    """The text with its soft line ends gone (RFC 3676): a link or a code stands in one piece.

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


@dataclass(slots=True)
class Body:
    """A text that a reader sees, and where it stands."""

    leaf: Leaf
    is_html: bool
    text: str


@dataclass(slots=True)
class Shown:
    """What there is to read: as text, as html, and whether only the html has its beginning."""

    text: str
    html: str
    html_leads: bool


_Item = tuple[str | None, str | None]
"""A stretch of the mail as text and as html; None where it has no such form."""


def in_order(bodies: Sequence[Body]) -> Shown:
    """All bodies in their order.

    Of alternatives the text is one form and the last html the other (RFC 2046, section 5.1.4).
    Where any stretch has html, those that have none stand in the html as they are; the text has
    what was written as text.
    """
    texts = [body.text for body in bodies if not body.is_html]
    if len(texts) == len(bodies):
        return Shown(_joined(texts), "", False)
    if not texts:
        return Shown("", _joined([body.text for body in bodies]), True)
    if len(bodies) == 2 and _are_alternatives(*bodies):
        text, html = texts[0], bodies[1].text if bodies[1].is_html else bodies[0].text
        return Shown(text, html, not text.strip())
    items = _items(bodies, 0)
    html = _joined([_as_html(item) for item in items])
    text = _joined([text for text, _ in items if text is not None])
    first = next((item for item in items if any(each and each.strip() for each in item)), None)
    leads = first is not None and not (first[0] or "").strip()
    return Shown(text, html, leads)


def _are_alternatives(one: Body, other: Body) -> bool:
    """Whether both stand in one multipart/alternative, as in most messages with html."""
    inside = one.leaf.inside
    return inside is other.leaf.inside and one.leaf.parent == "multipart/alternative"


def _items(bodies: Sequence[Body], level: int) -> list[_Item]:
    """The stretches of these bodies, given how many alternatives around them are settled."""
    items: list[_Item] = []
    for around, group in groupby(bodies, key=lambda body: _choice(body, level)):
        if around is None:
            items += [(None, each.text) if each.is_html else (each.text, None) for each in group]
        else:
            items.append(_chosen(list(group), level))
    return items


def _chosen(bodies: list[Body], level: int) -> _Item:
    """What one multipart/alternative shows."""
    texts: list[str] = []
    html: str | None = None
    of_html: list[str] = []
    for _, branch in groupby(bodies, key=lambda body: _choices(body)[level][1]):
        items = _items(list(branch), level + 1)
        written = [text for text, _ in items if text is not None]
        if any(rich is not None for _, rich in items):
            html = _joined([_as_html(item) for item in items])
            of_html = written
        else:
            texts += written
    return _joined(texts or of_html) if texts or of_html else None, html


def _as_html(item: _Item) -> str:
    text, html = item
    if html is not None or not text or not text.strip():
        return html or ""
    return f'<div dir="auto" style="white-space:pre-wrap">{escape(text, quote=False)}</div>'


def _choice(body: Body, level: int) -> Multipart | None:
    choices = _choices(body)
    return choices[level][0] if level < len(choices) else None


def _choices(body: Body) -> list[tuple[Multipart, int]]:
    """The alternatives around a body, the outermost first, and which branch of each it is in."""
    found: list[tuple[Multipart, int]] = []
    inside, index = body.leaf.inside, body.leaf.index
    while inside is not None:
        around = inside
        if around.content_type == "multipart/alternative":
            found.append((around, index))
        inside, index = around.inside, around.index
    return found[::-1]


def _joined(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text) if len(texts) > 1 else "".join(texts)
