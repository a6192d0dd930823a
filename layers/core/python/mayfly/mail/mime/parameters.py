"""Parameters of Content-Type and Content-Disposition: RFC 2045, 2183 and 2231."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from mayfly.mail.mime.charsets import decode_text
from mayfly.mail.mime.words import decode_words

Parameters = Mapping[str, str]
"""Values by lower-case name, as octets; those in RFC 2231's form have become UTF-8."""

# Either one parameter or rubbish up to the next semicolon: every byte is passed once. Some senders
# write a colon for the equals sign.
_PARAMETER = re.compile(
    r"[\s;]*+(?:([^\s=:;\"]++)\s*+[=:]\s*+(?:\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)\"?|([^;]*+))|[^;]++|\Z)",
    re.ASCII | re.DOTALL,
)
# What most headers have: one parameter, and nothing unusual in it.
_ONE = re.compile(r"; ?([A-Za-z]++)=(?:\"([^\"\\]*+)\"|([^\s\";]++))\Z", re.ASCII)
_ESCAPED = re.compile(r"\\([\"\\])")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_TYPE = re.compile(
    r"[\w!#$%&'*+.^`{|}~-]{1,63}/[\w!#$%&'*+.^`{|}~-]{1,100}(?=[\s;,:]|\Z)", re.ASCII
)
_BARE_TYPES = {"html": "text/html", "text/html": "text/html"}


def media_type(octets: str, max_parameters: int) -> tuple[str, Parameters]:
    """The media type of a Content-Type and its parameters; "" if the header is absent.

    What makes no sense is text/plain (RFC 2045, section 5.2).
    """
    if len(octets) <= _REMEMBERED_LENGTH:
        return _remembered(octets, max_parameters)
    return _media_type(octets, max_parameters)


def _media_type(octets: str, max_parameters: int) -> tuple[str, Parameters]:
    if not octets:
        return "", {}
    match = _TYPE.match(octets)
    if match and (octets[match.end() : match.end() + 1] != ":" or match[0][:5].lower() == "text/"):
        end = match.end()
        if octets[end : end + 1] in (",", ":"):  # for a semicolon, of senders that mix them up
            end += 1
        return match[0].lower(), parameters(octets, end, max_parameters)
    end = octets.find(";")
    end = end if end >= 0 else len(octets)
    name = _BARE_TYPES.get(octets[:end].strip(" /\"'").lower(), "text/plain")
    return name, parameters(octets, end, max_parameters)


# "text/plain; charset=utf-8" and a few others make up most of all mail.
_REMEMBERED_LENGTH = 60
_remembered = lru_cache(maxsize=256)(_media_type)


def parameters(octets: str, start: int, max_parameters: int) -> Parameters:
    """The parameters from octets[start:] on; of two with one name the first counts."""
    one = _ONE.match(octets, start)
    if one:
        name, quoted, bare = one.groups()
        return {name.lower(): bare if quoted is None else quoted}
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in islice(_PARAMETER.finditer(octets, start), max_parameters):
        name, quoted, bare = match.groups()
        if name is None:
            continue
        name = name.lower()
        text = bare.strip(" \t") if quoted is None else quoted
        if quoted and "\\" in quoted:
            text = _ESCAPED.sub(r"\1", quoted)
        if "*" in name:
            base, _, section = name.partition("*")
            number = section.rstrip("*")[:6]
            sections = extended.setdefault(base, {})
            encoded = section.endswith("*") or not section
            sections.setdefault(int(number) if number.isdigit() else 0, (encoded, text))
        else:
            plain.setdefault(name, text)
    for base, sections in extended.items():
        plain[base] = _joined([sections[number] for number in sorted(sections)])
    return plain


def _joined(sections: list[tuple[bool, str]]) -> str:
    """The value that RFC 2231 spread over numbered sections, as UTF-8."""
    charset = ""
    encoded, first = sections[0]
    if encoded and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
        sections = [(True, first), *sections[1:]]
    joined = "".join(_unescaped(text) if encoded else text for encoded, text in sections)
    if not charset and "=?" in joined:
        text = decode_words(joined)
    else:
        text = decode_text(joined.encode("latin-1"), charset)[0]
    return text.encode().decode("latin-1")


def _unescaped(text: str) -> str:
    return _PERCENT.sub(lambda match: chr(int(match[1], 16)), text)
