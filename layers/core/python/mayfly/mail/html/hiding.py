"""What hides text from a person: how an element looks, by its own styles and those around it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mayfly.mail.html.colours import (
    BLACK,
    WHITE,
    Colour,
    attribute_colour,
    colour,
    first_colour,
    is_readable,
)

LEAST_FONT = 3.0
"""Pixels: smaller letters are no text."""
LEAST_BLUR = 6.0
"""Pixels from which on a blurred text is not read."""
FAR = 400.0
"""Pixels by which a text that is moved is out of sight."""
_HIDING = {
    "display": {"none"},
    "content-visibility": {"hidden"},
    "mso-hide": {"all"},
}
_AS_AROUND = frozenset({"inherit", "unset", "revert", "revert-layer", "currentcolor"})
_GROUNDED = frozenset({"body", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "marquee"})
"""Elsewhere `bgcolor` says nothing."""
_HIDDEN_BY = frozenset({"hidden", "popover"})
_CLOSED = frozenset({"details", "dialog"})
_LOOKED_AT = _HIDDEN_BY | {"aria-hidden", "bgcolor", "text", "color", "size"}
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78}
_VIEW = {"vw": 10.24, "vh": 7.68, "vmin": 7.68, "vmax": 10.24}
_FONT_WORDS = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_FONT_TAG = (10.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_NUMBER = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:e[+-]?\d)?)(%|[a-z]*)")
_CALCULATED = re.compile(r"(?:calc|min|max|clamp)\((.*)\)")
_CALL = re.compile(r"([a-z0-9-]+)\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks here. `is_gone` is for good; `is_unseen` ends where it is made visible."""

    text: Colour = BLACK
    ground: Colour = WHITE
    font: float = 16.0
    opacity: float = 1.0
    is_gone: bool = False
    is_unseen: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether a person does not see a text that looks so."""
        if self.is_gone or self.is_unseen or self.font < LEAST_FONT:
            return True
        shown = self.text._replace(alpha=self.text.alpha * self.opacity)
        return not is_readable(shown, self.ground)

    def within(self, tag: str, attributes: Mapping[str, str], styles: Mapping[str, str]) -> "Look":
        """How what is inside this element looks; `styles` are those that count for it."""
        is_plain = _LOOKED_AT.isdisjoint(attributes) and tag not in _CLOSED | {"datalist"}
        look = self if is_plain else self._attributed(tag, attributes)
        if not styles:
            return look
        font = _font(styles, look.font, self.font)
        gone = look.is_gone or any(styles.get(name) in them for name, them in _HIDING.items())
        gone = gone or _is_clipped(styles, font) or _is_away(styles, font)
        visibility = styles.get("visibility", "")
        return replace(
            look,
            text=_text_colour(styles, look.text, self.text),
            ground=_ground(styles, look.ground, self.ground),
            font=font,
            opacity=look.opacity * _opacity(styles),
            is_gone=gone,
            is_unseen=visibility in ("hidden", "collapse")
            or (look.is_unseen and visibility != "visible"),
        )

    def _attributed(self, tag: str, attributes: Mapping[str, str]) -> "Look":
        """With what attributes say, which styles may change again."""
        is_hidden = (
            not _HIDDEN_BY.isdisjoint(attributes)
            or attributes.get("aria-hidden", "").lower() == "true"
            or (tag in _CLOSED and "open" not in attributes)
            or tag == "datalist"
        )
        look = replace(self, is_gone=self.is_gone or is_hidden)
        ground = attribute_colour(attributes.get("bgcolor", "")) if tag in _GROUNDED else None
        if ground:
            look = replace(look, ground=ground)
        written = attributes.get({"body": "text", "font": "color"}.get(tag, ""), "")
        if text := attribute_colour(written):
            look = replace(look, text=text)
        if tag == "font" and (
            size := re.fullmatch(r"\s*([+-]?)(\d)\s*", attributes.get("size", ""))
        ):
            step = int(size[2]) if not size[1] else 3 + int(size[1] + size[2])
            look = replace(look, font=_FONT_TAG[min(7, max(0, step))])
        return look


def pixels(text: str, font: float, whole: float = 1000.0) -> float | None:
    """A length in pixels; None for what is none. `whole` is what percents are of."""
    text = text.strip()
    if inside := _CALCULATED.fullmatch(text):
        return _sum(inside[1], font, whole)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    number, unit = float(found[1]), found[2]
    if unit == "%":
        return number * whole / 100
    if unit in ("em", "ex", "ch", "rem"):
        return number * (16.0 if unit == "rem" else font * (1.0 if unit == "em" else 0.5))
    scale = _UNITS.get(unit, _VIEW.get(unit))
    return None if scale is None else number * scale


def _sum(text: str, font: float, whole: float) -> float | None:
    """What a simple `calc()` comes to; of several values, the least."""
    totals = []
    for each in text.split(","):
        total, sign = 0.0, 1.0
        for word in each.replace("(", " ").replace(")", " ").split():
            if word in "+-":
                sign = -1.0 if word == "-" else 1.0
            elif word in "*/":
                return 0.0 if re.search(r"\*\s*0(?![.\d])|(?<![.\d])0[a-z]*\s*\*", each) else None
            else:
                value = pixels(word, font, whole)
                if value is None:
                    return None
                total, sign = total + sign * value, 1.0
        totals.append(total)
    return min(totals)


def _font(styles: Mapping[str, str], font: float, around: float) -> float:
    """The size, which an attribute may have said already; styles are about what is around."""
    for name in [each for each in styles if each in ("font", "font-size")]:  # in their order
        text = styles[name]
        if name == "font":
            text = _size_in(text)
        if text in _AS_AROUND:
            font = around
        elif text in _FONT_WORDS:
            font = _FONT_WORDS[text]
        elif (size := pixels(text, around, around)) is not None:
            font = max(0.0, size)
    zoom = _number(styles.get("zoom", ""), 1.0)
    return font * min(1.0, zoom)


def _size_in(font: str) -> str:
    """The size in a `font`: what has a unit, is nothing, or stands before the height of lines."""
    words = font.replace("/", " / ").split()[:20]
    for at, word in enumerate(words):
        follows = words[at + 1] if at + 1 < len(words) else ""
        found = _NUMBER.fullmatch(word)
        if word in _FONT_WORDS or word.startswith("calc("):
            return word
        if found and (found[2] or follows == "/" or float(found[1]) == 0):
            return word
    return ""


def _number(text: str, otherwise: float) -> float:
    if inside := _CALCULATED.fullmatch(text):
        value = _sum(inside[1], 1.0, 1.0)
        return otherwise if value is None else value
    found = _NUMBER.fullmatch(text)
    if found is None:
        return otherwise
    return float(found[1]) / (100 if found[2] == "%" else 1)


def _opacity(styles: Mapping[str, str]) -> float:
    opacity = _number(styles.get("opacity", ""), 1.0)
    for name, inside in _CALL.findall(styles.get("filter", "")):
        if name in ("opacity", "alpha"):  # alpha(opacity=0) is Internet Explorer's
            share = _number(inside.replace("opacity=", "").strip(), 1.0)
            opacity *= share / 100 if "opacity=" in inside else share
        elif name == "blur" and (pixels(inside, 16.0) or 0.0) >= LEAST_BLUR:
            return 0.0
    return min(1.0, max(0.0, opacity))


def _text_colour(styles: Mapping[str, str], text: Colour, around: Colour) -> Colour:
    said = styles.get("color", "")
    if said in _AS_AROUND:
        text = around
    text = colour(said) or text
    return colour(styles.get("-webkit-text-fill-color", "")) or text


def _ground(styles: Mapping[str, str], ground: Colour, around: Colour) -> Colour:
    """The ground, which an attribute may have said already: a style takes its place."""
    for name in [each for each in styles if each.startswith("background")]:
        if name in ("background", "background-color", "background-image"):
            found = first_colour(re.sub(r"url\([^)]*\)", "", styles[name]))
            if found is not None:
                ground = found.over(around)
            elif name == "background" or styles[name] in _AS_AROUND | {"initial"}:
                ground = around
    return ground


def _is_clipped(styles: Mapping[str, str], font: float) -> bool:
    """Whether what overflows is cut off, and there is no room."""
    cuts = any(
        word in styles.get(name, "")
        for name in ("overflow", "overflow-x", "overflow-y")
        for word in ("hidden", "clip", "scroll", "auto")
    )
    sizes = ("height", "max-height", "width", "max-width", "line-height", "block-size")
    if cuts and any(_at_most(styles.get(name, ""), font, 1.0) for name in sizes):
        return True
    clip, path = styles.get("clip", ""), styles.get("clip-path", "")
    if clip.startswith("rect("):
        edges = [pixels(each, font) for each in re.split(r"[\s,]+", clip[5:].rstrip(") "))]
        if all(each is not None and abs(each) <= 1 for each in edges):
            return True
    for name, inside in _CALL.findall(path):
        numbers = [float(each[1]) for each in _NUMBER.finditer(inside)]
        if name == "inset" and numbers and max(numbers[:2]) >= 50:
            return True
        if name in ("circle", "ellipse", "polygon") and not any(numbers):
            return True
    return False


def _at_most(text: str, font: float, most: float) -> bool:
    size = pixels(text, font)
    return size is not None and size <= most


def _is_away(styles: Mapping[str, str], font: float) -> bool:
    """Whether it is moved out of sight, shrunk to nothing, or behind everything."""
    moved = [styles.get(name, "") for name in ("left", "top", "right", "bottom")]
    is_placed = styles.get("position", "static") not in ("static", "")
    if is_placed and any(_is_far(each, font) for each in moved):
        return True
    if is_placed and styles.get("z-index", "").startswith("-"):
        return True
    margins = styles.get("margin", "").split()
    margins += [text for name, text in styles.items() if name.startswith("margin-")]
    margins += [styles.get("text-indent", ""), styles.get("letter-spacing", "")]
    if any((pixels(each, font) or 0.0) <= -FAR for each in margins):
        return True
    spacing = pixels(styles.get("letter-spacing", ""), font) or 0.0
    if spacing < 0 and spacing <= -0.8 * font:
        return True
    return _is_transformed_away(styles, font)


def _is_far(text: str, font: float, whole: float = 1000.0) -> bool:
    distance = pixels(text, font, whole) or 0.0
    return distance >= 2 * FAR or distance <= -FAR


def _is_transformed_away(styles: Mapping[str, str], font: float) -> bool:
    transforms = _CALL.findall(styles.get("transform", ""))
    transforms += [("scale", styles.get("scale", "")), ("translate", styles.get("translate", ""))]
    for name, inside in transforms:
        values = [each for each in re.split(r"[\s,]+", inside.strip()) if each]
        if name.startswith("scale") and any(abs(_number(each, 1.0)) < 0.1 for each in values):
            return True
        if name.startswith("translate") and any(_is_far(each, font, FAR) for each in values):
            return True  # percents are of its own size there
        if name in ("rotatex", "rotatey") and values[:1] in (["90deg"], ["-90deg"], ["270deg"]):
            return True
        if name == "matrix" and values and all(abs(_number(each, 1)) < 0.1 for each in values[:4]):
            return True
    return False
