"""HTML of messages in a plain, balanced form, which every later step handles in linear time.

A standard HTML parser repairs broken nesting, and hostile markup makes the repair explode: 57 KB
of open `font` tags become a tree of 100 MB. So before any parser sees an email's HTML, its tags are
closed in order, nested no deeper than `MAX_DEPTH`, and left out where a parser would have to
move them. This is about cost and shape alone; `mayfly.mail.html.sanitize` makes the result safe.
"""

import html as references
import re
from collections.abc import Iterator

MAX_DEPTH = 100
MAX_SAFE_CHARS = 500_000
"""Longer HTML is not shown as HTML, and names no pictures."""
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_TABLE_PARENTS = {
    "caption": {"table"},
    "colgroup": {"table"},
    "thead": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "col": {"colgroup", "table"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "td": {"tr", "table"},
    "th": {"tr", "table"},
}
_TABLE_INSIDES = frozenset({"table", "colgroup", "thead", "tbody", "tfoot", "tr"})
_CELLS = frozenset({"td", "th", "caption"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE_TAGS = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span"
    " strike strong sub sup time tt u var"
)
_BLOCK_TAGS = (
    "address article aside blockquote center dd div dl dt figcaption figure footer header li main"
    " nav ol p pre section table ul"
)
INLINE = frozenset(_INLINE_TAGS.split()) | {"img", "wbr"}
"""Tags that end no line."""
_BLOCKS = _HEADINGS | frozenset(_BLOCK_TAGS.split())
TAGS = VOID | INLINE | _BLOCKS | frozenset(_TABLE_PARENTS)
_ENDS_ITSELF = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}, "a": {"a"}}
# What is inside these is no text of the mail.
_DROPPED_TAGS = (
    "audio canvas embed iframe math noembed noframes object script select style svg"
    " template textarea title video xmp"
)

# Quantifiers are possessive: nothing here is tried twice, however the input is made.
ATTRIBUTES = r"((?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>"
TOKEN = re.compile(
    r"(?P<text>[^<]++)"
    r"|<!--(?:>|->|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/[^a-zA-Z])[^>]*+>?"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>{ATTRIBUTES})"
    r"|<[/a-zA-Z].*"  # a tag that never ends takes the rest with it, as in browsers
    r"|(?P<stray><)",
    re.DOTALL,
)
DROPPED_END = {
    name: re.compile(rf"</{name}(?:[\s/][^>]*+)?+>", re.IGNORECASE)
    for name in _DROPPED_TAGS.split()
}
# A parser spends long on what only looks like the start of a character reference.
_NO_REFERENCE = re.compile(r"&(?!#[0-9]|#[xX][0-9a-fA-F]|[a-zA-Z][a-zA-Z0-9])")
# Leading zeros of numbers of characters, and numbers of none: `int()` refuses long ones.
_ZEROS = re.compile(r"&#0{7,}+(?=[0-9])")
_NO_CHARACTER = re.compile(r"&#[1-9][0-9]{7,}+;?")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s>]++))?+")


_ROOTS = frozenset({"html", "body"})
_COLOUR = re.compile(r"[\w#(),.% -]{1,60}")
_COLOURS = {"bgcolor": "background-color", "text": "color"}
_OF_ROOTS = frozenset({"dir", "lang", "style", "background", *_COLOURS})


def balanced(html: str, attributes: frozenset[str], with_roots: bool = False) -> str:
    """The HTML with known tags only, each closed, and only these attributes.

    Takes time in proportion to the length, and gives at most about twice of it. With `with_roots`
    what `html` and `body` say of direction, language and colours stands on a `div` around all.
    """
    balance = _Balance(attributes)
    pieces = list(balance.pieces(html))
    roots = balance.roots() if with_roots else ""
    return "".join([f"<div{roots}>", *pieces, "</div>"] if roots else pieces)


def unescaped(text: str) -> str:
    """The text with its character references (`&amp;`) as what they stand for; never raises."""
    if "&#" in text:
        text = _NO_CHARACTER.sub("\ufffd", _ZEROS.sub("&#", text))
    return references.unescape(text)


def values_of(text: str, names: frozenset[str]) -> dict[str, str]:
    """Those attributes of a tag, each the first time that it is there, ready to be written."""
    kept: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(text):
        name = found[1].lower()
        if name in names and name not in kept:
            value = found[2] or ""
            value = value[1:-1] if value[:1] in ("'", '"') else value
            kept[name] = _NO_REFERENCE.sub("&amp;", value).replace('"', "&quot;")
    return kept


class _Balance:
    def __init__(self, attributes: frozenset[str]) -> None:
        self._attributes = attributes
        self._open: list[str] = []
        self._roots: dict[str, dict[str, str]] = {}

    def roots(self) -> str:
        """The attributes for a block around all: those of `body` win over those of `html`."""
        given = {**self._roots.get("html", {}), **self._roots.get("body", {})}
        styles = [
            f"{style}:{given.pop(name)}"
            for name, style in _COLOURS.items()
            if _COLOUR.fullmatch(given.get(name, ""))
        ]
        styles += [each["style"] for each in self._roots.values() if each.get("style")]
        kept = {name: given[name] for name in ("dir", "lang", "background") if given.get(name)}
        kept |= {"style": ";".join(styles)} if styles else {}
        return "".join(f' {name}="{value}"' for name, value in kept.items())

    def pieces(self, html: str) -> Iterator[str]:
        at = 0
        while at < len(html):
            token = TOKEN.match(html, at)
            if token is None:  # every character begins some token
                return
            at = token.end()
            if token["text"] is not None:
                yield _NO_REFERENCE.sub("&amp;", token["text"])
            elif token["stray"]:
                yield "&lt;"
            elif token["name"]:
                name = token["name"].lower()
                if name in TAGS:
                    yield from self._end(name) if token["end"] else self._start(name, token)
                elif not token["end"] and name in _ROOTS and name not in self._roots:
                    self._roots[name] = values_of(token["attributes"], _OF_ROOTS)
                elif not token["end"] and name in DROPPED_END:
                    end = DROPPED_END[name].search(html, at)
                    at = end.end() if end else len(html)
        yield from self._close(0)

    def _start(self, name: str, token: re.Match[str]) -> Iterator[str]:
        if name in VOID and name != "col":
            yield f"<{name}{self._kept(token['attributes'])}>"
            return
        if name in _TABLE_PARENTS:
            if "table" not in self._open:
                return
            yield from self._close(self._last(_TABLE_PARENTS[name] | {"table"}) + 1)
        elif self._open and self._open[-1] in _TABLE_INSIDES:
            return
        else:
            yield from self._make_room(name)
        kept = self._kept(token["attributes"])
        if len(self._open) >= MAX_DEPTH or (name == "a" and " href=" not in kept):
            return
        yield f"<{name}{kept}>"
        if name not in VOID:
            self._open.append(name)

    def _make_room(self, name: str) -> Iterator[str]:
        """Close what a parser would close before this tag."""
        cell = self._last(_CELLS)
        if name in _BLOCKS:
            paragraph = self._last({"p"})
            if paragraph > cell:
                yield from self._close(paragraph)
        if name in _HEADINGS and self._open and self._open[-1] in _HEADINGS:
            yield from self._close(len(self._open) - 1)
        if name in _ENDS_ITSELF:
            same = self._last(_ENDS_ITSELF[name])
            if same > max(cell, self._last({"ul", "ol", "dl"}) if name != "a" else -1):
                yield from self._close(same)

    def _end(self, name: str) -> Iterator[str]:
        if name in VOID:
            if name == "br":
                yield "<br>"
            return
        # The end of a cell's or a table's content does not reach out of the cell or the table.
        border = self._last({"table"}) if name in _TABLE_PARENTS else self._last(_CELLS)
        at = self._last({name})
        if at > border or (name == "table" and at >= 0):
            yield from self._close(at)

    def _close(self, down_to: int) -> Iterator[str]:
        while len(self._open) > down_to:
            yield f"</{self._open.pop()}>"

    def _last(self, names: set[str] | frozenset[str]) -> int:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] in names:
                return at
        return -1

    def _kept(self, text: str) -> str:
        kept = values_of(text, self._attributes)
        return "".join(f' {name}="{value}"' for name, value in kept.items())
