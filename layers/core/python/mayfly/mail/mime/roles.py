"""What a part is to a reader: body, file, both, or a form of the body for somebody else."""

from collections.abc import Sequence

from mayfly.mail.mime.structure import Leaf, Multipart

HTML, PLAIN = "text/html", "text/plain"
_ALTERNATIVE, _RELATED = "multipart/alternative", "multipart/related"
# Where senders name a body: a message that is nothing but text, and alternatives.
_BODY_WITH_NAME = ("", _ALTERNATIVE)
# Texts that are files by nature; any other is plain text to a reader (RFC 2046, section 4.1.4).
_FILES = (
    "text/calendar text/css text/csv text/directory text/ecmascript text/javascript"
    " text/rfc822-header text/rfc822-headers text/rtf text/tab-separated-values text/vcard text/vtt"
    " text/x-vcalendar text/x-vcard text/xml"
)
# Alternatives for programs of one kind: whoever shows the others has lost nothing.
_UNSHOWN = frozenset({"text/x-amp-html", "text/amp-html", "text/watch-html"})
_FILE_TYPES = frozenset(_FILES.split()) | _UNSHOWN

_Role = tuple[bool, bool]
"""Whether it is body, and whether it is a part beside the bodies."""
_BODY, _PART, _BOTH, _NEITHER = (True, False), (False, True), (True, True), (False, False)


class Roles:
    """Tells of the leaves of one message, in their order, what they are."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._rooted = {each.inside for each in leaves if _is_root(each)}
        self._showing: set[Multipart] = set()
        self._has_html = False

    def showed(self, leaf: Leaf, is_blank: bool) -> None:
        """Note that this leaf is body, and whether there is nothing to see in it."""
        self._has_html = self._has_html or leaf.content_type == HTML
        inside = None if is_blank else leaf.inside
        while inside is not None and inside not in self._showing:
            self._showing.add(inside)
            inside = inside.inside

    def of(self, leaf: Leaf, filename: str) -> _Role:
        """What the next leaf is, given its file's name."""
        kind = leaf.content_type
        if not kind.startswith("text/") or leaf.disposition == "attachment":
            return _PART
        if kind not in (PLAIN, HTML):
            return self._of_other_text(leaf, filename)
        if self._is_nothing_but_body(leaf, filename):
            return _BODY
        # A file that wants to be seen is both; two html documents do not make one.
        is_second = kind == HTML and self._has_html and leaf.index > 0
        return _BOTH if leaf.disposition == "inline" and not is_second else _PART

    def _of_other_text(self, leaf: Leaf, filename: str) -> _Role:
        beside: set[str] = set()
        if leaf.parent == _ALTERNATIVE:
            beside = {each.content_type for each in self._leaves if each.inside is leaf.inside}
        is_choice = not beside.isdisjoint((PLAIN, HTML))
        if leaf.content_type in _FILE_TYPES:
            return _NEITHER if is_choice and leaf.content_type in _UNSHOWN else _PART
        if is_choice:
            return _NEITHER if PLAIN in beside else _BODY
        return _BODY if self._is_nothing_but_body(leaf, filename) else _PART

    def _is_nothing_but_body(self, leaf: Leaf, filename: str) -> bool:
        """Whether a text is what the mail says: it has no name, or stands where only bodies stand.

        The first thing of a multipart that there is to read is body, too, whatever its name (RFC
        2183, section 2.10 leaves that to readers), but a multipart/related may name another one
        (RFC 2387, section 3.2); one that says `inline` beside its name is a file as well.
        """
        if not filename or leaf.parent in _BODY_WITH_NAME or _is_root(leaf):
            return True
        if leaf.inside in self._rooted or leaf.inside in self._showing:
            return False
        return leaf.disposition == "" or leaf.parent == _RELATED


def _is_root(leaf: Leaf) -> bool:
    """Whether the multipart/related around it says that this is what to show."""
    start = leaf.inside.start if leaf.inside and leaf.parent == _RELATED else ""
    return bool(start) and leaf.content_id.strip(" <>") == start.strip(" <>")
