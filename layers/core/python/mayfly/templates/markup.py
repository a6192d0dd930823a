"""MJML made into HTML, once, when a template is saved; its mistakes are told by their line.

The compiler is lenient: it leaves out elements that it does not know. So their names and their
nesting are checked before. What it makes of a document can be much more than the document, and it
goes into nested elements by calling itself: so their number is bounded, too.
"""

import re

from mayfly import limits
from mayfly.templates.models import BrokenTemplate

_PART = "mjml"
ELEMENTS = frozenset(
    {
        *("mjml", "mj-head", "mj-body", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint"),
        *("mj-font", "mj-preview", "mj-style", "mj-title", "mj-raw", "mj-section", "mj-column"),
        *("mj-group", "mj-wrapper", "mj-text", "mj-image", "mj-button", "mj-divider", "mj-spacer"),
        *("mj-table", "mj-social", "mj-social-element", "mj-navbar", "mj-navbar-link", "mj-hero"),
        *("mj-accordion", "mj-accordion-element", "mj-accordion-title", "mj-accordion-text"),
        *("mj-carousel", "mj-carousel-image"),
    }
)
_ELEMENT = re.compile(r"""<(/?)(mj[a-z-]*+)((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_POSITION = re.compile(r" at position (\d+):\d+")


def compiled(source: str) -> str:
    """The HTML of an MJML document; BrokenTemplate says what is wrong with it, and where."""
    _check_elements(_without_comments(source))
    _check_amounts(source)
    from mjml import mjml2html

    try:
        html = mjml2html(source, disable_comments=True, fonts={})
    except ValueError as error:
        raise BrokenTemplate(_PART, _line(source, str(error)), _words(str(error))) from error
    if len(html.encode()) > limits.TEMPLATE_HTML_BYTES:
        most = limits.TEMPLATE_HTML_BYTES
        raise BrokenTemplate(_PART, None, f"as HTML it may have {most} bytes")
    return html


def _without_comments(source: str) -> str:
    """Their lines are kept, so that others keep their numbers."""
    kept, at = [], 0
    while (begin := source.find("<!--", at)) >= 0 and (end := source.find("-->", begin)) >= 0:
        kept += [source[at:begin], "\n" * source.count("\n", begin, end)]
        at = end + 3
    return "".join((*kept, source[at:]))


def _check_amounts(source: str) -> None:
    """What the time, memory and depth of compiling depend on."""
    most = limits.TEMPLATE_ELEMENTS
    if source.lower().count("<mj") > most:
        raise BrokenTemplate(_PART, None, f"it may have {most} elements of MJML")
    if source.count("<") > limits.TEMPLATE_MARKUP:
        raise BrokenTemplate(_PART, None, f"it may have {limits.TEMPLATE_MARKUP} tags of any kind")
    defaults = source.lower().find("<mj-attributes")
    if defaults >= 0:
        end = source.lower().rfind("</mj-attributes")
        if (end if end > defaults else len(source)) - defaults > limits.TEMPLATE_DEFAULTS_CHARS:
            most = limits.TEMPLATE_DEFAULTS_CHARS
            raise BrokenTemplate(_PART, None, f"mj-attributes may have {most} characters")


def _check_elements(source: str) -> None:
    """That elements are known, and closed in the order in which they were opened."""
    opened: list[tuple[str, int]] = []
    line = 1
    counted = 0
    for found in _ELEMENT.finditer(source):
        line, counted = line + source.count("\n", counted, found.start()), found.start()
        closes, name, rest = found.groups()
        if name == "mj-include":
            raise BrokenTemplate(_PART, line, "mj-include is not possible: there are no files")
        if name not in ELEMENTS:
            raise BrokenTemplate(_PART, line, f"no such element: {name[:40]!r}")
        if not closes:
            if not rest.endswith("/"):
                opened.append((name, line))
        elif not opened or opened[-1][0] != name:
            inner = f"; {opened[-1][0]} of line {opened[-1][1]} is open" if opened else ""
            raise BrokenTemplate(_PART, line, f"</{name}> closes nothing that is open here{inner}")
        else:
            opened.pop()
    if opened:
        name, line = opened[-1]
        raise BrokenTemplate(_PART, line, f"<{name}> is not closed")


def _words(said: str) -> str:
    """The compiler's own words, without its name for the document and its count of bytes."""
    return _POSITION.sub("", said).replace(" in root template", "")[:200]


def _line(source: str, said: str) -> int | None:
    """Where the compiler says that it is; else the first line up to which it says the same."""
    found = _POSITION.search(said)
    if found:
        return source.encode()[: int(found[1])].count(b"\n") + 1
    from mjml import mjml2html

    lines = source.splitlines(keepends=True)
    low, high = 1, len(lines)
    while low < high:
        middle = (low + high) // 2
        try:
            mjml2html("".join(lines[:middle]))
            is_reached = False
        except ValueError as error:
            is_reached = str(error) == said
        low, high = (low, middle) if is_reached else (middle + 1, high)
    return low if lines else None
