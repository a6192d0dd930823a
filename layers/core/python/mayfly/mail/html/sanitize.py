"""HTML of messages made safe to show: nothing runs or covers the page, nothing is fetched unasked.

nh3 decides what is safe; it is loaded when the first mail is shown so.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from mayfly.mail.html.balance import MAX_SAFE_CHARS, TAGS, balanced, unescaped
from mayfly.mail.html.images import IMAGE_SCHEMES
from mayfly.mail.html.link_targets import marked

PLACEHOLDER = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""One transparent pixel, in place of every image that would have been fetched."""

_ATTRIBUTE_NAMES = (
    "align alt bgcolor border cellpadding cellspacing color cols colspan dir face height hspace"
    " lang nowrap rowspan rules size span start style title type valign vspace width"
)
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_LINKS = {"a": {"href"}, "img": {"src"}}
_BACKGROUND = "background"
_SCHEMES = {"mailto", "tel"} | IMAGE_SCHEMES
_LINK = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"\s*(?:https?:|//)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?P<scheme>https?:)?//[^/\\]", re.IGNORECASE)
_PICTURE = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)

_FETCHING = re.compile(r"\\|/\*|(?<!\brgb)(?<!\brgba)(?<!\bhsl)(?<!\bhsla)(?<!\bcalc)\(", re.I)
_STYLE_NAMES = (
    "background background-color border-collapse border-color border-radius border-spacing"
    " border-style border-width border clear color direction display float font-family font-size"
    " font-style font-variant font-weight font height letter-spacing line-height list-style-type"
    " max-height max-width min-height min-width opacity padding table-layout text-align"
    " text-decoration text-indent text-transform vertical-align visibility white-space width"
    " word-break word-spacing overflow-wrap word-wrap"
)
_STYLES = set(_STYLE_NAMES.split()) | {
    f"{what}-{side}{end}"
    for what, end in (("border", ""), ("padding", ""), ("border", "-color"), ("border", "-width"))
    for side in ("top", "right", "bottom", "left")
}
_TAG = re.compile(r"<[^<>]*+>")

# nh3 writes a text or an attribute in time in proportion to its length times the number of these
# characters in it (its serialiser looks for no-break spaces). So where there are many, marks cut
# the text in pieces, and are taken out again.
_SLOW = re.compile("[\u0080-\u00bf&]")
_SLOW_AT_ONCE = 1000
_PIECE_CHARS = 1000
_PIECE = re.compile(rf"(?:[^&]|&[#a-zA-Z0-9]*+;?){{1,{_PIECE_CHARS}}}+")
_TAG_OR_TEXT = re.compile(r'<[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+>|(?P<text>[^<]++)')
_MARK = '<wbr title="mayfly-piece">'


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML to show, and how many images were left out of it because they lie elsewhere."""

    html: str
    blocked_images: int


def sanitise(markup: str, images: Mapping[str, str], remote_images: bool = False) -> SafeHtml:
    """Safe HTML of a message: text, tables, colours, links and the mail's own images.

    `images` says where the images that the mail itself brings are: by `cid:` and Content-ID, or by
    what the HTML calls them. What `html` and `body` say of the whole goes to a block around it.
    Scripts, forms, frames, style sheets and everything that fetches are gone, but with
    `remote_images` the `img` of other places; they and links, which open in a new window, tell
    nobody where they were found. Links that name another place than they lead to say so
    (`mail.html.link_targets`). Of HTML longer than `MAX_SAFE_CHARS` the beginning is shown as text;
    so is HTML that becomes three times as long.
    """
    if len(markup) > MAX_SAFE_CHARS:
        return _as_text(markup)
    import nh3

    filtering = _Filter(images, remote_images)
    added = {"a": {"target": "_blank"}}
    if remote_images:
        added["img"] = {"referrerpolicy": "no-referrer"}
    cleaner = nh3.Cleaner(
        tags=set(TAGS),
        attributes={"*": set(_ATTRIBUTES) | {_BACKGROUND}, **_LINKS},
        attribute_filter=filtering,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values=added,
        url_schemes=_SCHEMES,
        filter_style_properties=_STYLES,
    )
    kept = _ATTRIBUTES | {_BACKGROUND, "href", "src"}
    parts = _in_pieces(balanced(markup, kept, with_roots=True))
    clean = marked(cleaner.clean(parts).replace(_MARK, ""))
    if len(clean) > 3 * MAX_SAFE_CHARS:
        return _as_text(markup)
    return SafeHtml(clean, 0 if remote_images else filtering.blocked_images)


class _Filter:
    """Decides on each attribute that nh3 would keep."""

    def __init__(self, images: Mapping[str, str], remote_images: bool) -> None:
        self._images = images
        self._remote_images = remote_images
        self.blocked_images = 0

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        if len(value) > _SLOW_AT_ONCE and len(_SLOW.findall(value)) > _SLOW_AT_ONCE:
            return None
        if name == "src":
            return self._image(value)
        if name == "href":
            return value if _LINK.match(value) else None
        if name == _BACKGROUND:
            self.blocked_images += 1
            return None
        return self._style(value) if name == "style" else value

    def _image(self, url: str) -> str | None:
        ours = self._images.get(url.strip())
        if ours is not None:
            return ours
        if _REMOTE.match(url):
            self.blocked_images += 1
            return self._remote(url.strip()) if self._remote_images else PLACEHOLDER
        if url.strip().lower().startswith("cid:"):
            return self._images.get(f"cid:{unquote(url.strip()[4:])}", PLACEHOLDER)
        return url if _PICTURE.match(url) else None

    def _remote(self, url: str) -> str:
        # A browser would look for what has no host at the place where the mail is shown.
        found = _ELSEWHERE.match(url)
        if found is None:
            return PLACEHOLDER
        return url if found["scheme"] else f"https:{url}"

    def _style(self, style: str) -> str:
        kept = []
        for declaration in style.split(";"):
            if not _FETCHING.search(declaration):
                kept.append(declaration)
            elif "url" in declaration.lower():
                self.blocked_images += 1
        return ";".join(kept)


def _in_pieces(balanced_markup: str) -> str:
    if len(_SLOW.findall(balanced_markup)) <= _SLOW_AT_ONCE:
        return balanced_markup
    pieces, left = [], _PIECE_CHARS
    for found in _TAG_OR_TEXT.finditer(balanced_markup):
        if found["text"] is None:
            pieces.append(found[0])
            continue
        # Counted across tags: a parser brings texts together from between the rows of a table.
        for piece in _PIECE.findall(found["text"]):
            left -= len(piece)
            if left < 0:
                pieces.append(_MARK)
                left = _PIECE_CHARS - len(piece)
            pieces.append(piece)
    return "".join(pieces)


def _as_text(markup: str) -> SafeHtml:
    text = unescaped(_TAG.sub(" ", markup[: MAX_SAFE_CHARS // 2]))
    return SafeHtml(f"<pre>{html.escape(text, quote=False)}</pre>", 0)
