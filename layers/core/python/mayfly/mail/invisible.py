"""Characters that nobody sees: taken out of what a program reads, as instructions hide in them."""

import re
from typing import NamedTuple


class Shown(NamedTuple):
    """A text without what nobody sees; whether something was there that may have said something."""

    text: str
    had_hidden: bool


_JOINED_SCRIPTS = "\u0600-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af"
# A joiner between letters of scripts that need it, or between pictures; one selector after a sign.
_MEANT = re.compile(
    rf"(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d](?=[{_JOINED_SCRIPTS}])"
    "|(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
    "|(?<=[#*0-9\u00a9\u00ae\u2000-\u3300\U0001f000-\U0001faff])[\ufe0e\ufe0f](?![\ufe00-\ufe0f])"
)
# What says nothing by itself: soft hyphens, marks of direction, fillers of preview lines.
_PADDING = "\u00ad\u034f\u200e\u200f\u061c\u2800\ufeff"
_UNSEEN = re.compile(
    f"[{_PADDING}]|(?P<hidden>[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])"
)


def shown(text: str) -> Shown:
    """The text as a person sees it, in time in proportion to its length."""
    if text.isascii() and text.isprintable():
        return Shown(text, False)
    had_hidden = False

    def replaced(found: re.Match[str]) -> str:
        nonlocal had_hidden
        if _MEANT.match(found.string, found.start()):
            return found[0]
        had_hidden = had_hidden or found["hidden"] is not None
        return ""

    return Shown(_UNSEEN.sub(replaced, text), had_hidden)
