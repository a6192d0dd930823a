"""What a part is to a reader: body, file, both, or a form of the body for somebody else."""

from collections.abc import Sequence

from mayfly.domain.mime_structure import Leaf

HTML, PLAIN = "text/html", "text/plain"
_ALTERNATIVE = "multipart/alternative"
# Where senders name a body: a mail that is nothing but text, and alternatives.
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


def role(leaf: Leaf, filename: str, leaves: Sequence[Leaf], has_html: bool) -> _Role:
    """What this leaf of these is; `has_html` says that there is an html body before it."""
    kind = leaf.content_type
    if not kind.startswith("text/") or leaf.disposition == "attachment":
        return _PART
    if kind not in (PLAIN, HTML):
        return _of_other_text(leaf, filename, leaves)
    if _is_nothing_but_body(leaf, filename):
        return _BODY
    # A file that wants to be seen is both; two html documents do not make one.
    is_second = kind == HTML and has_html and leaf.index > 0
    return _BOTH if leaf.disposition == "inline" and not is_second else _PART


def _of_other_text(leaf: Leaf, filename: str, leaves: Sequence[Leaf]) -> _Role:
    beside: set[str] = set()
    if leaf.parent == _ALTERNATIVE:
        beside = {each.content_type for each in leaves if each.inside is leaf.inside}
    is_choice = not beside.isdisjoint((PLAIN, HTML))
    if leaf.content_type in _FILE_TYPES:
        return _NEITHER if is_choice and leaf.content_type in _UNSHOWN else _PART
    if is_choice:
        return _NEITHER if PLAIN in beside else _BODY
    return _BODY if _is_nothing_but_body(leaf, filename) else _PART


def _is_nothing_but_body(leaf: Leaf, filename: str) -> bool:
    """Whether a text is what the mail says: it has no name, or stands where only bodies stand.

    The first thing of a multipart is body, too, whatever its name (RFC 2183, section 2.10 leaves
    that to readers); one that says `inline` beside its name is a file as well.
    """
    if not filename or leaf.parent in _BODY_WITH_NAME:
        return True
    return leaf.index == 0 and (leaf.disposition == "" or leaf.parent == "multipart/related")
