"""What hides text from a person: how an element looks, by its own styles and those around it."""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
_LEFT = {"contrast": (0.2, 100.0), "brightness": (0.1, 4.0)}
"""Shares between which something can be seen."""
LEAST_BLUR = 6.0
"""Pixels from which on a blurred text is not read."""
_WIDE = 20.0
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
_NEVER = frozenset({"datalist", "noscript", "progress", "meter", "rp", "frameset"})
"""Elements that show nothing of what is in them."""
_LOOKED_AT = _HIDDEN_BY | {"aria-hidden", "bgcolor", "text", "color", "size", "link"}
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "q": 0.945,
}
_VIEW = {
    f"{kind}{side}": 10.24 if side in ("w", "i", "max") else 7.68
    for kind in ("v", "sv", "lv", "dv", "cq")
    for side in ("w", "h", "i", "b", "min", "max")
}
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
_SIZES = (
    *("height", "max-height", "width", "max-width", "line-height"),
    *("block-size", "max-block-size", "inline-size", "max-inline-size"),
)
_PUSHED_BY = ("text-indent", "padding-left", "padding-top", "margin-left", "margin-top")
_NUMBER = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:e[+-]?\d)?)(%|[a-z]*)")
_CALCULATED = re.compile(r"(?:calc|min|max|clamp)\(.{0,300}\)")
_TERM = re.compile(
    r"\s*(?:([+-]?(?:\d|\.\d)[\d.]*(?:e[+-]?\d+)?(?:%|[a-z]*))|([a-z]*\()|([-+*/,)]))"
)
_MOST_DEEP = 20
_CALL = re.compile(r"([a-z0-9-]+)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")


BLUE = Colour(0, 0, 238)
"""The colour of links that nobody has given one."""


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks here. `is_gone` is for good; `is_unseen` ends where it is made visible."""

    text: Colour = BLACK
    ground: Colour = WHITE
    font: float = 16.0
    opacity: float = 1.0
    is_gone: bool = False
    is_unseen: bool = False
    variables: ChainMap[str, str] = field(default_factory=ChainMap)
    """What `--names` of styles stand for here."""
    link: Colour = BLUE
    scale: float = 1.0

    @property
    def is_hidden(self) -> bool:
        """Whether a person does not see a text that looks so."""
        if self.is_gone or self.is_unseen or self.font * self.scale < LEAST_FONT:
            return True
        shown = self.text._replace(alpha=self.text.alpha * self.opacity)
        return not is_readable(shown, self.ground)

    def with_variables(self, variables: ChainMap[str, str]) -> "Look":
        """The same, with these."""
        return self if variables is self.variables else replace(self, variables=variables)

    def within(self, tag: str, attributes: Mapping[str, str], styles: Mapping[str, str]) -> "Look":
        """How what is inside this element looks; `styles` are those that count for it."""
        is_plain = _LOOKED_AT.isdisjoint(attributes) and tag not in _CLOSED | _NEVER | {"marquee"}
        look = self if is_plain else self._attributed(tag, attributes)
        if tag == "a" and attributes.get("href"):
            look = replace(look, text=self.link)
        if not styles:
            return look
        font = _font(styles, look.font, self.font)
        text = _text_colour(styles, look.text, self.text)
        gone = look.is_gone or any(styles.get(name) in them for name, them in _HIDING.items())
        gone = gone or _is_clipped(styles, font) or _is_away(styles, font)
        visibility = styles.get("visibility", "")
        return replace(
            look,
            text=text,
            ground=_ground(styles, look.ground, self.ground, text),
            font=font,
            scale=look.scale * _scale(styles),
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
            or tag in _NEVER
            or (tag == "marquee" and "0" in (attributes.get("width"), attributes.get("height")))
        )
        look = replace(self, is_gone=self.is_gone or is_hidden)
        ground = attribute_colour(attributes.get("bgcolor", "")) if tag in _GROUNDED else None
        if ground:
            look = replace(look, ground=ground)
        written = attributes.get({"body": "text", "font": "color"}.get(tag, ""), "")
        if text := attribute_colour(written):
            look = replace(look, text=text)
        if tag == "body" and (link := attribute_colour(attributes.get("link", ""))):
            look = replace(look, link=link)
        if tag == "font" and (
            size := re.fullmatch(r"\s*([+-]?)(\d)\s*", attributes.get("size", ""))
        ):
            step = int(size[2]) if not size[1] else 3 + int(size[1] + size[2])
            look = replace(look, font=_FONT_TAG[min(7, max(0, step))])
        return look


def pixels(text: str, font: float, whole: float = 1000.0) -> float | None:
    """A length in pixels; None for what is none. `whole` is what percents are of."""
    text = text.strip()
    if _CALCULATED.fullmatch(text):
        return _calculated(text, font, whole)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    number, unit = float(found[1]), found[2]
    if unit == "%":
        return number * whole / 100
    if unit in ("rem", "rlh"):
        return number * 16.0
    if unit in ("em", "ex", "ch", "cap", "ic", "lh"):
        return number * font * (0.5 if unit in ("ex", "ch") else 1.0)
    scale = _UNITS.get(unit, _VIEW.get(unit))
    return None if scale is None else number * scale


def _calculated(text: str, font: float, whole: float) -> float | None:
    """What `calc()`, `min()`, `max()` and `clamp()` come to; None for what is none of that."""
    left = [each.groups() for each in _TERM.finditer(text)][::-1]

    def values(deep: int) -> list[float]:
        """Those up to the end of a bracket."""
        found = [total(deep)]
        while left and left[-1][2] == ",":
            left.pop()
            found.append(total(deep))
        if left and left.pop()[2] != ")":
            raise ValueError
        return found

    def one(deep: int) -> float:
        number, opened, sign = left.pop()
        if number:
            value = pixels(number, font, whole)
            if value is None:
                raise ValueError
            return value
        if sign == "-":
            return -one(deep)
        if not opened or deep > _MOST_DEEP:
            raise ValueError
        found = values(deep + 1)
        match opened:
            case "min(":
                return min(found)
            case "max(":
                return max(found)
            case "clamp(" if len(found) == 3:
                return max(found[0], min(found[1:]))
            case "calc(" | "(" if len(found) == 1:
                return found[0]
        raise ValueError

    def product(deep: int) -> float:
        value = one(deep)
        while left and left[-1][2] in ("*", "/"):
            sign = left.pop()[2]
            other = one(deep)
            value = value * other if sign == "*" else value / other
        return value

    def total(deep: int) -> float:
        value = product(deep)
        while left and (left[-1][2] in ("+", "-") or left[-1][0]):
            is_minus = not left[-1][0] and left.pop()[2] == "-"
            value += -product(deep) if is_minus else product(deep)
        return value

    try:
        return total(0) if not len(text) > 400 else None
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None


def _font(styles: Mapping[str, str], font: float, around: float) -> float:
    """The size, which an attribute may have said already; styles are about what is around."""
    for name in [each for each in styles if each in ("font", "font-size")]:  # in their order
        text = styles[name]
        if name == "font":
            text = _size_in(text)
        if text in _AS_AROUND:
            font = around
        elif text == "initial":
            font = 16.0
        elif text in ("smaller", "larger"):
            font = around * (1.2 if text == "larger" else 1 / 1.2)
        elif text in _FONT_WORDS:
            font = _FONT_WORDS[text]
        elif (size := pixels(text, around, around)) is not None:
            font = max(0.0, size)
    return font


def _scale(styles: Mapping[str, str]) -> float:
    """How much smaller all of it is made, whatever sizes there are inside."""
    scale = min(1.0, _number(styles.get("zoom", ""), 1.0))
    scaled = [(name, inside) for name, inside in _CALL.findall(styles.get("transform", ""))]
    for name, inside in [*scaled, ("scale", styles.get("scale", ""))]:
        if name.startswith("scale"):
            factors = [abs(_number(each, 1.0)) for each in re.split(r"[\s,]+", inside) if each]
            scale *= min(1.0, *factors) if factors else 1.0
    return scale


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
    if _CALCULATED.fullmatch(text):
        value = _calculated(text, 1.0, 1.0)
        return otherwise if value is None else value
    found = _NUMBER.fullmatch(text)
    if found is None:
        return otherwise
    return float(found[1]) / (100 if found[2] == "%" else 1)


def _opacity(styles: Mapping[str, str]) -> float:
    opacity = _number(styles.get("opacity", ""), 1.0)
    inverted = False
    for name, inside in _CALL.findall(styles.get("filter", "")):
        if name in ("opacity", "alpha"):  # alpha(opacity=0) is Internet Explorer's
            share = _number(inside.replace("opacity=", "").strip(), 1.0)
            opacity *= share / 100 if "opacity=" in inside else share
        elif name == "blur" and (pixels(inside, 16.0) or 0.0) >= LEAST_BLUR:
            opacity = 0.0
        elif name in _LEFT:
            least, most = _LEFT[name]
            opacity *= least < _number(inside.strip(), 1.0) < most
        elif name == "invert":
            inverted ^= _number(inside.strip(), 1.0) >= 0.5
    if inverted and not any(name.startswith("background") for name in styles):
        return 0.0
    mask = f"{styles.get('mask', '')} {styles.get('mask-image', '')}"
    if "gradient(" in mask or "url(" in mask:
        return 0.0
    if styles.get("text-security", "none") != "none" or styles.get("font-size-adjust") == "0":
        return 0.0
    if styles.get("content", "").startswith("url("):
        return 0.0
    return min(1.0, max(0.0, opacity))


def _text_colour(styles: Mapping[str, str], text: Colour, around: Colour) -> Colour:
    said = styles.get("color", "")
    if said in _AS_AROUND:
        text = around
    text = BLACK if said == "initial" else colour(said) or text
    return colour(styles.get("-webkit-text-fill-color", "")) or text


def _ground(styles: Mapping[str, str], ground: Colour, around: Colour, text: Colour) -> Colour:
    """The ground, which an attribute may have said already: a style takes its place."""
    for name in [each for each in styles if each.startswith("background")]:
        if name in ("background", "background-color", "background-image"):
            if "currentcolor" in styles[name]:
                ground = text
                continue
            found = first_colour(re.sub(r"url\([^)]*\)", "", styles[name]))
            if found is not None:
                ground = found.over(around)
            elif name == "background" or styles[name] in _AS_AROUND | {"initial"}:
                ground = around
    shadow = styles.get("box-shadow", "")
    if "inset" in shadow and any((pixels(each, 16.0) or 0) >= _WIDE for each in shadow.split()):
        found = first_colour(shadow)
        ground = found.over(ground) if found else ground
    return ground


def _is_clipped(styles: Mapping[str, str], font: float) -> bool:
    """Whether what overflows is cut off, and there is no room."""
    cuts = any(
        word in styles.get(name, "")
        for name in ("overflow", "overflow-x", "overflow-y")
        for word in ("hidden", "clip", "scroll", "auto")
    )
    contained = styles.get("contain", "").split()
    if "strict" in contained or {"size", "paint"}.issubset(contained):
        return True
    cuts = cuts or not {"paint", "content"}.isdisjoint(contained)
    if cuts and any(_at_most(styles.get(name, ""), font, 2.0) for name in _SIZES):
        return True
    if cuts and any(_is_pushed(styles.get(name, ""), font) for name in _PUSHED_BY):
        return True
    basis = styles.get("flex-basis", "") or "".join(styles.get("flex", "").split()[2:3])
    if cuts and _at_most(basis, font, 1.0):
        return True
    rows = (styles.get("grid-template-rows", ""), styles.get("grid-template-columns", ""))
    if any(re.match(r"0(?:fr|[a-z]{2}|%)?(?:\s|$)", each) for each in rows):
        return True
    clip, path = styles.get("clip", ""), styles.get("clip-path", "")
    if clip.startswith("rect("):
        edges = [pixels(each, font) for each in re.split(r"[\s,]+", clip[5:].rstrip(") "))]
        if all(each is not None and abs(each) <= 1 for each in edges):
            return True
        known = [each for each in edges if each is not None]
        if len(known) == 4 and (known[2] - known[0] <= 1 or known[1] - known[3] <= 1):
            return True
    return any(_shows_nothing(name, inside) for name, inside in _CALL.findall(path))


def _shows_nothing(shape: str, inside: str) -> bool:
    """Whether a shape leaves nothing to be seen, or is none that is known."""
    numbers = [float(each[1]) for each in _NUMBER.finditer(inside.partition("at")[0])]
    match shape:
        case "inset":
            sides = (numbers * 4)[:4] if len(numbers) == 1 else [*numbers, *numbers][:4]
            return bool(numbers) and (
                max(numbers) >= 100 or sides[0] + sides[2] >= 100 or sides[1] + sides[3] >= 100
            )
        case "circle" | "ellipse":
            away = [float(each[1]) for each in _NUMBER.finditer(inside.partition("at")[2])]
            return not any(numbers) or any(abs(each) > 200 for each in away)
        case "polygon":
            points = [tuple(each.split()[:2]) for each in inside.split(",")]
            points = [each for each in points if each not in (("evenodd",), ("nonzero",))]
            xs, ys = ({each[at : at + 1] for each in points} for at in (0, 1))
            return len({*points}) < 3 or len(xs) < 2 or len(ys) < 2
        case "rect" | "xywh" | "path" | "shape" | "url":
            return True
    return False


def _is_pushed(text: str, font: float) -> bool:
    """Whether a distance pushes what is in a box that cuts out of it."""
    return (pixels(text, font) or 0.0) >= 2 * FAR or text == "100%"


def _at_most(text: str, font: float, most: float) -> bool:
    size = pixels(text, font)
    return size is not None and size <= most


def _is_away(styles: Mapping[str, str], font: float) -> bool:
    """Whether it is moved out of sight, shrunk to nothing, or behind everything."""
    moved = [styles.get(name, "") for name in ("left", "top", "right", "bottom")]
    moved += [each for name, text in styles.items() if name[:5] == "inset" for each in text.split()]
    is_placed = styles.get("position", "static") not in ("static", "")
    if is_placed and any(_is_far(each, font) for each in moved):
        return True
    if is_placed and styles.get("z-index", "").startswith("-"):
        return True
    margins = styles.get("margin", "").split()
    margins += [
        each for name, text in styles.items() if name[:7] == "margin-" for each in text.split()
    ]
    if any((pixels(each, font) or 0.0) >= 5 * FAR for each in margins):
        return True
    margins += [styles.get("text-indent", ""), styles.get("letter-spacing", "")]
    margins.append(styles.get("word-spacing", ""))
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
        if name in ("rotatex", "rotatey", "rotate3d") and _is_on_edge(values[-1:]):
            return True
        if name == "matrix" and len(values) == 6:
            numbers = [_number(each, 0.0) for each in values]
            area = abs(numbers[0] * numbers[3] - numbers[1] * numbers[2])
            if area < 0.01 or any(abs(each) >= FAR for each in numbers[4:]):
                return True
        if name == "matrix3d":
            return True
    turned = styles.get("rotate", "").split()
    if len(turned) > 1 and "z" not in turned and _is_on_edge(turned[-1:] + turned[:1]):
        return True
    is_behind = styles.get("backface-visibility") == "hidden"
    return is_behind and any(name in ("rotatex", "rotatey") for name, _ in transforms)


def _is_on_edge(values: list[str]) -> bool:
    """Whether something is turned until only its edge is to be seen."""
    degrees = {"deg": 1.0, "turn": 360.0, "rad": 57.2958, "grad": 0.9}
    for each in values:
        found = _NUMBER.fullmatch(each)
        if found and found[2] in degrees:
            angle = float(found[1]) * degrees[found[2]] % 180
            if abs(angle - 90) < 6:
                return True
    return False


_WIDE_WORDS = "inherit initial unset revert revert-layer"
_KNOWN = {
    "display": "none block inline inline-block flex inline-flex grid inline-grid table table-row"
    " table-cell table-caption table-row-group table-header-group table-footer-group table-column"
    " table-column-group inline-table list-item contents flow-root flow run-in ruby math"
    " -webkit-box -webkit-inline-box -webkit-flex -ms-flexbox -ms-grid",
    "visibility": "visible hidden collapse",
    "position": "static relative absolute fixed sticky -webkit-sticky",
    "overflow": "visible hidden clip scroll auto",
    "content-visibility": "visible hidden auto",
    "mso-hide": "all none screen",
}
_KNOWN |= {f"overflow-{side}": _KNOWN["overflow"] for side in "xy"}
_WORDS = {name: frozenset(f"{text} {_WIDE_WORDS}".split()) for name, text in _KNOWN.items()}
_LENGTH_NAMES = (
    "font-size height max-height width max-width block-size max-block-size inline-size"
    " max-inline-size line-height text-indent letter-spacing word-spacing left top right bottom"
    " opacity zoom margin margin-left margin-top margin-right margin-bottom"
)
_LENGTHS = frozenset(_LENGTH_NAMES.split())
_LENGTH_WORDS = frozenset(
    f"{_WIDE_WORDS} auto none normal smaller larger min-content max-content fit-content hanging"
    " each-line".split()
) | {*_FONT_WORDS}
_BACKGROUND_WORDS = (
    f"{_WIDE_WORDS} none transparent currentcolor repeat no-repeat repeat-x repeat-y space round"
    " center left right top bottom cover contain auto fixed scroll local border-box padding-box"
    " content-box text /"
)
_GROUND_WORDS = frozenset(_BACKGROUND_WORDS.split())
_FUNCTION = re.compile(r"[\w-]+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def is_understood(name: str, value: str) -> bool:
    """Whether a value is one for this name. Of others, what was said before counts.

    What is asked is whether it may take the place of another: where that is in doubt, it does not.
    """
    if words := _WORDS.get(name):
        return words.issuperset(value.split()) and bool(value)
    if name in _LENGTHS:
        pieces = _FUNCTION.sub(lambda each: each[0].replace(" ", "\0"), value).split()
        return bool(pieces) and all(
            each in _LENGTH_WORDS or pixels(each.replace("\0", " "), 16.0) is not None
            for each in pieces
        )
    if name in ("color", "text-fill-color", "-webkit-text-fill-color"):
        return value in _AS_AROUND or value == "initial" or colour(value) is not None
    if name in ("background", "background-color"):
        rest = _FUNCTION.sub(" ", value).replace(",", " ").replace("/", " ").split()
        return bool(value) and all(
            each in _GROUND_WORDS or colour(each) is not None or pixels(each, 16.0) is not None
            for each in rest
        )
    return True
