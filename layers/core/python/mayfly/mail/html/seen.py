"""What a person sees of a mail's HTML, for programs that take what they read for orders.

Text that styles hide, comments, and what stands in attributes are left out, and it is said that
they were there. It errs on the side of leaving out. `mail.html.text` is another reader, for codes
and links, and reads all of it.
"""

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from mayfly.mail.html.balance import DROPPED_END, TOKEN, unescaped
from mayfly.mail.html.hiding import Look, is_understood
from mayfly.mail.html.nesting import Nesting, Open
from mayfly.mail.html.style_sheets import Element, Rule, Sheets, counting, data_sheet, declarations
from mayfly.mail.invisible import shown

MOST_CHARS = 300_000  # of HTML that is read, from its beginning
MOST_TOKENS = 40_000  # texts, tags and comments in it
MOST_LINKS = 100
MOST_URL_CHARS = 2000
SAID_CHARS = 30
SAID_WORDS = 4
"""A longer text in an attribute says something that the message does not show."""

_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s>]++))?+")
_MOST_ATTRIBUTES = 200  # more are no honest element
_VARIABLE = re.compile(r"var\(\s*(--[^\s,():;]+)\s*(?:,((?:[^()]|\((?:[^()]|\([^()]*\))*\))*))?\)")
_WORK_OF_VARIABLES = 200
_MOST_ROUNDS = 8
_MOST_VALUE_CHARS = 500
_DECISIVE = frozenset({"display", "visibility", "color", "font-size", "opacity", "position"})
_SIZES = frozenset({"font-size", "opacity", "zoom", "max-height", "height"})
_DRAWN = frozenset({"svg", "math"})
_STYLE = re.compile(r"<style\b[^>]*+>(.*?)(?:</style|\Z)", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_WORD = re.compile(r"\w")
_MARKUP = re.compile(r"(?is)<style\b.*?(?:</style>|\Z)|<!?\[[^\]]*\]>|\[if[^\]]*\]>?|<[^<>]*+>")
_DECLARATION = re.compile(r"(?i)<!doctype\b|<\?xml\b|<!\[(?:if|endif)\b")
_SAYING = ("alt", "title", "aria-label")
_SILENT = frozenset({"script", "style", "title"})
_INLINE_TAGS = (
    "a abbr acronym b bdi bdo big blink button cite code del dfn em font i img input ins kbd label"
    " mark nobr q s samp small span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_TAGS.split())


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link that a person can click: its words, and where it leads."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen: lines without blank ones, and links. `had_hidden` says that there was more.

    `is_cut` says that the HTML was too long, or too deep, to be read to its end.
    """

    lines: list[str]
    links: list[SeenLink]
    pictures: int
    had_hidden: bool
    is_cut: bool

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def seen(markup: str) -> Seen:
    """What a person sees of this HTML; in bounded time, however it is made."""
    looking = _Looking()
    tokens = list(islice(_tokens(markup[:MOST_CHARS]), MOST_TOKENS))
    is_long = len(tokens) == MOST_TOKENS
    for name in ("body", "html"):  # there are both, whoever wrote them
        if not any(each.name == name and not each.is_end for each in tokens):
            tokens.insert(0, _Token(name=name))
    looking.collect_sheets(tokens)
    looking.read(tokens)
    looking.end_line()
    is_cut = looking.is_over or len(markup) > MOST_CHARS or is_long
    had_hidden = looking.had_hidden or is_cut
    return Seen(looking.lines, looking.links, looking.pictures, had_hidden, is_cut)


@dataclass(slots=True)
class _Looking:
    lines: list[str] = field(default_factory=list)
    links: list[SeenLink] = field(default_factory=list)
    pictures: int = 0
    had_hidden: bool = False
    sheets: Sheets = field(default_factory=Sheets)
    nesting: Nesting = field(default_factory=Nesting)
    _words: list[str] = field(default_factory=list)
    _anchor: tuple[Open, list[str]] | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is too much to go on: the rest is not looked at."""
        return self.sheets.is_spent or self.nesting.is_too_deep

    def collect_sheets(self, tokens: "list[_Token]") -> None:
        for token in tokens:
            if token.name == "style" and not token.is_end:
                self.sheets.add(token.inside)
            elif token.name == "link" and "data:" in token.attributes:
                self.sheets.add(data_sheet(_attributes(token.attributes).get("href", "")))
            elif token.name in _DRAWN and token.inside:
                for inside in _STYLE.findall(token.inside):
                    self.sheets.add(unescaped(_CDATA.sub("", inside)))

    def read(self, tokens: "list[_Token]") -> None:
        for token in tokens:
            if self.is_over:
                return
            if token.text:
                self._say(token.text)
            elif token.said_nowhere:
                self._hide(token.said_nowhere)
            elif token.name and token.is_end:
                self._end(token.name)
            elif token.name:
                self._start(token.name, token.attributes)
                if token.inside and token.name not in _SILENT:
                    self._hide(_MARKUP.sub(" ", token.inside))

    def end_line(self) -> None:
        line = " ".join("".join(self._words).split())
        self._words.clear()
        if line:
            self.lines.append(line)
        if self._anchor:
            self._anchor[1].append(" ")

    def _say(self, written: str) -> None:
        text = unescaped(written)
        if not text.strip():
            self._add(" " if text else "")
            return
        self.nesting.reopen()
        if self.nesting.look().is_hidden:
            self._hide(text)
            return
        text, had_hidden = shown(text)
        self.had_hidden = self.had_hidden or had_hidden
        self._add(text)

    def _add(self, text: str) -> None:
        self._words.append(text)
        if self._anchor:
            self._anchor[1].append(text)

    def _hide(self, text: str) -> None:
        self.had_hidden = self.had_hidden or _WORD.search(unescaped(text)) is not None

    def _start(self, name: str, written: str) -> None:
        if name not in _INLINE:
            self.end_line()
        attributes = self.nesting.news(name, _attributes(written))
        self.had_hidden = self.had_hidden or _says_more(attributes)
        closed = self.nesting.make_room(name)
        self._leave(closed)
        if implied := self.nesting.implied(name):
            self._start(implied, "")
        element = Element(name, attributes)
        look = self._look(element)
        opened = self.nesting.open(element, look)
        if name == "a" and opened and attributes.get("href"):
            self._anchor = (opened, [])
        elif name == "img" and not look.is_hidden and not _is_a_dot(attributes):
            self.pictures += 1
            if self._anchor:
                self._anchor[1].append("[picture]")

    def _end(self, name: str) -> None:
        if name not in _INLINE:
            self.end_line()
        self._leave(self.nesting.close(name))

    def _leave(self, closed: list[Open]) -> None:
        if self._anchor and self._anchor[0] in closed:
            opened, words = self._anchor
            self._anchor = None
            text = " ".join("".join(words).split())
            url = unescaped(opened.element.attributes.get("href", "")).strip()
            if text and len(self.links) < MOST_LINKS and len(url) <= MOST_URL_CHARS:
                self.links.append(SeenLink(text, shown(url).text))

    def _look(self, element: Element) -> Look:
        """How it looks; if it is not known for which of two, as the one of them that hides."""
        around = self.nesting.look(element.tag)
        rules = list(self.sheets.of(element, self.nesting.elements))
        certain = [each for each in rules if each[1].is_exact]
        ways = [rules]
        if len(certain) < len(rules):  # any of the others may count or not
            ways += [certain, *([*certain, each] for each in rules if not each[1].is_exact)]
        looks = []
        for way in ways:
            self.sheets.work += len(way)
            if self.sheets.is_spent:
                break
            styles, variables = self._styles(element, around.variables, way)
            outside = around.with_variables(variables)
            looks.append(outside.within(element.tag, element.attributes, styles))
        return next((each for each in looks if each.is_hidden), looks[0] if looks else around)

    def _styles(
        self, element: Element, around: ChainMap[str, str], rules: list[tuple[int, Rule]]
    ) -> tuple[dict[str, str], ChainMap[str, str]]:
        """What is declared for it, by name, in the order in which it counts; and its variables."""
        declared = [
            (important, (0, rule.is_layered is important, *rule.weight), order, name, value)
            for order, rule in rules
            for name, value, important in rule.declarations
        ]
        own = counting(declarations(element.attributes.get("style", "")))
        declared += [
            (important, (1, False, 0, 0, 0), 0, name, value) for name, value, important in own
        ]
        declared.sort(key=lambda each: each[:3])
        variables = around
        named = {name: value for *_, name, value in declared if name[:2] == "--"}
        if named:
            variables = around.new_child(named)
        styles: dict[str, str] = {}
        for *_, name, value in declared:
            given = value
            if "var(" in value:
                given = _with_variables(value, variables)
                self.sheets.work += _WORK_OF_VARIABLES
            if "var(" in given and name in _DECISIVE:
                name, given = "display", "none"
            given = _worst(name, given) if "(" in given else given
            if name[:2] != "--" and is_understood(name, given):
                styles.pop(name, None)
                styles[name] = given
        moving = f"{styles.get('animation', '')} {styles.get('animation-name', '')}".split()
        for name in dict.fromkeys(moving) if self.sheets.frames else ():
            last = self.sheets.frames.get(f"{name} paused" if "paused" in moving else name, {})
            self.sheets.work += 1 + len(last)
            styles |= {each: text for each, text in last.items() if is_understood(each, text)}
        return styles, variables


def _worst(name: str, value: str) -> str:
    """Of what depends on something, what hides."""
    hides = {"display": "none", "visibility": "hidden"}.get(name)
    if hides:
        return hides if re.search(rf"\b{hides}\b", value) else value
    return "0" if name in _SIZES and not is_understood(name, value) else value


def _with_variables(value: str, variables: Mapping[str, str]) -> str:
    """The value with what its variables stand for, which may name others."""

    def given(found: re.Match[str]) -> str:
        return variables.get(found[1], (found[2] or "").strip())[:200]

    for _ in range(_MOST_ROUNDS):
        if "var(" not in value:
            break
        value = _VARIABLE.sub(given, value)[:_MOST_VALUE_CHARS]
    return value


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = ""
    said_nowhere: str = ""  # a comment, or a tag that never ends
    name: str = ""
    is_end: bool = False
    attributes: str = ""
    inside: str = ""  # of an element whose inside is not read


def _tokens(markup: str) -> Iterator[_Token]:
    at = 0
    while at < len(markup):
        token = TOKEN.match(markup, at)
        if token is None:  # every character begins some token
            break
        at = token.end()
        if token["text"] is not None or token["stray"]:
            yield _Token(text=token[0])
        elif not token["name"]:
            yield _Token(said_nowhere=_said_nowhere(token[0]))
        else:
            name, inside = token["name"].lower(), ""
            if not token["end"] and name in DROPPED_END:
                end = DROPPED_END[name].search(markup, at)
                inside = markup[at : end.start() if end else len(markup)]
                at = end.end() if end else len(markup)
            is_end, attributes = bool(token["end"]), token["attributes"] or ""
            yield _Token("", "", name, is_end, attributes, inside)


def _said_nowhere(written: str) -> str:
    """What a comment says, or what is none and no text either."""
    if written.startswith("<!--"):
        return _MARKUP.sub(" ", written[4:].removesuffix("-->"))
    return "" if _DECLARATION.match(written) else written.lstrip("<")


def _attributes(written: str) -> dict[str, str]:
    """The attributes, each the first time that it is there."""
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(written):
        if len(found) >= _MOST_ATTRIBUTES:
            return {**found, "hidden": ""}
        value = each[2] or ""
        value = value[1:-1] if value[:1] in ("'", '"') else value
        found.setdefault(each[1].lower(), unescaped(value))
    return found


def _says_more(attributes: Mapping[str, str]) -> bool:
    """Whether an attribute says something; a name of a picture is none."""
    said = [attributes.get(each, "") for each in _SAYING]
    return any(len(each) > SAID_CHARS or len(each.split()) >= SAID_WORDS for each in said)


def _is_a_dot(attributes: Mapping[str, str]) -> bool:
    return any(attributes.get(each, "").strip() in ("0", "1") for each in ("width", "height"))
