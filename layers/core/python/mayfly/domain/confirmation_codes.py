"""The code of a mail that is there to confirm something: which of its numbers that is, if any.

A number counts by the words that it stands with. What is called something else (an order, a phone),
what is called nothing, and what has a rival with as good a claim is none.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mayfly.domain.confirmation_labels import Label, is_random, is_year
from mayfly.domain.confirmation_words import (
    ENTER,
    OTHER_PURPOSE,
    PURPOSE,
    TO_CONFIRM,
    UNIT,
    folded,
)

BEFORE_CHARS = 80
AFTER_CHARS = 80
LABEL_LINES = 4
"""How many lines above a number, alone on its own, may say what it is."""
NEAR_LINES = 3
LINE_CHARS = 2_000
ENOUGH = 3

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
_DIGITS = str.maketrans(
    {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966) for digit in range(10)}
)
_URL = re.compile(r"(?:https?://|www\.)[\x21-\x7e]*+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}+@[\w.-]++")
_SHAPES = (
    r"[A-Z]{1,3}-\d{4,8}"  # G-482913
    r"|\d{3,4}([ -])\d{3,4}(?:\1\d{3,4})?|\d\d([ -])\d\d\2\d\d(?:\2\d\d)?"
    r"|\d(?: \d){3,7}(?! \d(?!\d))|\d{4,8}"
    r"|[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5}){1,2}"
    r"|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])(?:[A-Z0-9]{5,10}|[a-z0-9]{5,10})"
)
_CANDIDATE = re.compile(
    # Nothing that is a piece of something longer: a word, a date, a price, an IP address.
    rf"(?<![A-Za-zÀ-ɏЀ-ӿ\d*•_/\\@+=…])(?<!\d[.,:()-])(?<!\d[ -])(?<![.,#]\d)(?<![#.$€£¥-])"
    rf"(?:{_SHAPES})"
    r"(?![A-Za-zÀ-ɏЀ-ӿ\d_/\\@*%$€£¥])(?![-.,:]\d)(?! \d{3,4}(?!\d))(?!-[A-Za-z\d])"
)
_STRESSED = re.compile(r"(\*\*?|__?)([^*_\s][^*_]{0,40})\1")
_BARE = re.compile(r"\W*")
_REMARK = re.compile(r"\W*|\s*[(（][^()]*[)）]?\W*")


@dataclass(frozen=True, slots=True)
class _Claim:
    code: str
    score: int

    @property
    def key(self) -> str:
        return self.code.replace("-", "").casefold()


def plain(line: str) -> str:
    """The line in compatible characters (NFKC), its digits those of ASCII, nothing invisible."""
    if line.isascii():
        return line
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", line)).translate(_DIGITS)


def code_in(subject: str, bodies: Sequence[Sequence[str]], max_candidates: int) -> str | None:
    """The code that the subject or a body in lines clearly gives; None without one or with two.

    It is as the mail writes it, without blanks. Of each, so many candidates are looked at.
    """
    claims: list[_Claim] = []
    head = [_line(subject)]
    for lines in bodies:
        page = _Page(_joined([_line(each) for each in lines]), head[0])
        claims += page.claims(max_candidates)
        claims += _Page([*head, *page.lines[:10]], head[0], last=1).claims(max_candidates)
    best = max((each.score for each in claims), default=0)
    codes = {each.key: each.code for each in reversed(claims) if each.score == best}
    return codes.popitem()[1] if best >= ENOUGH and len(codes) == 1 else None


def _line(text: str) -> str:
    shown = _STRESSED.sub(r"\2", plain(text[:LINE_CHARS]))
    return _EMAIL.sub(" @ ", _URL.sub(" @ ", shown)) if "@" in shown or "." in shown else shown


def _joined(lines: list[str]) -> list[str]:
    """Lines of one digit each, as of a table with a cell for each, become one line."""
    joined: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if len(line) == 1 and line.isdigit():
            run.append(line)
            continue
        if run:
            joined.append(" ".join(run))
            run = []
        if line.strip():
            joined.append(line)
    return joined


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines of a mail, and which of them may hold a code: all, or the first few."""

    lines: list[str]
    subject: str
    last: int | None = None

    def claims(self, most: int) -> list[_Claim]:
        found: list[_Claim] = []
        seen = 0
        for at, line in enumerate(self.lines[: self.last]):
            for candidate in _CANDIDATE.finditer(line):
                seen += 1
                if seen > most:
                    return found
                score = self._score(at, candidate)
                if score:
                    found.append(_Claim(candidate[0].replace(" ", ""), score))
        return found

    def _score(self, at: int, candidate: re.Match[str]) -> int:
        line, code = self.lines[at], candidate[0]
        before = folded(line[max(0, candidate.start() - BEFORE_CHARS) : candidate.start()])
        after = folded(line[candidate.end() : candidate.end() + AFTER_CHARS])
        if UNIT.match(after):
            return 0
        label = Label.last_in(before)
        if label is None:
            if _BARE.fullmatch(before) and _REMARK.fullmatch(after):
                return self._alone(at, code)
            label = Label.following(after)
        if label is None and ENTER.search(before) and TO_CONFIRM.match(after):
            label = Label(is_plain=False, is_other=False, closeness=3)
        if label is None or label.is_other or not label.reaches(code):
            return 0
        if label.is_plain and not self._has_purpose(at):
            return 0
        return label.closeness + (0 if label.is_plain else 1)

    def _alone(self, at: int, code: str) -> int:
        """What the lines around say of one that is only this number."""
        if is_year(code):
            return 0
        label, penalty = None, 0
        for line in reversed(self.lines[max(0, at - LABEL_LINES) : at]):
            label = Label.of_line(folded(line[-2 * BEFORE_CHARS :]))
            if label is not None:
                break
        if label is None and at + 1 < len(self.lines):
            label = Label.first_in(folded(self.lines[at + 1][:AFTER_CHARS]))
        if label is None:
            label, penalty = Label.of_line(folded(self.subject)), 1
        if label is None or label.is_other or (label.is_plain and not self._has_purpose(at)):
            return 0
        if not is_random(code) and label.is_plain:
            return 0
        return (4 if label.is_plain else 5) - penalty

    def _has_purpose(self, at: int) -> bool:
        near = self.lines[max(0, at - NEAR_LINES) : at + NEAR_LINES + 1]
        around = [folded(each[: LINE_CHARS // 4]) for each in (self.subject, *near)]
        return any(map(PURPOSE.search, around)) and not any(map(OTHER_PURPOSE.search, around))
