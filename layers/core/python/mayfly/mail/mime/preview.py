"""The first words of a message, as a list of messages shows them."""

import re
from collections.abc import Iterator

# What senders put between the words they want to be seen and the rest: invisible characters.
_FILLER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]+"
)
# Runs of tags and blanks, passed in one step; not those that hide what follows them.
_TAGS = re.compile(
    r"(?:<(?!script|style|svg|template|title|!--)/?[a-z!?][^<>]*+>|\s++)++", re.IGNORECASE
)
_WITHIN_WORD = re.compile(
    r"</?(?:a|b|big|em|font|i|mark|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?>", re.IGNORECASE
)
_HIDES = re.compile(r"<(script|style|svg|template|title)\b", re.IGNORECASE)
_SOURCE_PER_CHAR = 8


def preview(text: str, html: str, max_chars: int, max_source: int) -> str:
    """The first words of the text, or else of what the html shows, on one line."""
    reach = max_chars + max_chars // 4
    words = _folded(text[:reach]) if text else ""
    if len(words) < max_chars and len(text) > reach:
        words = _folded(text[:max_source])
    if not words and html:
        words = _folded("".join(_visible(html[:max_source], max_chars * _SOURCE_PER_CHAR)))
    return words[:max_chars].rstrip()


def _folded(text: str) -> str:
    words = " ".join(text.split())
    if words.isascii() and words.isprintable():
        return words
    return " ".join(_FILLER.sub("", words).split())


def _visible(html: str, enough: int) -> Iterator[str]:
    """Pieces of visible text, until there is enough."""
    from html import unescape  # a large table, needed only where a message has no text

    at = 0
    while at < len(html) and enough > 0:
        tags = _TAGS.match(html, at)
        if tags:
            yield "" if _WITHIN_WORD.fullmatch(html, at, tags.end()) else " "
            at = tags.end()
            continue
        if html[at] == "<":
            piece, after = _past_hidden(html, at)
        else:
            opened = html.find("<", at)
            after = opened if opened >= 0 else len(html)
            piece = html[at:after]
        # Cut first: unescape refuses numbers of thousands of digits.
        yield unescape(piece[:enough]) if "&" in piece else piece[:enough]
        enough -= len(piece)
        at = after


def _past_hidden(html: str, opened: int) -> tuple[str, int]:
    """What to show for a "<" that opens no plain tag, and where the text goes on."""
    if html.startswith("<!--", opened):
        end = html.find("-->", opened + 4)
        return "", end + 3 if end >= 0 else len(html)
    hides = _HIDES.match(html, opened)
    if hides is None:
        return "<", opened + 1
    end_tag = re.compile(f"</{hides[1]}[^<>]*+>", re.IGNORECASE).search(html, hides.end())
    return " ", end_tag.end() if end_tag else len(html)
