"""Which elements are open where, as browsers see it: hidden ones must end where they do there.

The parts of HTML's tree construction that decide this, without a tree
(https://html.spec.whatwg.org/multipage/parsing.html#tree-construction).
"""

from dataclasses import dataclass, field, replace

from mayfly.mail.html.hiding import Look
from mayfly.mail.html.style_sheets import Element

MOST_OPEN = 150
_MOST_REOPENED = 20
_MOST_ALIKE = 3
_VOID_TAGS = (
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track"
    " wbr"
)
_VOID = frozenset(_VOID_TAGS.split())
_FORMATTING_TAGS = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTING_TAGS.split())
_BLOCK_TAGS = (
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup li dd dt listing main menu nav ol p pre section"
    " summary table ul hr"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_TABLE_INSIDES = frozenset({"table", "colgroup", "thead", "tbody", "tfoot", "tr"})
_CELLS = frozenset({"td", "th", "caption"})
_SCOPE = frozenset({"table", "td", "th", "caption", "marquee", "object", "applet"})
_SPECIAL = _BLOCKS | _TABLE_INSIDES | _CELLS | {"button", "marquee", "object", "applet"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARENTS = {
    "caption": {"table"},
    "colgroup": {"table"},
    "thead": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "td": {"tr", "thead", "tbody", "tfoot", "table"},
    "th": {"tr", "thead", "tbody", "tfoot", "table"},
}
_ENDS_ITSELF = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}}
_ROOTS = frozenset({"html", "body"})
_IGNORED = frozenset({"head", "html", "body"})


@dataclass(eq=False, slots=True)
class Open:
    """An open element, and how text looks in it. A cell holds the formatting that waits outside."""

    element: Element
    look: Look
    held: "list[Open]" = field(default_factory=list)


@dataclass(slots=True)
class Nesting:
    """The open elements. Those of formatting that were closed by others go on behind them."""

    is_too_deep: bool = False
    _root: Open = field(default_factory=lambda: Open(Element("html", {}), Look()))
    _open: list[Open] = field(default_factory=list)
    _reopened: list[Open] = field(default_factory=list)
    _roots: dict[str, dict[str, str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    @property
    def elements(self) -> list[Element]:
        """The open ones, from the outside."""
        root = self._root.element
        html = Element("html", root.attributes)
        return [html, root, *(each.element for each in self._open)]

    @property
    def _top(self) -> Open:
        return self._open[-1] if self._open else self._root

    def look(self, tag: str = "") -> Look:
        """How text looks here, or what is around an element of this name.

        What is in a table, and in no cell, stands before the table.
        """
        look = self._top.look
        is_misplaced = self._open and self._top.element.tag in _TABLE_INSIDES
        if not is_misplaced or tag in _TABLE_PARENTS:
            return look
        at = self._last(frozenset({"table"}))
        around = self._open[at - 1].look if at > 0 else self._root.look
        return replace(around, is_gone=look.is_gone, is_unseen=look.is_unseen)

    def open(self, element: Element, look: Look) -> Open | None:
        """Open it; None for one that holds nothing, or that is none here."""
        tag = element.tag
        if tag in _ROOTS:
            self._root = Open(self._merged(element), look)
            return None
        if tag in _VOID or (tag in _TABLE_PARENTS and not self._counts.get("table")):
            return None
        if tag in _IGNORED:
            return None
        if len(self._open) >= MOST_OPEN:
            self.is_too_deep = True
            return None
        opened = self._push(Open(element, look))
        if tag in _CELLS:
            opened.held, self._reopened = self._reopened, []
        return opened

    def implied(self, tag: str) -> str:
        """The part of a table that nobody has written, and that has to be open before this one."""
        around = self._top.element.tag
        if around == "table" and tag in ("tr", "td", "th"):
            return "tbody"
        return "tr" if around in ("tbody", "thead", "tfoot") and tag in ("td", "th") else ""

    def news(self, tag: str, attributes: dict[str, str]) -> dict[str, str]:
        """The attributes that count: of another `body`, those that the first did not have."""
        if tag not in _ROOTS:
            return attributes
        known = self._roots.setdefault(tag, {})
        news = {name: text for name, text in attributes.items() if name not in known}
        known |= news
        return news

    def make_room(self, tag: str) -> list[Open]:
        """Close what ends where this one begins."""
        if tag in _TABLE_PARENTS:
            parents = frozenset(_TABLE_PARENTS[tag] | {"table"})
            return self._pop(self._last(parents) + 1) if self._counts.get("table") else []
        closed: list[Open] = []
        if tag in _BLOCKS:
            closed += self._pop_in_scope(frozenset({"p"}), _SCOPE | {"button"})
        if tag in _HEADINGS and self._top.element.tag in _HEADINGS:
            closed += self._pop(len(self._open) - 1)
        if tag in _ENDS_ITSELF:
            border = _SPECIAL - {"address", "div", "p"}
            closed += self._pop_in_scope(frozenset(_ENDS_ITSELF[tag]), border)
        if tag in ("a", "nobr", "button"):
            # What stands between goes on: where that is a block, so does the link, to be sure.
            self._reopened = [each for each in self._reopened if each.element.tag != tag]
            border = _SCOPE if tag == "button" else _SPECIAL
            closed += self._pop_in_scope(frozenset({tag}), border)
        if tag not in _BLOCKS and tag not in _VOID and self._reopened:
            self.reopen()
        return closed

    def close(self, tag: str) -> list[Open]:
        """Close what this end tag closes."""
        self._reopened = [each for each in self._reopened if each.element.tag != tag]
        names = _HEADINGS if tag in _HEADINGS else frozenset({tag})
        if not any(self._counts.get(each) for each in names):
            return []
        if tag in _TABLE_INSIDES or tag in _CELLS:
            return self._pop_in_scope(names, frozenset({"table"}), is_own=True)
        if tag in _BLOCKS:
            more = {"li": {"ul", "ol"}, "p": {"button"}}.get(tag, set())
            return self._pop_in_scope(names, _SCOPE | more, is_own=True)
        return self._pop_in_scope(names, _SPECIAL, is_own=True)

    def reopen(self) -> None:
        """Go on with the formatting that was closed by others: text follows."""
        reopened, self._reopened = self._reopened, []
        for each in reopened:
            if len(self._open) < MOST_OPEN:
                self._push(Open(each.element, self._inside(each)))

    def _inside(self, formatting: Open) -> Look:
        """How it looks in its new place: as it did, and as hidden as what is around it."""
        around = self._top.look
        look = formatting.look
        return replace(
            look,
            ground=around.ground if look.ground == self._root.look.ground else look.ground,
            is_gone=look.is_gone or around.is_gone,
            is_unseen=look.is_unseen or around.is_unseen,
        )

    def _push(self, opened: Open) -> Open:
        self._open.append(opened)
        tag = opened.element.tag
        self._counts[tag] = self._counts.get(tag, 0) + 1
        return opened

    def _pop_in_scope(
        self, names: frozenset[str], border: frozenset[str] | set[str], is_own: bool = False
    ) -> list[Open]:
        """Close down to the last of these, unless one of the border stands above it."""
        if not any(self._counts.get(each) for each in names):
            return []
        for at in range(len(self._open) - 1, -1, -1):
            tag = self._open[at].element.tag
            if tag in names:
                return self._pop(at, is_own)
            if tag in border:
                return []
        return []

    def _pop(self, down_to: int, is_own: bool = False) -> list[Open]:
        """Close down to there. Formatting that others close goes on, but not out of a cell."""
        closed = self._open[down_to:]
        del self._open[down_to:]
        for each in closed:
            self._counts[each.element.tag] -= 1
        cells = [at for at, each in enumerate(closed) if each.element.tag in _CELLS]
        outside = closed[: cells[0]] if cells else closed
        if cells:
            self._reopened = closed[cells[0]].held
        left = [each for each in outside if each.element.tag in _FORMATTING]
        if is_own and left and left[0] is closed[0]:
            del left[0]
        for each in left:
            same = [other for other in self._reopened if other.element == each.element]
            if len(same) < _MOST_ALIKE:
                self._reopened = [*self._reopened, each][-_MOST_REOPENED:]
        return closed

    def _last(self, names: frozenset[str]) -> int:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].element.tag in names:
                return at
        return -1

    def _merged(self, element: Element) -> Element:
        return Element("body", {**element.attributes, **self._root.element.attributes})
