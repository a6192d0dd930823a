"""The style sheets of a mail: which rules there are, and which of them are about an element.

A reader of what mails use, not of all of CSS. Where it does not understand a condition, it takes
the rule to hold: what may be hidden from a person is not shown to a program.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MOST_RULES = 2000
MOST_DECLARATIONS = 100  # of one block
MOST_CHARS = 100_000  # of all sheets
MOST_WORK = 400_000  # steps in which rules are compared with elements
SCREEN_WIDTH = 1024

Declarations = list[tuple[str, str, bool]]  # name, value, whether it is important

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_IMPORTANT = re.compile(r"!\s*important\s*$")
_PART = re.compile(
    r"(?P<tag>\*|[a-z][\w-]*)|\.(?P<kind>[\w-]+)|#(?P<id>[\w-]+)"
    r"|\[\s*(?P<name>[\w-]+)\s*(?:(?P<how>[~|^$*]?=)\s*[\"']?(?P<value>[^\"'\]]*)[\"']?\s*i?\s*)?\]"
    r"|(?P<pseudo>::?[\w-]+(?:\([^()]*\))?)",
    re.IGNORECASE,
)
_MOVES = re.compile(r"::|:(?:hover|active|focus|visited|target|before|after|first-l)", re.I)
_WIDTH = re.compile(r"\(\s*(min|max)(?:-device)?-width\s*:\s*(\d{1,6})(?:\.\d+)?(px|em|rem)?\s*\)")


@dataclass(frozen=True, slots=True)
class Element:
    """What selectors see of an element."""

    tag: str
    attributes: Mapping[str, str]

    @property
    def kinds(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()


@dataclass(frozen=True, slots=True)
class Compound:
    """One part of a selector, without what is between parts: `td.cell#one`."""

    tag: str
    kinds: tuple[str, ...]
    ids: tuple[str, ...]
    named: tuple[tuple[str, str, str], ...]

    def means(self, element: Element) -> bool:
        """Whether the element is one of these."""
        if self.tag not in ("*", element.tag):
            return False
        attributes = element.attributes
        if any(each != attributes.get("id", "") for each in self.ids):
            return False
        if self.kinds and not set(self.kinds).issubset(element.kinds):
            return False
        return all(_has(attributes.get(name), how, value) for name, how, value in self.named)


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector with its declarations; `weight` is its specificity."""

    parts: tuple[Compound, ...]
    weight: tuple[int, int, int]
    declarations: Declarations


@dataclass(slots=True)
class Sheets:
    """All rules of a mail, found by the last part of their selectors."""

    rules: dict[str, list[tuple[int, Rule]]] = field(default_factory=dict)
    count: int = 0
    work: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether so much was compared that nothing more is."""
        return self.work > MOST_WORK

    def add(self, text: str) -> None:
        """Read one more sheet."""
        for selector, block in _blocks(_COMMENT.sub("", text)):
            declared = declarations(block)
            for each in selector.split(",")[:50] if declared else ():
                rule = _rule(each.strip(), declared)
                if rule and self.count < MOST_RULES:
                    self.rules.setdefault(_key(rule.parts[-1]), []).append((self.count, rule))
                    self.count += 1

    def of(self, element: Element, above: Sequence[Element]) -> Iterator[tuple[int, Rule]]:
        """The rules about this element within these, in any order."""
        if not self.count:
            return
        keys = ["*", element.tag, f"#{element.attributes.get('id', '')}"]
        for key in (*keys, *(f".{each}" for each in element.kinds[:20])):
            for order, rule in self.rules.get(key, ()):
                self.work += 1 + (len(above) if len(rule.parts) > 1 else 0)
                if self.is_spent:
                    return
                if rule.parts[-1].means(element) and _within(rule.parts[:-1], above):
                    yield order, rule


def declarations(text: str) -> Declarations:
    """What a block, or an attribute `style`, declares; names and values in lower case."""
    found: Declarations = []
    for each in _COMMENT.sub("", text).split(";")[:MOST_DECLARATIONS]:
        name, colon, value = each.partition(":")
        if colon:
            value = _unescaped(value).strip().lower()
            bare = _IMPORTANT.sub("", value).strip()
            found.append((_unescaped(name).strip().lower(), bare, bare != value))
    return found


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda each: _character(each[1]) if each[1] else each[2], text)


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if 0 < number < 0xD800 else "\ufffd"


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each selector with its block, also of those in `@media` that hold on a desktop."""
    at, open_since = 0, list[bool]()
    text = text.replace("<!--", "").replace("-->", "")
    for brace in re.finditer(r"[{}]", text):
        if brace.start() < at:
            continue
        before = text[at : brace.start()].rpartition(";")[2].strip()
        at = brace.end()
        if brace[0] == "}":
            del open_since[-1:]
        elif before.startswith("@"):
            holds = all(open_since) and _holds(before.lower())
            open_since.append(holds)
        else:
            end = text.find("}", at)
            end = end if end >= 0 else len(text)
            if all(open_since):
                yield before, text[at:end]
            at = end + 1


def _holds(condition: str) -> bool:
    """Whether what is in this block counts on a wide screen."""
    if not condition.startswith("@media"):
        return condition.startswith(("@supports", "@layer", "@document", "@-moz-document"))
    if "print" in condition or "prefers-color-scheme" in condition:
        return "not" in condition
    for end, number, unit in _WIDTH.findall(condition):
        pixels = int(number) * (16 if unit in ("em", "rem") else 1)
        if (pixels > SCREEN_WIDTH) if end == "min" else (pixels < SCREEN_WIDTH):
            return False
    return True


def _rule(selector: str, declared: Declarations) -> Rule | None:
    if not selector or len(selector) > 300 or _MOVES.search(selector):
        return None
    # What stands beside another element is taken for any: only what is around it is looked at.
    last = re.split(r"[+~](?!=)", selector)[-1]
    parts = tuple(_compound(each) for each in re.split(r"[\s>]+", last.strip()) if each)
    if not parts:
        return None
    weight = (
        sum(len(each.ids) for each in parts),
        sum(len(each.kinds) + len(each.named) for each in parts),
        sum(each.tag != "*" for each in parts),
    )
    return Rule(parts, weight, declared)


def _compound(text: str) -> Compound:
    found = list(_PART.finditer(_unescaped(text)))
    return Compound(
        next((each["tag"].lower() for each in found if each["tag"]), "*"),
        tuple(each["kind"] for each in found if each["kind"]),
        tuple(each["id"] for each in found if each["id"]),
        tuple(
            (each["name"].lower(), each["how"] or "", each["value"] or "")
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
