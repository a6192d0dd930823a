"""What a number in a message is called, by the words before and after it."""

import re
from dataclasses import dataclass, replace

from mayfly.mail.codes.shapes import is_grouped
from mayfly.mail.codes.words import CODE, ENTER, IS, IS_IT, OTHER_NUMBER, OWN, PLAIN_CODE, PURPOSE

LABEL_CHARS = 60
LOOSE_CHARS = 16
OTHER_CHARS = 24
FOLLOWING_CHARS = 60

_PROMOTION = re.compile(r"[A-Z]{3,}\d{1,2}|[A-Z]{4,}\d{1,4}|[A-Z]{3,}\d{1,3}[A-Z]{2,}")
_RARE = re.compile(r".+ [-–—] .+|\d{3}[.·]\d{3}|\d\d[ -]\d{3}|\d{3}[ -]\d\d")
_LETTERS = re.compile(r"[A-Za-z-]+")
_ISSUE = re.compile(r"[A-Z]{2,}-\d+")
_END_OF_SENTENCE = re.compile(r"(?<!\binc)(?<!\bltd)(?<!\bco)(?<!\bcorp)[.!?](?:\s|$)|[。！？;；]")
# What the code is for: `login code for About You is`. What is called a number is another one.
_PHRASE = re.compile(
    r"\s(?:for|at|from|with|in|on|of|to|fur|bei|pour|chez|de|para|per|di|voor|til|do|для|на|в)\s"
    r"(?![^,;:!?]*\b(?:number|num|no|id|nr|nummer|numero|номер)\b)[^,;:!?]{1,80}(?:[:：].*)?$"
)
_IT_IS = re.compile(r"\s?[.!]\s(?:it is|it's|here it is|(?:er|es) lautet)[\s:\"'“„]*")
_NUMBER = re.compile(r"\d{4}|\d[ -]\d")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BARE = re.compile(r"\W*")
_IN_BRACKETS = re.compile(r"^\s*[(（][^()（）]{0,60}[)）]")
_LETTER = re.compile(r"[^\W\d]")
_APART = re.compile(r"\d{3}|[.!?]\s|[|。！？;；\n]")
_UP_TO_IT = re.compile(r"[\s:\"'“„«(`]*")
_BELOW = re.compile(
    r"\b(?:below|following|unten|folgend\w*|suivant\w*|siguiente|seguente|seguinte)\b"
)
IS_OWN = "is your"
"""The gap of a code that its sentence begins with: `FB-48213 is your code`."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a number is called, and by what that is joined to it."""

    is_plain: bool
    is_other: bool
    closeness: int
    gap: str = ""

    @classmethod
    def last_in(cls, before: str) -> "Label | None":
        """The last thing that the words before a number name, if they name any."""
        named = _last(CODE, before)
        called = named or _last(PLAIN_CODE, before)
        others = _last(OTHER_NUMBER, before)
        if called is None:
            return None if others is None else cls(False, True, 0)
        gap = before[called.end() :]
        # One that has its number says nothing of the next.
        is_between = (
            others is not None
            and others.start() >= called.end()
            and not _DIGIT.search(before, others.end())
            and not (named and _PHRASE.match(gap) and IS.search(gap))
        )
        if is_between or (named is None and _qualified(called, others)):
            return cls(False, True, 0)
        if _BARE.fullmatch(gap):
            return cls(named is None, False, 4, gap)
        if _IT_IS.fullmatch(gap):
            return cls(named is None, False, 4, gap)
        if _END_OF_SENTENCE.search(gap):
            return None
        if IS.search(gap):
            return cls(named is None, False, 4, gap)
        is_loose = len(gap) <= LOOSE_CHARS and not _NUMBER.search(gap)
        return cls(named is None, False, 3, "loose") if is_loose else None

    @classmethod
    def of_line(cls, line: str) -> "Label | None":
        """What a line says that the number on a later one is, if it says."""
        named = _last(CODE, line)
        called = named or _last(PLAIN_CODE, line)
        others = _last(OTHER_NUMBER, line)
        if called is None:
            # A sentence may speak of orders and calls, a label is about the number.
            is_label = len(line) <= LABEL_CHARS or line.rstrip()[-1:] in (":", "：")
            return cls(False, True, 0) if others and is_label else None
        is_other = named is None and _qualified(called, others)
        return cls(named is None, is_other, 4)

    @classmethod
    def following(cls, after: str, starts: bool) -> "Label | None":
        """What a sentence says that the number is which it begins with, or which it has before.

        `starts` says whether the number begins the sentence; only what comes next names another.
        """
        remark = _IN_BRACKETS.match(after)
        if remark and not CODE.search(remark[0]) and not PLAIN_CODE.search(remark[0]):
            after = after[remark.end() :]
        is_it = IS_IT.match(after)
        if is_it:
            label = cls.first_in(after)
            is_own = _LETTER.search(is_it[0]) and OWN.match(
                after, is_it.end() + _blanks(after[is_it.end() :])
            )
            return None if label is None else replace(label, gap=IS_OWN if is_own else "loose")
        near = after[:FOLLOWING_CHARS] if starts else after
        at = _blanks(near)
        own = OWN.match(near, at)
        at = own.end() + _blanks(near[own.end() :]) if own else at
        named = CODE.search(near) if starts else CODE.match(near, at)
        called = named or PLAIN_CODE.match(near, at)
        if called is None or _END_OF_SENTENCE.search(after, 0, called.start()):
            return None
        if _DIGIT.search(after, 0, called.start()) or OTHER_NUMBER.search(after, 0, called.end()):
            return None
        return cls(named is None, False, 3, "loose")

    @classmethod
    def first_in(cls, after: str) -> "Label | None":
        """What the next words name, if they name a code."""
        end = _END_OF_SENTENCE.search(after)
        after = after[: end.start()] if end else after
        named = CODE.search(after)
        called = named or PLAIN_CODE.search(after)
        if called is None or (named is None and OTHER_NUMBER.search(after, 0, called.end())):
            return None
        return cls(named is None, False, 4)

    def reaches(self, code: str) -> bool:
        """Whether the words are close enough for what looks like a year, a word or a discount."""
        if is_year(code):
            return bool(IS.search(self.gap))
        if code.islower() and code.isalpha():
            return not self.is_plain and bool(IS.search(self.gap))
        if " " in code and not code.replace(" ", "").isdigit() and self.gap == "loose":
            return False
        if self.gap == IS_OWN and (
            _ISSUE.fullmatch(code) or (code.isalpha() and not code.islower())
        ):
            return code.count("-") == 1 or not self.is_plain
        if is_grouped(code) and self.gap != "loose":
            return True
        return is_random(code) or (not self.is_plain and self.gap not in ("loose", IS_OWN))


def is_to_enter(before: str, after: str) -> bool:
    """Whether a sentence asks to enter just this number, and says what that confirms."""
    asked = _last(ENTER, before)
    if asked is None or not _UP_TO_IT.fullmatch(before, asked.end()):
        return False
    begins = max((each.end() for each in _END_OF_SENTENCE.finditer(before)), default=0)
    end = _END_OF_SENTENCE.search(after)
    sentence = f"{before[begins:]} {after[: end.start()] if end else after}"
    return bool(PURPOSE.search(sentence)) and not OTHER_NUMBER.search(sentence)


def is_asked_for(line: str) -> bool:
    """Whether a line asks to enter what stands below it, and says what that confirms."""
    is_before = line.rstrip()[-1:] in (":", "：") or _BELOW.search(line)
    asks = is_before and ENTER.search(line) and PURPOSE.search(line)
    return bool(asks) and not OTHER_NUMBER.search(line)


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip(" \"'”»)]」』】"))


def _qualified(called: re.Match[str], others: re.Match[str] | None) -> bool:
    """Whether the word for a code is that of another kind: `promo code`."""
    if others is None or others.start() > called.start():
        return False
    between = others.string[others.end() : called.start()]
    return len(between) <= OTHER_CHARS and not _APART.search(between)


def is_year(code: str) -> bool:
    """Whether it may be a year of ours."""
    return bool(_YEAR.fullmatch(code))


def is_random(code: str) -> bool:
    """Whether it is no word, discount, number of an issue or sum of money, by its looks."""
    return not any(each.fullmatch(code) for each in (_LETTERS, _ISSUE, _PROMOTION, _RARE))


def _last(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(words.finditer(text), key=lambda found: found.end(), default=None)
