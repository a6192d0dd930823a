"""The link of an email that confirms an address, a registration, a new password or a login.

It counts by its own words, those around it and what its address looks like. What only leads
somewhere, and what has a rival with as good a claim, is none.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from mayfly.mail.codes.link_places import NEAR_CHARS, Place, places_of_html, places_of_text
from mayfly.mail.codes.words import entries, folded

_BETWEEN = r"(?:\W{1,3}\w{1,20}){0,3}\W{1,3}"


def _pattern(entry: str) -> str:
    """What is done … to what, with a few words between; or a phrase as it is."""
    first, dots, second = entry.partition(" ... ")
    return rf"\b(?:{first}){_BETWEEN}(?:{second})" if dots else entry


def _one_of(section: str) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, entries(section))))


# The words stand in `languages/` in sections that begin with `link`, folded as in `words`.
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
"""What is said of links in messages that confirm nothing."""

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


__all__ = ["link_in", "places_of_html", "places_of_text"]

ENOUGH = 5

_EDGES = " .!:…→›»>«‹<|*-–—"
_SEPARATORS = re.compile(r"[/?=&]")
_DIGIT = re.compile(r"\d")
_CAMPAIGN = re.compile(r"\butm_\w{1,20}=[^&]*+")
_KEY = re.compile(r"(?:token|key|code|otp)=\w{3}", re.IGNORECASE)
_SHORT = re.compile(r"(?!(?:19|20)\d\d$)(?=[^\d]{0,40}\d)[\w:.~-]{3,}")
_SENTENCE = re.compile(r"[.!?]\s|[。！？]")
SECRET_CHARS = 16
SECRET_DIGITS = 6


def link_in(subject: str, places: Sequence[Place]) -> str | None:
    """The link that clearly confirms something; None without one or with two."""
    if not places:
        return None
    about = folded(subject[:NEAR_CHARS])
    asked = 1 if CONFIRM.search(about) or GO_IN.match(about) else 0
    around = _Around()
    scores: dict[str, int] = {}
    for place in places:
        score = _score(place, asked, around)
        scores[place.url] = max(score, scores.get(place.url, 0))
    best = max(scores.values(), default=0)
    found = [url for url, score in scores.items() if score == best]
    return found[0] if best >= ENOUGH and len(found) == 1 else None


def _score(place: Place, asked: int, around: "_Around") -> int:
    try:
        parts = urlsplit(place.url)
    except ValueError:
        return 0
    words = folded(place.words).strip(_EDGES)
    where = _CAMPAIGN.sub("", f"{parts.path}?{parts.query}")
    is_url = "://" in words
    leads_away = not is_url and (NOT_CONFIRM.search(words) or NOT_YOURS.search(words))
    is_social = not parts.hostname or SOCIAL.search(parts.hostname)
    if is_social or NOT_PATH.search(where.lower()) or leads_away:
        return 0
    path = _path(where)
    says = not is_url and bool(CONFIRM.search(words))
    goes_in = bool(GO_IN.match(words))
    is_go = words.partition(" to ")[0] in GO
    near = _near(place, is_url or not words, path, around)
    near = near or (2 if asked and (goes_in or (path and is_go)) else 0)
    if not says and not (near and (is_url or not words or is_go or goes_in)):
        return 0
    of_others = (place.before or _question(place.above), "".join(_sentence(place)))
    if any(around.speak_of(NOT_YOURS, each) for each in of_others):
        return 0
    secret = _has_secret(where, path)
    is_clear = secret or path == 2 or (path and says)
    return asked + 4 * says + near + path + secret if is_clear else 0


def _near(place: Place, is_bare: bool, path: int, around: "_Around") -> int:
    """What the words around say: more if they ask the reader to open just this address."""
    before, after = _sentence(place)
    nearby = before + after
    speaks = around.speak_of(CONFIRM, nearby)
    leads = before.rstrip()[-1:] in (":", "：") or around.speak_of(ASKED, nearby)
    if is_bare and speaks and leads and not around.speak_of(NOT_CONFIRM, nearby):
        return 4
    if speaks or around.speak_of(CONFIRM, place.above) or around.speak_of(CONFIRM, place.before):
        return 2
    last = place.above.rpartition("\n")[2]
    return 2 if is_bare and path and GO_IN.match(folded(last)) else 0


def _sentence(place: Place) -> tuple[str, str]:
    """What its sentence says before the link and after; or the line above that leads to it."""
    before = place.before
    if len(before.strip()) < 3:
        lines = [each for each in place.above.split("\n") if each.strip()]
        last = lines[-1].rstrip() if lines else ""
        before = last if last[-1:] in (":", "：") else ""
    after = _SENTENCE.split(place.after, 1)[0]
    return _SENTENCE.split(before)[-1], after


def _path(where: str) -> int:
    """What the address says: 2 that it confirms something, 1 that it is about accounts."""
    if CONFIRM_PATH.search(folded(unquote(where))):
        return 2
    return 1 if LOGIN_PATH.search(where.lower()) else 0


def _has_secret(where: str, path: int) -> bool:
    """Whether it has something of this one message; a short one, if the address says what it is."""
    pieces = _SEPARATORS.split(where)
    if any(map(_is_secret, pieces)) or (path and _KEY.search(where)):
        return True
    return path == 2 and any(map(_SHORT.fullmatch, pieces[-4:]))


def _is_secret(piece: str) -> bool:
    """Whether a piece of an address is too random to be guessed, or a number."""
    digits = len(_DIGIT.findall(piece))
    return digits > 0 and (len(piece) >= SECRET_CHARS or len(piece) == digits >= SECRET_DIGITS)


def _question(above: str) -> str:
    last = above.rpartition("\n")[2].strip()
    return last if last[-1:] in "?？:：" else ""


class _Around:
    """What the lines around links say: many links have the same lines."""

    def __init__(self) -> None:
        self._known: dict[tuple[re.Pattern[str], str], bool] = {}

    def speak_of(self, words: re.Pattern[str], text: str) -> bool:
        """Whether the words are in the text."""
        key = (words, text)
        if key not in self._known:
            self._known[key] = bool(words.search(folded(text)))
        return self._known[key]
