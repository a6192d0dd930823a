"""The words of links that confirm something, and of those that do not, in many languages.

They stand in `languages/` in sections that begin with `link`, and are folded as in `words`.
"""

import re

from mayfly.mail.codes.words import entries

_BETWEEN = r"(?:\W{1,3}\w{1,20}){0,3}\W{1,3}"


def _said(entry: str) -> str:
    """What is done … to what, with a few words between; or a phrase as it is."""
    first, dots, second = entry.partition(" ... ")
    return rf"\b(?:{first}){_BETWEEN}(?:{second})" if dots else entry


def _one_of(section: str) -> re.Pattern[str]:
    return re.compile("|".join(map(_said, entries(section))))


CONFIRM = _one_of("link to confirm")
"""What is confirmed, or set anew, and that it is."""

GO = frozenset(entries("link words"))
"""All that such a link may say when the words around it say the rest."""

ASKED = re.compile(rf"(?<!\w)(?:{_one_of('link asked').pattern})")
"""What the reader is asked to do with a link."""

GO_IN = re.compile(r"(?:sign|log)[- ]?in to ")

NOT_CONFIRM = _one_of("link elsewhere")
"""What links say that lead elsewhere."""

NOT_YOURS = _one_of("link not yours")
"""What is said of links for those who asked for nothing."""

CONFIRM_PATH = _one_of("link path")
"""What the address of such a link has in it."""

SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|fb|twitter|x|instagram|linkedin|youtube|tiktok|pinterest|whatsapp|t|vk"
    r"|weibo|medium|discord|reddit|threads|apps\.apple|itunes\.apple|play\.google)"
    r"\.(?:com|me|gg|co|net)$"
)
NOT_PATH = re.compile(
    r"unsub|optout|opt-out|privacy|/terms|/help|/support|/faq|preferences"
    r"|\.(?:png|jpe?g|gif|webp|svg|css|js|pdf|ico|woff2?)(?:$|\?)"
)
LOGIN_PATH = re.compile(r"sign[-_]?in|log-?in|auth|register|sign-?up|ticket|token")
