"""Colours as mails write them, and whether text of one can be read on another."""

import colorsys
import re
from collections.abc import Sequence
from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255, and how opaque it is, from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, other: "Colour") -> "Colour":
        """What is seen where this one lies on an opaque one."""
        red, green, blue = (
            mine * self.alpha + theirs * (1 - self.alpha)
            for mine, theirs in zip(self[:3], other[:3], strict=True)
        )
        return Colour(red, green, blue)

    @property
    def luminance(self) -> float:
        """As WCAG 2.2 has it, from 0 to 1."""
        parts = [each / 255 for each in self[:3]]
        red, green, blue = (
            each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)
NONE = Colour(0, 0, 0, 0)
LEAST_CONTRAST = 1.3
"""Below, text is not read. Grey footers that are meant to be read begin at some 1.5."""
LEAST_STEP = 64
"""Unless one channel differs by this: yellow on white has hardly any contrast, and is seen."""

_NAMES_TEXT = """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc
bisque ffe4c4 black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a
burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50
cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b
darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b
darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000
darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f
darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff
dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0
forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700
goldenrod daa520 gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0
hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa
lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080
lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3
lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa
lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00
limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa
mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371
mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585
midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead
navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500
orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee palevioletred db7093
papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6
purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1
saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d
silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa
springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347
turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00
yellowgreen 9acd32
window ffffff canvas ffffff field ffffff buttonface f0f0f0 windowtext 000000 canvastext 000000
"""
_WORDS = _NAMES_TEXT.split()
_NAMES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_HEX = re.compile(r"#?([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})")
_CALL = re.compile(r"(rgba?|hsla?|hwb|lab|oklab|lch|oklch|color)\(([^()]{0,100})\)")
_ANY = re.compile(
    r"#[0-9a-f]{3,8}\b|(?:rgba?|hsla?|hwb|lab|oklab|lch|oklch|color)\([^()]{0,100}\)|[a-z]+"
)
_NOT_KNOWN = ("attr(", "if(", "env(")  # to be sure, taken for what nobody sees
_OF_OTHERS = ("light-dark(", "color-mix(")  # the first colour is taken
_CALCULATED = re.compile(r"calc\(([^()]{0,40})\)")
_NUMBER = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:e[+-]?\d)?)(%|[a-z]*)")


def colour(text: str) -> Colour | None:
    """The colour that this is, in lower case; None for what is none, or is not known here."""
    text = text.strip()
    if text == "transparent" or text.startswith(_NOT_KNOWN):
        return NONE
    if text in _NAMES:
        return _of_digits(_NAMES[text])
    if text.startswith("#") and (found := _HEX.fullmatch(text)):
        return _of_digits(found[1])
    if text.startswith(_OF_OTHERS):
        return first_colour(text.partition("(")[2].partition(",")[2 * text.startswith("color-mix")])
    text = _CALCULATED.sub(r"\1", text).replace("none", "0")
    called = _CALL.fullmatch(text)
    return _of_call(called[1], called[2]) if called else None


def attribute_colour(text: str) -> Colour | None:
    """The same of an attribute (`bgcolor`, `color`), where digits need no `#`."""
    text = text.strip().lower()
    bare = _HEX.fullmatch(text)
    return _of_digits(bare[1]) if bare else colour(text)


def first_colour(text: str) -> Colour | None:
    """The first colour in a value: of `background`, or of a gradient."""
    found = (colour(each[0]) for each in _ANY.finditer(text))
    return next((each for each in found if each is not None), None)


def is_readable(text: Colour, ground: Colour) -> bool:
    """Whether a person reads text of this colour on this opaque ground."""
    seen = text.over(ground)
    light, dark = sorted((seen.luminance, ground.luminance), reverse=True)
    step = max(abs(one - other) for one, other in zip(seen[:3], ground[:3], strict=True))
    return (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST or step >= LEAST_STEP


def _of_digits(digits: str) -> Colour:
    if len(digits) < 6:
        digits = "".join(each * 2 for each in digits)
    parts = [int(digits[at : at + 2], 16) for at in range(0, len(digits), 2)]
    return Colour(parts[0], parts[1], parts[2], parts[3] / 255 if len(parts) > 3 else 1.0)


def _of_call(name: str, inside: str) -> Colour | None:
    """A colour function; of those by lightness, the grey that is as light."""
    numbers = [(float(each[1]), each[2]) for each in _NUMBER.finditer(inside)]
    if len(numbers) < 3:
        return None
    (one, two, three), alpha = numbers[:3], _share(numbers[3], 1) if len(numbers) > 3 else 1.0
    if name in ("rgb", "rgba"):
        return _scaled([_share(each, 255) for each in (one, two, three)], alpha)
    if name == "color":
        return _scaled([_share(each, 1) for each in (one, two, three)], alpha)
    if name in ("hsl", "hsla", "hwb"):
        hue = _turn(*one)
        if name == "hwb":
            white, black = _share(two, 100), _share(three, 100)
            light, strength = (white + 1 - black) / 2, max(0.0, 1 - white - black)
        else:
            light, strength = _share(three, 100), _share(two, 100)
        return _scaled(colorsys.hls_to_rgb(hue, light, strength), alpha)
    grey = _share(one, 1 if name.startswith("ok") else 100)
    return _scaled([grey] * 3, alpha)


def _scaled(parts: Sequence[float], alpha: float) -> Colour:
    red, green, blue = (255 * each for each in parts)
    return Colour(red, green, blue, alpha)


def _share(number: tuple[float, str], most: float) -> float:
    value = number[0] / (100 if number[1] == "%" else most)
    return min(1.0, max(0.0, value))


def _turn(value: float, unit: str) -> float:
    whole = {"rad": 6.283185307, "grad": 400.0, "turn": 1.0}.get(unit, 360.0)
    return (value / whole) % 1.0
