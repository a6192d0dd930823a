"""What shows that something with the looks of a code is none, whatever it is called.

It may be a half of a code, one of several to keep, or the time when a code ends.
"""

import re

from mayfly.mail.codes.words import PLAIN_CODE, TIME, TIME_AFTER, folded

NEAR_CHARS = 24
"""No code is longer, nor the word beside it."""

_GROUP_BEFORE = re.compile(r"(?<![\w-])([A-Z\d]{2,10}) $")
_GROUP_AFTER = re.compile(r" ([A-Z\d]{2,10})(?![\w-])")
_LAST_AFTER = re.compile(r" ([A-Z]{3,10}|[a-z\d]{3,10})[\s.!]{0,5}$")
_SAID = re.compile(r"(?:[:：]| (?:is|ist|est|es|é|è|je|er|to|lautet)) $")
_DIGITS = re.compile(r"[\d -]+")
_NEXT = r"(?:\s?[,;/|、，]\s?|\s(?:and|or|und|oder|et|ou|y|o|e|en|og|och|и)\s|\s)"
_NEXT_AFTER = re.compile(_NEXT + r"([\w-]{4,24})(?![\w-])")
_NEXT_BEFORE = re.compile(r"(?<![\w-])([\w-]{4,24})" + _NEXT + "$")
_LETTER = re.compile(r"[^\W\d_]")
_BOUND = re.compile(
    r"\s*@(?:(?:[a-z\d-]{1,63}\.){1,10}[a-z][a-z\d-]{1,62}|localhost)(?::\d{1,5})?"
    r" #([a-z\d-]{4,10})(?: [@%][a-z\d.-]{1,253})?\s*",
    re.IGNORECASE,
)
_HASHTAG = re.compile(
    r"[a-z-]{3,}\d{1,4}|\d{1,4}[a-z-]{3,}|[a-z-]+\d{1,2}[a-z-]+|(?:19|20)\d\d", re.IGNORECASE
)


def bound_code(line: str) -> str:
    """The code of the last line of an origin-bound message (WICG); empty if it is another line.

    Its host has a dot or is `localhost`. What may be a word or a year is a hashtag.
    """
    found = _BOUND.fullmatch(line) if "#" in line else None
    is_code = found and any(map(str.isdigit, found[1])) and not _HASHTAG.fullmatch(found[1])
    return found[1] if found and is_code else ""


def is_doubtful(line: str, candidate: re.Match[str], before: str, after: str) -> bool:
    """Whether the candidate in a line, between these folded words, is no code by itself."""
    is_part = _is_half(line, candidate) or _is_one_of_several(line, candidate)
    return is_part or _is_time(candidate[0], before, after)


def _is_half(line: str, candidate: re.Match[str]) -> bool:
    """Whether a group of capitals or digits beside it makes one code with it: `ABCD EFGH`."""
    code = candidate[0]
    ending = _LAST_AFTER.match(line, candidate.end())
    if ending and len(ending[1]) == len(code) and (code.isdigit() or code.islower()):
        return ending[1].isupper() if code.isdigit() else True
    if not code.isupper() and not code.isdigit():
        return False
    before = line[max(0, candidate.start() - NEAR_CHARS) : candidate.start()]
    after = _GROUP_AFTER.match(line, candidate.end(), candidate.end() + NEAR_CHARS)
    if after and (code.isalpha() or _are_alike(code.rpartition(" ")[2], after[1])):
        return True
    group = _GROUP_BEFORE.search(before)
    if group is None or PLAIN_CODE.search(folded(group[1])):
        return False
    is_said = bool(_SAID.search(before[: group.start()]))
    return _are_alike(code.partition(" ")[0], group[1]) or (is_said and len(group[1]) == len(code))


def _are_alike(code: str, other: str) -> bool:
    """Whether they are as long and hold letters: digits beside a word are not of one code."""
    return len(code) == len(other) and not (code.isdigit() or (other.isdigit() and code.isdigit()))


def _is_one_of_several(line: str, candidate: re.Match[str]) -> bool:
    """Whether another of the same shape stands right beside it: codes to keep, or a table."""
    shape = _shape(candidate[0])
    before = line[max(0, candidate.start() - 2 * NEAR_CHARS) : candidate.start()]
    beside = (
        _NEXT_BEFORE.search(before),
        _NEXT_AFTER.match(line, candidate.end(), candidate.end() + 2 * NEAR_CHARS),
    )
    return any(
        each
        and each[1] != candidate[0]
        and _shape(each[1]) == shape
        and any(map(str.isdigit, each[1]))
        for each in beside
    )


def _shape(code: str) -> tuple[int, int, bool]:
    return len(code), code.find("-"), code.isdigit()


def _is_time(code: str, before: str, after: str) -> bool:
    """Whether the folded words around say when something ends: `valid until 1430`."""
    is_it = TIME.search(before[-NEAR_CHARS:]) or TIME_AFTER.match(after)
    return bool(_DIGITS.fullmatch(code) and is_it)
