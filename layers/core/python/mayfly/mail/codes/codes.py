"""The code of a message that is there to confirm something: which of its numbers that is, if any.

A number counts by the words that it stands with. What is called something else (an order, a phone),
what is called nothing, and what has a rival with as good a claim is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mayfly.mail.codes.doubts import bound_code, is_doubtful
from mayfly.mail.codes.labels import Label, is_asked_for, is_random, is_to_enter, is_year
from mayfly.mail.codes.shapes import (
    BARE,
    CANDIDATE,
    LINE_CHARS,
    MAY_HOLD_ONE,
    alone_in,
    is_grouped,
    without_addresses,
)
from mayfly.mail.codes.words import (
    IS,
    OTHER_NUMBER,
    OTHER_PURPOSE,
    OWN,
    PURPOSE,
    TO_CONFIRM,
    UNIT,
    folded,
)

_BOX = re.compile(r"[0-9A-Za-z]")
_PIECE = re.compile(r"\d{2,4}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{3,4}")
_PIECES = {2: (3, 4), 3: (2,), 4: (2,)}
"""How many pieces of a length make a code; more or fewer are a table of something."""
_GROUPS = re.compile(r"[0-9A-Z]{2,5}(?:-[0-9A-Z]{2,5}){1,2}")
_BETWEEN = frozenset({"-", "–", "—"})
_CHARS = range(4, 11)


def joined(lines: Sequence[str]) -> list[str]:
    """The lines without empty ones, with those joined that are one box or one piece of a code each.

    Boxes of digits get blanks between them, as if they stood on one line.
    """
    whole: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if len(line) == 1 and (_BOX.match(line) or (run and line in _BETWEEN)):
            run.append(line)
            continue
        whole += _of_boxes(run)
        run = []
        if line.strip():
            whole.append(line)
    return list(_of_pieces(whole))


def _of_boxes(run: list[str]) -> list[str]:
    if not _BETWEEN.isdisjoint(run):
        text = "".join("-" if each in _BETWEEN else each for each in run)
        return [text] if _GROUPS.fullmatch(text) and re.search(r"\d", text) else run
    if all(map(str.isdigit, run)):
        return [" ".join(run)] if run else []
    # Letters in the order of the alphabet lead to the pages of an index.
    is_code = any(map(str.isdigit, run)) or run != sorted(run)
    return ["".join(run)] if is_code and len(run) in _CHARS else run


def _of_pieces(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        length = len(lines[at]) if _PIECE.fullmatch(lines[at]) else 0
        end = at + 1
        while length and end < len(lines) and _is_piece(lines[end], length):
            end += 1
        pieces = [each for each in lines[at:end] if each not in _BETWEEN]
        is_code = length and lines[end - 1] not in _BETWEEN and len(pieces) in _PIECES[length]
        if is_code:
            yield (" " if len(pieces) == end - at else "-").join(pieces)
        else:
            yield from lines[at:end]
        at = end


def _is_piece(line: str, length: int) -> bool:
    return line in _BETWEEN or (len(line) == length and bool(_PIECE.fullmatch(line)))


BEFORE_CHARS = 160
NEAR_CHARS = 80
AFTER_CHARS = 80
LABEL_LINES = 4
"""How many lines above a number, alone on its own, may say what it is."""
NEAR_LINES = 3
ENOUGH, CERTAIN = 3, 9

_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d{4,8}|\d{2,4}(?:[ -]\d{2,4}){1,3}")
_AS_TYPED = str.maketrans({" ": "", "–": "-", "—": "-"})
_STARTS = re.compile(r"(?:^|[.!?:。！？։।>»\n]\s)\W*$")
_REMARK = re.compile(
    r"\W*|\s*[(（][^()]*[)）]?\W*"
    r"|\W*(?:copy|kopieren|copier|copiar|copia|kopiera|копировать)(?: \w+)?\W*"  # a button
)


@dataclass(frozen=True, slots=True)
class _Claim:
    code: str
    score: int

    @property
    def key(self) -> str:
        return self.code.replace("-", "").casefold()


def code_in(subject: str, bodies: Sequence[Sequence[str]], max_candidates: int) -> str | None:
    """The code that the subject or a body in lines clearly gives; None without one or with two.

    It is as the mail writes it, without blanks. Of each, so many candidates are looked at.
    """
    claims: list[_Claim] = []
    head = [without_addresses(subject)]
    for lines in [each for each in bodies if each] or [[]]:
        page = _Page(joined([without_addresses(each) for each in lines]), head[0])
        claims += page.claims(max_candidates)
        claims += _Page([*head, *page.lines[:10]], head[0], last=1).claims(max_candidates)
    named = {each.key for each in claims if ENOUGH <= each.score < CERTAIN}
    if named:  # a code bound to a place is certain, but not against what the mail says
        claims = [each for each in claims if each.score < CERTAIN or each.key in named]
    best = max((each.score for each in claims), default=0)
    codes = {each.key: each.code for each in reversed(claims) if each.score == best}
    return codes.popitem()[1] if best >= ENOUGH and len(codes) == 1 else None


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines of a message, and which of them may hold a code: all, or the first few."""

    lines: list[str]
    subject: str
    last: int | None = None

    def claims(self, most: int) -> list[_Claim]:
        bound = bound_code(self.lines[-1]) if self.lines and self.last is None else ""
        found = [_Claim(bound, CERTAIN)] if bound else []
        seen = 0
        for at, line in enumerate(self.lines[: self.last]):
            for candidate in CANDIDATE.finditer(line) if MAY_HOLD_ONE.search(line) else ():
                seen += 1
                if seen > most:
                    return found
                score = self._score(at, candidate)
                if score:
                    found.append(_Claim(candidate[0].translate(_AS_TYPED), score))
        return found

    def _score(self, at: int, candidate: re.Match[str]) -> int:
        line, code = self.lines[at], candidate[0]
        before = folded(line[max(0, candidate.start() - BEFORE_CHARS) : candidate.start()])
        after = folded(line[candidate.end() : candidate.end() + AFTER_CHARS])
        if UNIT.match(after) or is_doubtful(line, candidate, before, after):
            return 0
        label = Label.last_in(before)
        if label is None:
            if BARE.fullmatch(before) and _REMARK.fullmatch(after):
                return self._alone(at, code)
            starts = bool(_STARTS.search(before))
            if starts or not _DIGIT.search(before, max(0, len(before) - NEAR_CHARS)):
                label = Label.following(after, starts)
        if label is None and is_to_enter(before, after) and self._has_purpose(at):
            label = Label(is_plain=False, is_other=False, closeness=3)
        if label is None or label.is_other or not label.reaches(code):
            return 0
        if label.is_plain:
            is_told = bool(TO_CONFIRM.match(after)) or self._is_ones_own(at, code)
            if not self._has_purpose(at, is_told):
                return 0
        return label.closeness + (0 if label.is_plain else 1)

    def _alone(self, at: int, code: str) -> int:
        """What the lines around say of one that is only this number."""
        label, penalty = self._label_above(at), 0
        is_common = is_year(code) or (code.isalpha() and code.islower())
        if self._is_in_list(at, code) or (is_common and not self._is_announced(at, label)):
            return 0
        if label is None and at + 1 < len(self.lines):
            label = Label.first_in(folded(self.lines[at + 1][:AFTER_CHARS]))
        if label is None and at and is_asked_for(folded(self.lines[at - 1])):
            label = Label(is_plain=False, is_other=False, closeness=4)
        if label is None:
            label, penalty = Label.of_line(folded(self.subject)), 1
        if label is None and self._is_all(code):
            label = Label(is_plain=True, is_other=False, closeness=4)
        if label is None or label.is_other:
            return 0
        if label.is_plain and not self._has_purpose(at, self._is_ones_own(at, code)):
            return 0
        if code.isalpha():  # a word may stand alone too, so anything else has the better claim
            penalty += 2
        if label.is_plain and not (is_random(code) or is_grouped(code)):
            return 0
        return (4 if label.is_plain else 5) - penalty

    def _label_above(self, at: int) -> Label | None:
        """What the next line above says that says something; one that has its number does not."""
        is_apart = False
        for line in reversed(self.lines[max(0, at - LABEL_LINES) : at]):
            if alone_in(line):
                if is_apart:
                    return None
                continue
            label = Label.of_line(folded(line[-2 * BEFORE_CHARS :]))
            if label is not None:
                return label
            is_apart = True
        return None

    def _is_all(self, code: str) -> bool:
        """Whether the mail says nothing else than these digits, below its subject."""
        body = [each for each in self.lines if each != self.subject]
        return len(body) == 1 and bool(_DIGITS.fullmatch(code))

    def _is_announced(self, at: int, label: Label | None) -> bool:
        """Whether the line right above ends with `the login code is`, so that a year is none."""
        is_named = label is not None and not label.is_plain and not label.is_other
        return is_named and bool(IS.search(folded(self.lines[at - 1]) + " "))

    def _is_in_list(self, at: int, code: str) -> bool:
        """Whether another of its kind stands right above or below: codes to keep, or a table."""
        beside = [alone_in(each) for each in self.lines[max(0, at - 1) : at + 2]]
        return any(
            each and each != code and len(each) == len(code) and each.isdigit() == code.isdigit()
            for each in beside
        )

    def _has_purpose(self, at: int, is_told: bool = False) -> bool:
        near = self.lines[max(0, at - NEAR_LINES) : at + NEAR_LINES + 1]
        around = [folded(each[: LINE_CHARS // 4]) for each in (self.subject, *near)]
        says = is_told or any(map(PURPOSE.search, around))
        if PURPOSE.search(around[0]):  # what follows may be an advertisement then
            del around[2 + min(at, NEAR_LINES) :]
        return says and not any(map(OTHER_PURPOSE.search, around))

    def _is_ones_own(self, at: int, code: str) -> bool:
        """Whether `your code` is all that is said of these digits: of what else, one is told."""
        if not _DIGITS.fullmatch(code):
            return False
        around = [self.subject, *self.lines[max(0, at - 1) : at + 1]]
        lines = [folded(each[: LINE_CHARS // 4]) for each in around]
        return any(map(OWN.search, lines)) and not any(map(OTHER_NUMBER.search, lines))
