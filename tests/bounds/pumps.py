"""Input that has brought down parsers, of any size."""

from collections.abc import Callable

Pump = Callable[[int], str]
"""Text of about so many characters."""


def letters(count: int) -> str:
    """Letters of which hardly two are the same, as punycode likes them least."""
    return "".join(chr(0x4E00 + each % 20_000) for each in range(count))


def labels(count: int, size: int) -> str:
    """A name of labels in such letters."""
    return ".".join(letters(size) for _ in range(max(1, count // (size + 1))))


def repeated(text: str) -> Pump:
    """The text again and again."""
    return lambda count: text * (count // len(text))


def within(before: str, pump: Pump, after: str) -> Pump:
    """What the pump gives, with something around it."""
    return lambda count: before + pump(count) + after


def names(count: int) -> str:
    """Different names in other letters."""
    each = (f"{letters(40)}{number}.example " for number in range(count // 50))
    return "".join(each)


PUMPS: dict[str, Pump] = {
    "a long label": letters,
    "a long label of a domain": within("https://", letters, ".example"),
    "the domain of an address": within("a@", letters, ".example"),
    "long labels": within("a@", lambda count: labels(count, 59), ".example"),
    "many names": names,
    "many names of links": within("", lambda count: names(count).replace(" ", " https://"), ""),
    "combining marks": within("a", repeated("\u0301\u0323"), "@a.example"),
    "combining marks of a domain": within("a@a", repeated("\u0301\u0323"), ".example"),
    "letters that become many": repeated("\ufdfa"),
    "controls of Latin 1": repeated("\u0080"),
    "no-break spaces": repeated("\u00a0"),
    "half of a pair": repeated("\ud800"),
    "brackets": repeated("("),
    "square brackets": repeated("["),
    "braces": repeated("{"),
    "angle brackets": repeated("<"),
    "angle brackets that close": repeated("<>"),
    "closed comments": lambda count: "(" * (count // 2) + ")" * (count // 2),
    "groups": repeated("a:"),
    "colons": repeated(":"),
    "semicolons": repeated(";"),
    "parameters": repeated("a=b; "),
    "parameters in sections": repeated("a*1*=%41; "),
    "commas": repeated("a,"),
    "at signs": repeated("@"),
    "addresses": repeated("a@b.example, "),
    "dots": repeated("."),
    "dots and letters": repeated("a."),
    "hyphens": repeated("-"),
    "quotes": repeated('"'),
    "quotes and backslashes": repeated('\\"'),
    "backslashes": repeated("\\"),
    "digits": repeated("9"),
    "zeros": repeated("0"),
    "digits of others": repeated("\u00b2"),
    "letters and digits": repeated("1a"),
    "escapes": repeated("%41"),
    "half escapes": repeated("%"),
    "equal signs": repeated("="),
    "slashes": repeated("/"),
    "blanks": within("a", repeated(" "), "a"),
    "tabs": within("a", repeated("\t"), "a"),
    "lines": repeated("a\r\n "),
    "lone line ends": repeated("\r"),
    "NUL": repeated("\0"),
    "encoded words": repeated("=?utf-8?q?=41?= "),
    "encoded words without end": repeated("=?utf-8?q?"),
    "letters in base64": repeated("QUJD"),
    "references": repeated("&amp;"),
    "a long number of a character": within("&#", repeated("1"), ";"),
    "a character with zeros": within("&#", repeated("0"), "65;"),
    "tags": repeated("<a href='//x'>"),
    "schemes": repeated("https://"),
    "identifiers": repeated("<a@b>"),
}
