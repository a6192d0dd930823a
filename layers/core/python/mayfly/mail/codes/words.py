"""The words by which mails speak of codes to confirm with, in many languages.

They stand in `languages/`, a file for each language (its README says how), and are compared folded
(`folded`): in lower case and without accents, so `Código` is `codigo`. Each table is one regular
expression. A word of an alphabet begins at a word's beginning, and may go on (`bestell` is in
`Bestellnummer`); scripts without blanks match anywhere.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files

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
    for file in sorted(
        files("mayfly.mail.codes").joinpath("languages").iterdir(), key=lambda f: f.name
    ):
        if not file.name.endswith(".txt"):
            continue
        section = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if (
                line.startswith("[")
                and line.endswith("]")
                and line[1:-1].replace(" ", "").isalpha()
            ):
                section = line[1:-1]
            elif line and not line.startswith("#"):
                sections[section][folded(line)] = None
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


def _one_of(entries: list[str]) -> re.Pattern[str]:
    spaced: list[str] = []
    anywhere: list[str] = []
    for each in entries:
        bare = _ESCAPES.sub("", each)
        is_word = _ALPHABETS.search(bare) and not _OTHER_SCRIPTS.search(bare)
        (spaced if is_word and each[0] not in "*\\[" else anywhere).append(each.removeprefix("*"))
    words = _by_first_letter(piece for each in spaced for piece in _pieces(each))
    rest = _by_first_letter(piece for each in anywhere for piece in _pieces(each))
    joined = rf"(?<![a-z0-9а-яёіїєґα-ω])(?:{words})"
    return re.compile(f"{joined}|{rest}" if rest else joined)


_SECTIONS = _sections()
_WORDS = {name: _one_of(lines) for name, lines in _SECTIONS.items() if not name.startswith("link")}


def entries(section: str) -> list[str]:
    """The folded lines of a section, of all languages."""
    return _SECTIONS[section]


CODE = _WORDS["code"]
"""What a code to confirm with is called: these say what it is for."""

PLAIN_CODE = _WORDS["plain code"]
"""What may be a code for anything: a discount, a parcel, a place."""

PURPOSE = _WORDS["purpose"]
"""What people confirm with a code: who they are, that an address is theirs, a login."""

OWN = _WORDS["own"]
"""What says that a code is the reader's own: with nothing else said, it is there to confirm."""

ENTER = _WORDS["enter"]
"""What people are asked to do with a number that is not even called a code."""

OTHER_NUMBER = _WORDS["other number"]
"""What other numbers are called: right before one, they say that it is no code."""

OTHER_PURPOSE = _WORDS["other purpose"]
"""What other codes are for, which are called just that: a sale, a journey, a parcel."""

TIME = re.compile(rf"(?:{_WORDS['time'].pattern})\W*$")
"""What the time stands after until which a code is good."""

TIME_AFTER = re.compile(
    rf"\s?(?:{_WORDS['time after'].pattern.replace('(?<![a-z0-9а-яёіїєґα-ω])', '')})"
)
"""What stands after such a time."""

UNIT = re.compile(
    folded(
        r"\s?(?:(?:min(?:s|utes?|uten?|uti|utos?|ut[ay]?|uut\w*)?|sek(?:und\w{0,3})?|sec(?:s|onds?)?|hours?"
        r"|std|stunden?|days?|tagen?|tage?|weeks?|months?|years?|horas?|heures?|jours?|giorn[io]|ore"
        r"|dni|godz\w*|dakika|saat|gün|мин(?:ут\w?)?|час(?:а|ов)?|дн(?:я|ей|і|ів)|сек(?:унд\w?)?"
        r"|хвил\w*|годин\w?|phút|menit|jam|uur|dage?n?|usd|eur|euros?|gbp|chf|zł|kč|kr|tl|руб\w*"
        r"|грн|kg|km|gb|mb|kb|px|points?|punkte|users?|people|customers|downloads|stars|times|steps"
        r"|views|followers|items)\b(?! (?:\w+ )?\w*(?:kode|code|kod)\w*\b)"
        r"|[%€$£¥₽₹]|(?:分(?!の)|分钟|分鐘|秒|秒钟|秒鐘|小时|小時|天|時間|日|年|円|元|원|시간|분|일|년)"
        r"(?=[^\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]|$|以?内|之内|以|间|間|後|后|前|有效|まで|が|で|は"
        r"|이내|간|동안|후|전|에|까지|은|의|を|の)"
        r"|دقيق|ساع|דקות|นาที)"
    )
)
"""What a number is followed by that counts or costs something."""

IS = re.compile(
    folded(
        r"(?:[:：=>→\-–—]|\b(?:is|as|lautet|ist|est|es|é|è|(?:ny|kod|nia|go|pu) to|jest|on|är|er|je"
        r"|este|ini|adalah|olarak|is de|là|είναι|ni)\s|は|为|為|是|는|은|이|हे|है|هو|هي|הוא|คือ)"
        r"[\s\"'“”«»「」『』【】\[\](<`]*$"
    )
)
"""What stands between the word for a code and the code itself."""
IS_IT = re.compile(
    folded(
        r"[\s\"'“”«»」』】\])>.`]*(?:[\-–—:]|is|as (?:your|the)|ist|est|es|é|è|to|jest|on|är|er|je"
        r"|este|adalah|là|είναι"
        r"|が|は|是|为|為|입니다|हे|है|هو|هي|הוא|คือ|ваш|kodunuz|olarak|[(（【「])(?![a-z])"
    )
)
"""How a sentence goes on that begins with the code: `482913 is your code`."""

TO_CONFIRM = re.compile(
    folded(
        r"[^.!?]{0,30}\s(?:to|para|pour|per|om|för att|aby|чтобы|щоб)\s(?:\w{1,12}\s)?"
        r"(?:confirm|verif|sign|log\b|complete|finish|continu|valid|connect|acced|inici|entrar"
        r"|conferm|bevest|bekräft|potwierd|zalog|подтверд|войти|підтверд|увійти)"
    )
)
"""What people are asked to do something with a number for."""
