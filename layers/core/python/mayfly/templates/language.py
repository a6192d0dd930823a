"""What templates may say: a small part of Jinja, checked before anything else looks at it.

There are values (`{{ … }}`) with filters, `if`, `for` and comments. There is nothing that stores
(`set`), multiplies (`*`, which repeats lists and texts, too), calls (macros, functions, methods),
names other templates (`include`, `import`, `extends`) or lifts the escaping: so a template is as
large as it looks, and ends.

A tag has no braces inside, not even in quotes, and closes its quotes. So where it ends is the same
here and for the engine, whatever stands in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mayfly import limits
from mayfly.templates.models import BrokenTemplate

FILTERS = frozenset(
    {
        *("abs", "capitalize", "count", "d", "default", "dictsort", "filesizeformat", "first"),
        *("float", "int", "items", "join", "last", "length", "lower", "max", "min", "pluralize"),
        *("reverse", "round", "sort", "string", "sum", "title", "trim", "truncate"),
        *("upper", "urlencode"),
    }
)
"""Those of the engine that templates may use: none of them makes text that is not escaped."""
_BLOCKS = ("if", "elif", "else", "endif", "for", "endfor")
_OPENS, _CLOSES = {"if": "endif", "for": "endfor"}, ("endif", "endfor")
_WORDS = {*_BLOCKS, "in", "not", "and", "or", "is", "true", "false", "none"}
_WORDS |= {"True", "False", "None", "loop", "recursive"}
_OPENING = re.compile(r"\{[{%#]")
_END = {"{{": "}}", "{%": "%}"}
_STRING = re.compile(r""""(?:[^"\\{}]|\\[nrt\\"'])*+"|'(?:[^'\\{}]|\\[nrt\\"'])*+'""")
_INSIDE = re.compile(rf"(?:[^\"'{{}}]|{_STRING.pattern})*+")
_BLOCK = re.compile(r"\s*([A-Za-z_]\w*)")
_FILTER = re.compile(r"\|\s*([A-Za-z_]\w*)")
_JOIN_CHARS = 20  # the engine joins first, and looks at the size then
_LONG_JOIN = re.compile(rf'\|\s*join\s*\((?!\s*" {{0,{_JOIN_CHARS}}}"\s*\))')
_TEST = re.compile(r"\bis\s+(?:not\s+)?[A-Za-z_]\w*")
_CALL = re.compile(r"([A-Za-z_][\w.]*|[\])])\s*\(")
_FOR = re.compile(r"\s*for\s+(.+?)\s+in\b(.*)", re.DOTALL)
_PATH = re.compile(r"(?<![\w.\])])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
ITEM = "[]"
"""In a path, one entry of the list before it."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One `{{ … }}` or `{% … %}`: what is in it, with blanks for the text of its strings."""

    is_block: bool
    inside: str
    line: int

    @property
    def word(self) -> str:
        """What a block begins with."""
        found = _BLOCK.match(self.inside)
        return found[1] if self.is_block and found else ""


@dataclass(slots=True)
class Shape:
    """What a variable has to be, as far as templates say: of parts, a list, or a plain value."""

    parts: dict[str, "Shape"] = field(default_factory=dict)

    def at(self, path: tuple[str, ...]) -> "Shape":
        """The one at this path, which is there from now on."""
        found = self
        for step in path:
            found = found.parts.setdefault(step, Shape())
        return found

    def names(self, before: str = "") -> Iterator[str]:
        """The paths of all plain values: `name`, `order.number`, `lines[].price`."""
        for step, shape in self.parts.items():
            path = before + step if step == ITEM or not before else f"{before}.{step}"
            if shape.parts:
                yield from shape.names(path)
            else:
                yield path

    def sample(self, path: str = "") -> object:
        """A value of this shape, whose texts are their own names."""
        if ITEM in self.parts:
            return [self.parts[ITEM].sample(path)] * 2
        if self.parts:
            steps = self.parts.items()
            return {each: it.sample(f"{path}.{each}" if path else each) for each, it in steps}
        return path


def check_part(part: str, source: str) -> Iterator[Tag]:
    """The tags of a part of a template; BrokenTemplate names the line that cannot be."""
    tags = list(_tags(part, source))
    if len(tags) > limits.TEMPLATE_TAGS:
        raise BrokenTemplate(part, None, f"it may have {limits.TEMPLATE_TAGS} tags")
    open_blocks: list[Tag] = []
    for tag in tags:
        _check_block(part, tag, open_blocks)
        _check_inside(part, tag)
    if open_blocks:
        last = open_blocks[-1]
        raise BrokenTemplate(part, last.line, f"'{last.word}' has no '{_OPENS[last.word]}'")
    return iter(tags)


def note_variables(tags: Iterator[Tag], whole: Shape) -> None:
    """Add to the shape what the tags read of variables."""
    scopes: list[dict[str, tuple[str, ...]]] = []
    for tag in tags:
        loop = _FOR.match(tag.inside) if tag.word == "for" else None
        read = loop[2] if loop else tag.inside
        paths = list(_paths(read, scopes))
        for path in paths:
            whole.at(path)
        if loop:
            scopes.append(_targets(loop, paths[:1], whole))
        elif tag.word == "if":
            scopes.append({})
        elif tag.word in _CLOSES:
            scopes.pop()


def _tags(part: str, source: str) -> Iterator[Tag]:
    at, line, counted = 0, 1, 0
    while found := _OPENING.search(source, at):
        line, counted = line + source.count("\n", counted, found.start()), found.start()
        begin = found.end()
        if found[0] == "{#":
            at = source.find("#}", begin) + 2
            if at < 2:
                raise BrokenTemplate(part, line, "a comment has no end: '#}'")
            continue
        inside = _INSIDE.match(source, begin, begin + limits.TEMPLATE_TAG_CHARS)
        assert inside is not None
        end = inside.end() - (found[0] == "{%")
        at = end + 2
        if end < begin or source[end:at] != _END[found[0]]:
            raise BrokenTemplate(
                part,
                line,
                f"{source[found.start() : begin + 20]!r} has no '{_END[found[0]]}' within"
                f" {limits.TEMPLATE_TAG_CHARS} characters, or braces or an open quote before it",
            )
        text = source[begin:end].lstrip("-+").removesuffix("-").removesuffix("+")
        yield Tag(found[0] == "{%", _STRING.sub(_blank, text), line)


def _blank(string: re.Match[str]) -> str:
    return f'"{" " * (len(string[0]) - 2)}"'


def _check_block(part: str, tag: Tag, open_blocks: list[Tag]) -> None:
    """Of a block: that it is one of ours, and stands where it can."""
    if not tag.is_block:
        return
    if tag.word not in _BLOCKS:
        raise BrokenTemplate(
            part, tag.line, f"no such block: {tag.word[:40]!r}; possible: {', '.join(_BLOCKS)}"
        )
    if tag.word == "for" and re.search(r"\brecursive\b", tag.inside):
        raise BrokenTemplate(part, tag.line, "loops cannot be recursive")
    if tag.word in _OPENS:
        open_blocks.append(tag)
        if len(open_blocks) > limits.TEMPLATE_NESTING:
            most = limits.TEMPLATE_NESTING
            raise BrokenTemplate(part, tag.line, f"{most} blocks may stand in each other")
    elif not open_blocks or (tag.word in _CLOSES and _OPENS[open_blocks[-1].word] != tag.word):
        raise BrokenTemplate(part, tag.line, f"'{tag.word}' closes nothing that is open here")
    elif tag.word in _CLOSES:
        open_blocks.pop()


def _check_inside(part: str, tag: Tag) -> None:
    for name in _FILTER.findall(tag.inside):
        if name not in FILTERS:
            possible = ", ".join(sorted(FILTERS))
            why = f"no such filter: {name[:40]!r}; possible: {possible}"
            raise BrokenTemplate(part, tag.line, why)
    if "*" in tag.inside:
        raise BrokenTemplate(part, tag.line, "there is no multiplication: * is not possible")
    if _LONG_JOIN.search(tag.inside):
        raise BrokenTemplate(
            part, tag.line, f"join takes one text in quotes, of up to {_JOIN_CHARS} characters"
        )
    plain = _TEST.sub("is", _FILTER.sub("|", tag.inside))
    for called in _CALL.findall(plain):
        if called not in _WORDS:
            raise BrokenTemplate(
                part, tag.line, f"there is nothing to call: {called[:40]!r}; filters are possible"
            )


def _paths(read: str, scopes: list[dict[str, tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    """The variables that an expression reads, each by its path from the outermost."""
    for found in _PATH.finditer(_TEST.sub(" ", _FILTER.sub("|", read))):
        first, *rest = found[0].split(".")
        if first in _WORDS:
            continue
        begun = next((each[first] for each in reversed(scopes) if first in each), (first,))
        if begun:  # else it is a name of a loop for what nothing is known of
            yield (*begun, *rest)


def _targets(
    loop: re.Match[str], read: list[tuple[str, ...]], whole: Shape
) -> dict[str, tuple[str, ...]]:
    """What the names of a loop stand for: an entry of what it goes through, if that is one list."""
    names = re.findall(r"[A-Za-z_]\w*", loop[1])
    is_of_pairs = re.search(r"\|\s*(items|dictsort)\b", loop[2])
    if not read or is_of_pairs or len(names) > 1:
        for path in read:
            whole.at((*path, "key"))
        return dict.fromkeys(names, ())
    whole.at((*read[0], ITEM))
    return {names[0]: (*read[0], ITEM)}
