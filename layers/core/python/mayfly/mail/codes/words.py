"""The words by which messages speak of codes to confirm with, in many languages.

They stand in `languages/`, a file for each language (its README says how), and are compared folded
(`folded`): in lower case and without accents, so `Código` is `codigo`. Each table is one regular
expression. A word of an alphabet begins at a word's beginning, and may go on (`bestell` is in
`Bestellnummer`); scripts without blanks match anywhere.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from mayfly.kit.word_lists import lists_in

_LANGUAGES = Path(__file__).with_name("languages")
_BEGINNING = "(?<![a-z0-9а-яёіїєґα-ω])"
_CJK = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that Unicode does not take apart.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
_ACCENTED = re.compile("[^\x00-\x7f]")
_ALPHABETS = re.compile("[a-z\u00df-\u024f\u0259\u0370-\u052f]")
_OTHER_SCRIPTS = re.compile("[\u0530-\U0003ffff]")
_ESCAPES = re.compile(r"\\[a-zA-Z]")
_FIRST_OF = re.compile(r"\(\?:([^()]*)\)(?![?*+{])")


def folded(text: str) -> str:
    """The text as the tables have it."""
    text = text.casefold()
    if not _ACCENTED.search(text):
        return text
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


def _sections() -> dict[str, list[str]]:
    """What the files of all languages have in their sections, folded, each thing once."""
    sections: dict[str, dict[str, None]] = defaultdict(dict)
    for file in sorted(_LANGUAGES.glob("*.txt")):
        for name, lines in lists_in(file).items():
            sections[name] |= dict.fromkeys(map(folded, lines))
    return {name: list(entries) for name, entries in sections.items()}


def _pieces(entry: str) -> Iterator[str]:
    """Its alternatives, those of a group at its beginning too, so that each has a first letter."""
    depth, start = 0, 0
    for at, sign in enumerate(entry):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            yield from _pieces(entry[start:at])
            start = at + 1
    last = entry[start:]
    group = _FIRST_OF.match(last)
    if group is None:
        yield last
    else:
        tail = last[group.end() :]
        for first, rests in _by_first(group[1].split("|")):
            yield f"{first}(?:{'|'.join(rests)}){tail}" if first else f"(?:{'|'.join(rests)}){tail}"


def _by_first(pieces: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """What follows each first letter; as they are, those that begin with no plain one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for each in dict.fromkeys(pieces):
        is_plain = each[:1].isalnum() and each[1:2] not in ("?", "*", "+", "{")
        groups[each[0] if is_plain else ""].append(each[1:] if is_plain else each)
    yield from groups.items()


def _by_first_letter(pieces: Iterator[str]) -> str:
    """One expression that looks at a letter once, not once for each of some hundred words."""
    groups = dict(_by_first(pieces))
    whole = groups.pop("", [])
    joined = (f"{first}(?:{'|'.join(rests)})" for first, rests in groups.items())
    return "|".join([*joined, *whole])


_SECTIONS = _sections()


def entries(section: str) -> list[str]:
    """The folded lines of a section, of all languages."""
    return _SECTIONS[section]


def _by_script(section: str) -> tuple[list[str], list[str]]:
    """The lines that match from the beginning of a word, and those that match anywhere."""
    words: list[str] = []
    anywhere: list[str] = []
    for each in entries(section):
        bare = _ESCAPES.sub("", each)
        is_word = _ALPHABETS.search(bare) and not _OTHER_SCRIPTS.search(bare)
        (words if is_word and each[0] not in "*\\[" else anywhere).append(each.removeprefix("*"))
    return words, anywhere


def _one_of(section: str) -> re.Pattern[str]:
    words, rest = (
        _by_first_letter(piece for each in lines for piece in _pieces(each))
        for lines in _by_script(section)
    )
    joined = rf"{_BEGINNING}(?:{words})"
    return re.compile(f"{joined}|{rest}" if rest else joined)


CODE = _one_of("code")
"""What a code to confirm with is called: these say what it is for."""

PLAIN_CODE = _one_of("plain code")
"""What may be a code for anything: a discount, a parcel, a place."""

PURPOSE = _one_of("purpose")
"""What people confirm with a code: who they are, that an address is theirs, a login."""

OWN = _one_of("own")
"""What says that a code is the reader's own: with nothing else said, it is there to confirm."""

ENTER = _one_of("enter")
"""What people are asked to do with a number that is not even called a code."""

OTHER_NUMBER = _one_of("other number")
"""What other numbers are called: right before one, they say that it is no code."""

OTHER_PURPOSE = _one_of("other purpose")
"""What other codes are for, which are called just that: a sale, a journey, a parcel."""

TIME = re.compile(rf"(?:{_one_of('time').pattern})\W*$")
"""What the time stands after until which a code is good."""

TIME_AFTER = re.compile(rf"\s?(?:{_one_of('time after').pattern.removeprefix(_BEGINNING)})")
"""What stands after such a time."""

_WORDS, _REST = map("|".join, _by_script("unit"))
UNIT = re.compile(
    rf"\s?(?:(?:{_WORDS})\b(?! (?:\w+ )?\w*(?:kode|code|kod)\w*\b)"
    rf"|(?:{_REST})(?:(?<![{_CJK}])|(?=[^{_CJK}]|$|{'|'.join(entries('after unit'))})))"
)
"""What a number is followed by that counts or costs something."""

_WORDS, _REST = map("|".join, _by_script("is"))
IS = re.compile(rf"(?:[:=>→\-–—]|\b(?:{_WORDS})\s|{_REST})[\s\"'“”«»「」『』【】\[\](<`]*$")
"""What stands between the word for a code and the code itself."""

IS_IT = re.compile(
    r"[\s\"'“”«»」』】\])>.`]*"
    rf"(?:[\-–—:]|[(【「]|{'|'.join(entries('is it'))})(?![a-z])"
)
"""How a sentence goes on that begins with the code: `482913 is your code`."""

TO_CONFIRM = re.compile(
    rf"[^.!?]{{0,30}}\s(?:{'|'.join(entries('to'))})\s(?:\w{{1,12}}\s)?"
    rf"(?:{'|'.join(entries('to confirm'))})"
)
"""What people are asked to do something with a number for."""
