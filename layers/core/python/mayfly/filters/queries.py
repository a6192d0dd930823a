"""A filter in query parameters: how they are read, and how they are described."""

from mayfly import limits
from mayfly.filters.fields import NAMES, filter_of
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.filters.words import WORDS
from mayfly.kit.http.query import Query, parameter


def read_filter(query: Query) -> Filter:
    """The filter that these parameters name; others among them are not looked at.

    InvalidInput names the parameter at fault, of search words also the character.
    """
    named = {name: query[name] for name in NAMES if name in query}
    return filter_of(named) if named else EVERYTHING


_GLOB = (
    "A part of it, whatever the case; after `~` a glob that it has to be as a whole (`*` any text,"
    " `?` one character)."
)
_TEXT: dict[str, object] = {
    "type": "string",
    "minLength": 1,
    "maxLength": limits.FILTER_CHARS,
}
_FLAG: dict[str, object] = {"type": "string", "enum": ["true", "false"]}
_TIME: dict[str, object] = {"type": "string", "maxLength": limits.FILTER_CHARS}
_SIZE: dict[str, object] = {"type": "string", "pattern": "^[0-9]{1,16}[kKmM]?$"}
FILTER_PARAMETERS = [
    parameter("from", _TEXT, f"Only messages of this sender, by address or name. {_GLOB}"),
    parameter("to", _TEXT, "Only those that name it in To or Cc, likewise; reads the mail."),
    parameter("subject", _TEXT, "Only those with this subject, likewise."),
    parameter(
        "text", _TEXT, "Only those with this text, plain or seen in the HTML; reads the mail."
    ),
    parameter("hasAttachment", _FLAG, "Only those with attachments, or without."),
    parameter("isRead", _FLAG, "Only those that are marked as read, or not."),
    parameter(
        "since",
        _TIME,
        "Only those received from then on: a date and time with a zone (RFC 3339), or a date in"
        " UTC.",
    ),
    parameter("before", _TIME, "Only those received before, likewise."),
    parameter("larger", _SIZE, "Only those of more bytes; `k` and `m` may follow the number."),
    parameter("smaller", _SIZE, "Only those of fewer bytes, likewise."),
    parameter(
        WORDS,
        {"type": "string", "maxLength": limits.FILTER_WORDS_CHARS},
        "The same in search words, all of which have to hold: `from:`, `to:`, `subject:`, `text:`,"
        " `has:attachment`, `is:read`, `is:unread`, `before:`, `after:`, `larger:`, `smaller:`, or"
        ' a word or "phrase" anywhere; `-` or `!` before one is not.',
    ),
]
