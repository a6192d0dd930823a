"""What in a line of a message may be a code by its looks, and the plain form of such a line."""

import re
import unicodedata

LINE_CHARS = 2_000

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0f\u20e3\ufeff]+"
)
# Before NFKC, which would make borders of numbers of them: what follows stands apart.
_WIDE = str.maketrans({"，": ", ", "．": ". ", "：": ": ", "﹐": ", ", "﹒": ". ", "﹕": ": "})
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
# A long dash joins only what can be nothing but a code.
_DASH = re.compile(
    "(?<=[0-9A-Za-z])[\u058a\u05be\u2010-\u2013\u301c\u30a0\ufe63\uff0d](?=[0-9A-Za-z])"
    "|(?<=[0-9A-Z])[\u2014\u2015\ufe58](?=[0-9A-Z])"
)
_TAG = re.compile(r"</?[a-zA-Z]{1,20}>")
# Not with the end of the sentence that they stand at the end of.
_URL = re.compile(r"(?:https?://|www\.)[\x21-\x7e]*(?<![.!?])", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}+@[\w-]++(?:\.[\w-]++)*")
_STRESSED = re.compile(r"(\*\*?|__?)([^*_\s][^*_]{0,40})\1")
# Signs before a code that would make a piece of something else of it: `code is #4821`, `otp=4821`.
_SIGNED = re.compile(
    r"(?:(?<=[:：])|(?<=[:：]\s)|(?<=\bis )|(?<=\bist )|(?<=\best ))#(?=[0-9A-Z]{4,10}\b)"
    r"|(?:(?<=\botp)|(?<=\bcode)|(?<=\bpin))=(?=\d)",
    re.IGNORECASE,
)
# A code and the minutes that it is good for, without the blank between: `482913,5分钟`.
_RUN_ON = re.compile(
    r"(?<![\d.,])(\d{4,8}[.,])(?=\d{1,3} ?(?:min|sec|sek|hour|hr|stunde|std|мин|сек|час|хв|分|秒"
    r"|小时|小時|時間|분|초|시간|phút|giây|menit|jam|dakika|saniye|دق|ساع|मिनट|นาที))"
)
_WORDS = "expired|invalid|below|attached|required|unknown|here|sent|please|valid|only|never|ready"
# After these a code of letters needs no end of the line.
_SAID = r"(?<=[:：] )|(?<=\bis )|(?<=\bist )|(?<=\blautet )|(?<=\best )|(?<=\bes )|(?<=\bcode )"
_MIXED = r"(?=[A-Z]*\d)[A-Z\d]"
# Groups of which one may be letters only, where a sentence ends with them.
_UNLIKE = "|".join(
    rf"(?:(?=\d*[A-Z]){_MIXED}{{{chars}}}|(?:{_SAID})[A-Z]{{{chars}}}(?= {_MIXED}))"
    rf"(?: [A-Z\d]{{{chars}}}){{1,2}}"
    r"(?=[\s.!\"'”»)]*$|[.!]\s)"
    for chars in (4, 5)
)
_SHAPES = (
    r"[A-Z]{1,3}-\d{4,8}"  # G-482913
    r"|\d{3,4}([ -])\d{3,4}(?:\1\d{3,4})?|\d\d([ -])\d\d\2\d\d(?:\2\d\d){0,2}|\d{5}[ -]\d{5}"
    r"|(?=[A-Z –—-]{0,20}\d)(?!20\d\d [-–—])(?:[A-Z\d]{3,5} [-–—] [A-Z\d]{3,5}"
    r"|[A-Z\d]{2,4}(?: [-–—] [A-Z\d]{2,4}){2,3})(?! [-–—] \w)"
    r"|\d\d[ -]\d{3}|\d{3}[ -]\d\d|\d{3}[.·]\d{3}"
    # Groups of letters and digits; by blanks only if they are alike.
    rf"|(?=[\d ]{{0,20}}[A-Z])(?:{_MIXED}{{3}} {_MIXED}{{3}}|{_MIXED}{{4}} {_MIXED}{{4}}"
    rf"|{_MIXED}{{5}} {_MIXED}{{5}})"
    rf"|(?=[\d ]{{0,20}}[A-Z])(?:{_UNLIKE})"
    r"|(?=[\d ]{0,20}[A-Z])(?=[A-Z ]{0,20}\d)[A-Z\d](?: [A-Z\d]){3,9}(?! [A-Z\d](?![A-Za-z\d]))"
    r"|(?=[A-Z-]{0,20}\d)[A-Z\d]{2}(?:-[A-Z\d]{2}){2,4}"
    r"|(?=[\d-]{0,20}[A-Za-z])(?=[A-Za-z-]{0,20}\d)[A-Za-z\d]{3,5}-[A-Za-z\d]{3,5}"
    r"|\d(?: \d){3,7}(?! \d(?!\d))|\d(?:-\d){3,7}|\d{4,10}"
    r"|[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5}){1,2}"
    r"|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{4,10}"
    rf"|(?:{_SAID})(?!(?i:{_WORDS})\b)[A-Z]{{4,10}}(?= )"
    # Letters alone, where a line or a colon or a quotation mark sets them apart.
    r"|(?:(?<![^\s\"'“”«»「『【\[(<:])(?=[A-Za-z]{4,10}[\s\"'“”«»」』】\]).!>]*$"
    r"|[A-Za-z]{4,10}[\"'“”«»」』】\])]?\.\s|[A-Z]{5,10} is your\s))"
    rf"(?:(?:(?<=[:：] )|^)(?!(?:{_WORDS})\b)[a-z]{{4,10}}(?=[\s.!]*$)"
    r"|[A-Z]{4,10}|(?=[A-Z]*[a-z]+[A-Z])[A-Za-z]{4,10})"
)
CANDIDATE = re.compile(
    # Nothing that is a piece of something longer: a word, a date, a price, an IP address.
    rf"(?<![A-Za-zÀ-ɏЀ-ӿ\d*•_/\\@+=…])(?<!\d[.,:()٫٬-])(?<!\d[ -])(?<![.,#]\d)(?<![#.$€£¥-])"
    rf"(?:{_SHAPES})"
    r"(?![A-Za-zÀ-ɏЀ-ӿ\d_/\\@*%$€£¥])(?![-.,:٫٬]\d)(?! \d{3,4}(?!\d))(?!-[A-Za-z\d])"
)
_GROUPS = re.compile(r"[A-Z]{3}-[A-Z]{3}|[A-Z]{4}-[A-Z]{4}")
BARE = re.compile(r"\W*")
MAY_HOLD_ONE = re.compile(r"\d|[A-Z]{3}|[a-z][A-Z]|[:：] [a-z]{4,10}[\s.!]*$|^[a-z]{4,10}\s*$")
"""What a line has that has a candidate: it is quicker to look for."""


def plain(line: str) -> str:
    """The line in compatible characters (NFKC), its digits and dashes those of ASCII."""
    if line.isascii():
        return line
    shown = unicodedata.normalize("NFKC", line.translate(_WIDE))
    shown = _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), shown)
    return _DASH.sub("-", _INVISIBLE.sub("", shown))


def without_addresses(text: str) -> str:
    """The plain line without stress, tags of text/enriched, links and addresses."""
    shown = _STRESSED.sub(r"\2", plain(text[:LINE_CHARS]))
    shown = _RUN_ON.sub(r"\1 ", shown)
    if "<" in shown:
        shown = _TAG.sub("", shown)
    if "@" in shown or "." in shown:
        shown = _EMAIL.sub(" @ ", _URL.sub(" @ ", shown))
    return _SIGNED.sub(" ", shown) if "#" in shown or "=" in shown else shown


def alone_in(line: str) -> str:
    """The number that a line is, and nothing else; empty if there is more to it."""
    found = CANDIDATE.search(line) if MAY_HOLD_ONE.search(line) else None
    is_alone = found and BARE.fullmatch(line, 0, found.start())
    return found[0] if found and is_alone and BARE.fullmatch(line, found.end()) else ""


def is_grouped(code: str) -> bool:
    """Whether it is letters in groups, as codes are: `ABC-DEF`."""
    return bool(_GROUPS.fullmatch(code))
