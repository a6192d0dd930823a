"""The style sheets of a mail: which rules there are, and which of them are about an element.

A reader of what mails use, not of all of CSS. Where it does not understand a condition, it takes
the rule to hold: what may be hidden from a person is not shown to a program.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from mayfly.mail.html.hiding import is_understood

MOST_RULES = 2000
MOST_WORK = 400_000  # steps in which rules are compared with elements
SCREEN_WIDTH = 1024

Declarations = list[tuple[str, str, bool]]  # name, value, whether it is important

_WORK_OF_ONE = 4  # declaration
MOST_NESTED = 20  # blocks in blocks
_MOST_SELECTORS = 200  # of one block in another

# A string, a link and a comment are one piece, whatever stands in them.
_PIECE = re.compile(
    r"(?P<comment>/\*.*?(?:\*/|\Z))"
    r"|\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?"
    r"|url\(\s*+(?![\s\"'])[^)]*+\)?|<!--|-->|\\.|[\w-]++|\s++|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:\r?\n|([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_IMPORTANT = re.compile(r"!\s*important\s*$")
_NAME = r"(?:[\w-]|[^\x00-\x7f]|\\[0-9a-f]{1,6}\s?|\\.)+"
_PART = re.compile(
    rf"(?:[\w*]*\|)?(?P<tag>\*|[a-z][\w-]*)|\.(?P<kind>{_NAME})|#(?P<id>{_NAME})"
    rf"|\[\s*(?:[\w*]*\|)?(?P<name>{_NAME})\s*"
    r"(?:(?P<how>[~|^$*]?=)\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\]\s]*+)\s*+[is]?\s*)?\]"
    r"|(?P<pseudo>::?[\w-]+)",
    re.IGNORECASE,
)
_APART = re.compile(r"\[(?:\"[^\"]*\"|'[^']*'|[^\]\"'])*+\]|\\[0-9a-fA-F]{1,6}\s?|\\.|[^\s>\[\\]+")
_VAGUE = re.compile(r"[:+~>&A-Z\\]")
_ROOT = re.compile(r":root\b")
_MOST_SELECTOR_CHARS = 500
_HOLDING = frozenset(
    {"@supports", "@layer", "@document", "@-moz-document", "@container", "@scope", "@nest"}
)
_VARIABLE_NAME = re.compile(r"(?<![\w-])(--[^\s,():;]+)|.", re.DOTALL)
_FRAMES = re.compile(r"@(?:-\w+-)?keyframes\s+[\"']?([\w-]+)", re.IGNORECASE)
_PLAIN = re.compile(
    r"@layer\b.*|@media\s+(?:only\s+)?(?:(?:screen|all)\b|(?=\())"
    r"(?:\s*(?:and)?\s*\(\s*(?:min|max)(?:-device)?-width\s*:\s*\d+(?:\.\d+)?(?:px|em)?\s*\))*\s*",
    re.DOTALL,
)
_PROPERTY = re.compile(r"@property\s+(--[\w-]+)", re.IGNORECASE)
_IMPORT = re.compile(r"\s*@import\s*(?:url\(\s*)?(\"[^\"]*\"|'[^']*'|[^\"'\s)]*)", re.IGNORECASE)
_MOVES = re.compile(r"::|:(?:hover|active|focus|visited|target|before|after|first-l)", re.I)
_WIDTH = re.compile(r"\(\s*(min|max)(?:-device)?-width\s*:\s*(\d{1,6})(?:\.\d+)?(px|em|rem)?\s*\)")


class _TooMuchError(Exception):
    """More than is looked at: what counts is not known then."""


@dataclass(frozen=True, slots=True)
class Element:
    """What selectors see of an element."""

    tag: str
    attributes: Mapping[str, str]

    kinds: frozenset[str] = field(init=False, compare=False)
    """Its classes, in lower case."""

    def __post_init__(self) -> None:
        """Keep the classes, which are asked for often."""
        kinds = frozenset(self.attributes.get("class", "").lower().split())
        object.__setattr__(self, "kinds", kinds)


@dataclass(frozen=True, slots=True)
class Compound:
    """One part of a selector, without what is between parts: `td.cell#one`."""

    tag: str
    kinds: tuple[str, ...]
    ids: tuple[str, ...]
    named: tuple[tuple[str, str, str], ...]

    def means(self, element: Element) -> bool:
        """Whether the element is one of these, whatever the case, as without a doctype."""
        if self.tag not in ("*", element.tag):
            return False
        attributes = element.attributes
        if any(each != attributes.get("id", "").strip().lower() for each in self.ids):
            return False
        if not element.kinds.issuperset(self.kinds):
            return False
        return all(
            _has(None if text is None else text.lower(), how, value)
            for name, how, value in self.named
            for text in (attributes.get(name),)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector with its declarations; `weight` is its specificity."""

    parts: tuple[Compound, ...]
    weight: tuple[int, int, int]
    declarations: Declarations
    is_layered: bool = False
    """Whether it is in a layer, and yields to what is in none."""
    is_exact: bool = True
    """Whether it is known for whom it counts: of others, it is only believed what they hide."""


@dataclass(slots=True)
class Sheets:
    """All rules of a mail, found by the last part of their selectors."""

    rules: dict[str, list[tuple[int, Rule]]] = field(default_factory=dict)
    frames: dict[str, dict[str, str]] = field(default_factory=dict)
    """What is declared at the end of an animation, by its name; `NAME paused` at its beginning."""
    count: int = 0
    work: int = 0
    is_too_much: bool = False

    @property
    def is_spent(self) -> bool:
        """Whether there is so much that it is not known what counts."""
        return self.is_too_much or self.work > MOST_WORK

    def add(self, text: str) -> None:
        """Read one more sheet."""
        try:
            for block in _blocks(text):
                declared = counting(block.declared)
                for each in block.selectors:
                    self._add(each, declared, block)
        except _TooMuchError:
            self.is_too_much = True

    def _add(self, selector: str, declared: Declarations, block: "_Block") -> None:
        if selector.startswith("@"):
            last = {name: value for name, value, _ in declared}
            self.frames[selector[1:]] = {**self.frames.get(selector[1:], {}), **last}
            return
        rule = _rule(selector, declared, block)
        if rule is None:
            return
        if self.count >= MOST_RULES:
            raise _TooMuchError
        self.rules.setdefault(_key(rule.parts[-1]), []).append((self.count, rule))
        self.count += 1

    def of(self, element: Element, above: Sequence[Element]) -> Iterator[tuple[int, Rule]]:
        """The rules about this element within these, in any order."""
        if not self.count:
            return
        keys = ["*", element.tag, f"#{element.attributes.get('id', '').strip().lower()}"]
        for key in dict.fromkeys((*keys, *(f".{each}" for each in element.kinds))):
            self.work += 1
            for order, rule in self.rules.get(key, ()):
                self.work += 1 + (len(above) if len(rule.parts) > 1 else 0)
                if self.is_spent:
                    return
                if rule.parts[-1].means(element) and _within(rule.parts[:-1], above):
                    self.work += _WORK_OF_ONE * len(rule.declarations)
                    yield order, rule


def declarations(text: str) -> Declarations:
    """What an attribute `style` declares; names and values in lower case."""
    found = (_declaration(each) for each in _split(text, ";"))
    return [each for each in found if each]


def _declaration(text: str) -> tuple[str, str, bool] | None:
    name, colon, value = text.partition(":")
    if not colon:
        return None
    name, value = _lowered(_unescaped(name).strip()), _lowered(_unescaped(value).strip())
    bare = _IMPORTANT.sub("", value).strip()
    return _unprefixed(name), bare, bare != value


def counting(declared: Declarations) -> Declarations:
    """Those that may count, in their order: of what is understood, the last."""
    found: dict[tuple[str, bool, int], str] = {}
    for at, (name, value, important) in enumerate(declared):
        depends = "(" in value
        if not depends and name[:2] != "--" and not is_understood(name, value):
            continue
        key = (name, important, at if depends else -1)
        found.pop(key, None)
        found[key] = value
    return [(name, value, important) for (name, important, _), value in found.items()]


def _lowered(text: str) -> str:
    """In lower case, but for the names of variables, in which it counts."""
    if "--" not in text:
        return text.lower()
    return _VARIABLE_NAME.sub(lambda each: each[1] or each[0].lower(), text)


def _unprefixed(name: str) -> str:
    """A name without the mark of a browser, where it means the same without."""
    bare = re.sub(r"^-(?:webkit|moz|ms|o)-", "", name)
    return name if bare.startswith(("text-fill", "background-clip")) else bare


_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}


def _note_bracket(sign: str | None, open_ones: list[str]) -> None:
    """Keep what closes the brackets that are open. Others mean nothing inside, as in browsers."""
    if sign in _CLOSED_BY:
        open_ones.append(_CLOSED_BY[sign])
    elif open_ones and sign == open_ones[-1]:
        open_ones.pop()


def _split(text: str, sign: str) -> list[str]:
    """What stands between these signs, outside of strings and brackets; without comments."""
    found, piece, open_ones = list[str](), list[str](), list[str]()
    for each in _PIECE.finditer(text):
        if each["comment"]:
            continue
        if each["sign"] == sign and not open_ones:
            found.append("".join(piece))
            piece = []
            continue
        _note_bracket(each["sign"], open_ones)
        piece.append(each[0])
    return [*found, "".join(piece)]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda each: _character(each[1]) if each[1] else each[2] or "", text)


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if 0 < number < 0xD800 else "\ufffd"


@dataclass(slots=True)
class _Block:
    """An open block: the selectors that it is about, and what it has declared until now."""

    selectors: list[str]
    holds: bool = True
    is_layered: bool = False
    is_exact: bool = True
    declared: Declarations = field(default_factory=list)
    frames: str = ""
    """The name of the animation whose times are inside."""
    is_of: str = ""
    """The variable that it is about."""

    def within(self, before: str) -> "_Block":
        """The block in this one that these words begin."""
        if found := _FRAMES.match(before):
            return _Block([], self.holds, self.is_layered, frames=found[1].lower())
        if self.frames:
            times = {each.strip().lower() for each in before.split(",")}
            ends = [f"@{self.frames}"] if times & {"to", "100%"} else []
            ends += [f"@{self.frames} paused"] if times & {"from", "0%"} else []
            return _Block(ends, self.holds)
        if found := _PROPERTY.match(before):
            return _Block([":root"], self.holds, is_of=found[1])
        if before.startswith("@"):
            layered = self.is_layered or before.lower().startswith("@layer")
            exact = self.is_exact and _PLAIN.fullmatch(before.lower()) is not None
            holds = self.holds and _holds(before.lower())
            return _Block(self.selectors, holds, layered, exact)
        selectors = [each.strip() for each in _split(before, ",")]
        if self.selectors:
            if len(selectors) * len(self.selectors) > _MOST_SELECTORS:
                raise _TooMuchError
            selectors = [
                each.replace("&", outer) if "&" in each else f"{outer} {each}"
                for outer in self.selectors
                for each in selectors
            ]
        if any(len(each) > _MOST_SELECTOR_CHARS for each in selectors):
            raise _TooMuchError
        is_exact = self.is_exact and not self.selectors
        return _Block(selectors, self.holds, self.is_layered, is_exact)


def data_sheet(url: str) -> str:
    """The sheet that is in a link of the scheme `data`; nothing of other links."""
    kind, _, written = url.strip("\"' \t\r\n").partition(",")
    if not kind.lower().startswith("data:text/css"):
        return ""
    text = unquote(written)
    if not kind.lower().endswith(";base64"):
        return text
    try:
        return base64.b64decode(text).decode(errors="replace")
    except ValueError:
        return ""


def _blocks(text: str, is_first: bool = True) -> Iterator[_Block]:
    """Selectors with what is declared for them, also of blocks in blocks that hold on a desktop."""
    stack, piece, open_ones = [_Block([])], list[str](), list[str]()

    def declare() -> None:
        written = "".join(piece)
        if stack[-1].is_of:
            written = re.sub(r"^\s*initial-value(?=\s*:)", stack[-1].is_of, written, flags=re.I)
        found = _declaration(written)
        if found and stack[-1].selectors:
            stack[-1].declared.append(found)
        piece.clear()

    def given() -> Iterator[_Block]:
        block = stack[-1]
        if block.holds and block.declared:
            yield block
        block.declared = []

    for each in _PIECE.finditer(text):
        sign = each["sign"] or ""
        if each["comment"] or each[0] in ("<!--", "-->"):
            continue
        if open_ones or sign in ("(", "["):
            _note_bracket(sign, open_ones)
            piece.append(each[0])
        elif sign == "{":
            before = "".join(piece).strip()
            piece.clear()
            yield from given()
            if len(stack) > MOST_NESTED:
                raise _TooMuchError
            stack.append(stack[-1].within(before))
        elif sign == "}":
            declare()
            yield from given()
            if len(stack) > 1:
                stack.pop()
        elif sign == ";":
            if is_first and len(stack) == 1 and (url := _IMPORT.match("".join(piece))):
                yield from _blocks(data_sheet(_unescaped(url[1])), is_first=False)
            declare()
        else:
            piece.append(each[0])
    while stack:
        declare()
        yield from given()
        stack.pop()


def _holds(condition: str) -> bool:
    """Whether what is in this block counts on a wide screen, in the light."""
    name = condition.split("(")[0].split()[0]
    if name != "@media":
        return name in _HOLDING
    return any(_is_met(each.strip()) for each in _split(condition[len(name) :], ","))


def _is_met(query: str) -> bool:
    """Whether one of the conditions is met; also if it is not understood."""
    if query.startswith("not"):
        return True
    if re.match(r"(?:only\s+)?(?:print|speech|aural|braille|handheld|tty|tv)\b", query):
        return False
    if re.search(r"prefers-color-scheme\s*:\s*dark", query):
        return "not" in query
    for end, number, unit in _WIDTH.findall(query):
        pixels = int(number) * (16 if unit in ("em", "rem") else 1)
        if (pixels > SCREEN_WIDTH) if end == "min" else (pixels < SCREEN_WIDTH):
            return " or " in query or "not" in query
    return True


def _rule(selector: str, declared: Declarations, block: _Block) -> Rule | None:
    if not selector:
        return None
    bare, inside = _without_brackets(selector)
    if _MOVES.search(bare):
        return None
    # What stands beside another element is taken for any: only what is around it is looked at.
    last = re.split(r"[+~](?![=\]])", bare)[-1]
    parts = tuple(_compound(each) for each in _pieces(last))
    if not parts:
        return None
    named = list(_PART.finditer(inside))
    weight = (
        sum(len(each.ids) for each in parts) + sum(each["id"] is not None for each in named),
        sum(len(each.kinds) + len(each.named) for each in parts)
        + sum((each["kind"] or each["name"]) is not None for each in named)
        + sum(each["pseudo"] is not None for each in _PART.finditer(last)),
        sum(each.tag != "*" for each in parts),
    )
    is_exact = block.is_exact and not _VAGUE.search(_ROOT.sub("", selector))
    return Rule(parts, weight, declared, block.is_layered, is_exact)


def _without_brackets(selector: str) -> tuple[str, str]:
    """The selector without what is in round brackets, and that: `:is(...)` is taken for any."""
    bare, inside, depth = list[str](), list[str](), 0
    for each in _PIECE.finditer(selector):
        depth -= each["sign"] == ")" and depth > 0
        (inside if depth else bare).append(each[0] if depth or each["sign"] != ")" else "")
        depth += each["sign"] == "("
    text = "".join(bare).replace("(", "")
    return text, "" if ":where" in selector.lower() else " ".join(inside)


def _pieces(selector: str) -> list[str]:
    """The parts of a selector, split at what is between them and not in square brackets."""
    found, is_apart = list[str](), True
    for each in re.finditer(rf"{_APART.pattern}|[\s>]+", selector):
        if each[0].strip(" \t\r\n\f>"):
            found[-1:] = [found[-1] + each[0]] if found and not is_apart else [*found[-1:], each[0]]
            is_apart = False
        else:
            is_apart = True
    return found


def _compound(text: str) -> Compound:
    found = list(_PART.finditer(text))
    tag = next((each["tag"].lower() for each in found if each["tag"]), "*")
    is_root = any((each["pseudo"] or "").lower() == ":root" for each in found)
    return Compound(
        "html" if is_root and tag == "*" else tag,
        tuple(_unescaped(each["kind"]).lower() for each in found if each["kind"]),
        tuple(_unescaped(each["id"]).strip().lower() for each in found if each["id"]),
        tuple(
            (
                _unescaped(each["name"]).lower(),
                each["how"] or "",
                _unescaped((each["value"] or "").strip("\"'")).lower(),
            )
            for each in found
            if each["name"]
        ),
    )


def _key(last: Compound) -> str:
    if last.ids:
        return f"#{last.ids[0]}"
    return f".{last.kinds[0]}" if last.kinds else last.tag


def _within(parts: Sequence[Compound], above: Iterable[Element]) -> bool:
    """Whether these stand around it, in their order."""
    left = list(parts)
    for element in reversed(list(above)) if left else ():
        if left and left[-1].means(element):
            left.pop()
    return not left


def _has(value: str | None, how: str, wanted: str) -> bool:
    if value is None:
        return False
    match how:
        case "":
            return True
        case "=":
            return value == wanted
        case "~=":
            return wanted in value.split()
        case "^=":
            return value.startswith(wanted)
        case "$=":
            return value.endswith(wanted)
        case "|=":
            return value == wanted or value.startswith(f"{wanted}-")
    return wanted in value
