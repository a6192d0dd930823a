"""Query parameters: what they may be, and how they are described."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from mayfly import limits
from mayfly.errors import InvalidInput, MessageNotFound

Query = Mapping[str, str]

MAX_SEQUENCE = 2**32 - 1


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which part of a list to answer: newest first, or with `after` oldest first."""

    limit: int
    cursor: str | None
    after: int | None
    wait: timedelta


def list_query(query: Query) -> ListQuery:
    """Read limit, cursor, after and wait; InvalidInput names the one that cannot be."""
    cursor = query.get("cursor")
    after = query.get("after")
    if cursor is not None and after is not None:
        raise InvalidInput("use cursor (newest first) or after (oldest first), not both")
    if "wait" in query and after is None:
        raise InvalidInput("wait needs after: the number of the last message you know, or 0")
    longest = int(limits.MAX_WAIT.total_seconds())
    return ListQuery(
        limit=whole_number("limit", query.get("limit"), 1, limits.MAX_PAGE_MESSAGES)
        or limits.PAGE_MESSAGES,
        cursor=cursor,
        after=whole_number("after", after, 0, MAX_SEQUENCE),
        wait=timedelta(seconds=whole_number("wait", query.get("wait"), 0, longest) or 0),
    )


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which part of a private inbox to answer: its newest, or oldest first after a number."""

    limit: int
    since: int | None
    wait: timedelta
    fetch_new: bool = True


def inbox_query(query: Query) -> InboxQuery:
    """Read document 003's parameters, and wait; InvalidInput names the one that cannot be."""
    since = query.get("since_uid")
    if "wait" in query and since is None:
        raise InvalidInput("wait needs since_uid: the uid of the last message you know, or 0")
    fetch_new = choice("fetch_new", query.get("fetch_new", "true"), ("true", "false"))
    longest = int(limits.MAX_WAIT.total_seconds())
    return InboxQuery(
        limit=whole_number("limit", query.get("limit"), 1, limits.MAX_PAGE_CONTENTS)
        or limits.PAGE_MESSAGES,
        since=whole_number("since_uid", since, 0, MAX_SEQUENCE),
        wait=timedelta(seconds=whole_number("wait", query.get("wait"), 0, longest) or 0),
        fetch_new=fetch_new == "true",
    )


def message_number(uid: str) -> int:
    """The number that a `uid` in a path stands for; MessageNotFound if it is none."""
    if not (uid.isascii() and uid.isdigit() and len(uid) <= 10 and int(uid) <= MAX_SEQUENCE):
        raise MessageNotFound("no such message")
    return int(uid)


class Html(Enum):
    """How to answer with the HTML of a message."""

    RAW = "as it came"
    SAFE = "safe, and nothing is fetched"
    WITH_IMAGES = "safe, with the images of other places"


def read_html(query: Query) -> Html:
    """Read `html` and `images`; InvalidInput names the one that cannot be."""
    is_safe = choice("html", query.get("html", "raw"), ("raw", "safe")) == "safe"
    remote = choice("images", query.get("images", "blocked"), ("blocked", "remote")) == "remote"
    if remote and not is_safe:
        raise InvalidInput("images=remote needs html=safe: what is as it came has all its images")
    if remote:
        return Html.WITH_IMAGES
    return Html.SAFE if is_safe else Html.RAW


def wants_diagnostics(query: Query) -> bool:
    """Whether the query has `diagnostics=true`."""
    return choice("diagnostics", query.get("diagnostics", "false"), ("false", "true")) == "true"


SPAM = "includeSpam"


def wants_spam(query: Query) -> bool:
    """Whether the query asks for spam, too."""
    return choice(SPAM, query.get(SPAM, "false"), ("false", "true")) == "true"


def wants_link(query: Query) -> bool:
    """Whether the query has `link=1`."""
    return choice("link", query.get("link", "0"), ("0", "1")) == "1"


def whole_number(name: str, text: str | None, least: int, most: int) -> int | None:
    """The parameter as a number in [least, most], None without one; InvalidInput for others."""
    if text is None:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else -1
    if not least <= number <= most:
        raise InvalidInput(f"{name} must be a whole number from {least} to {most}")
    return number


def choice(name: str, text: str, choices: Sequence[str]) -> str:
    """The parameter, which has to be one of these; InvalidInput for others."""
    if text not in choices:
        raise InvalidInput(f"{name} must be one of: {', '.join(choices)}")
    return text


def parameter(name: str, schema: dict[str, object], description: str) -> dict[str, object]:
    """The description of a query parameter, as OpenAPI has it."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


def limit_parameter(description: str) -> dict[str, object]:
    """How many of a list to answer; all such lists are bounded alike."""
    return parameter(
        "limit",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": limits.MAX_PAGE_MESSAGES,
            "default": limits.PAGE_MESSAGES,
        },
        description,
    )


def spam_parameter() -> dict[str, object]:
    """How a list is asked for spam, too."""
    return parameter(
        SPAM,
        {"type": "string", "enum": ["false", "true"], "default": "false"},
        "With `true`, also what lies in spam. Without it, its numbers are gaps.",
    )


NO_PLACE_TO_WAIT = (
    "So many may wait at once: a request without a place is answered at once, with `Retry-After`."
)
LIST_PARAMETERS = [
    limit_parameter("How many messages at most."),
    parameter(
        "cursor",
        {"type": "string"},
        "Continues a list, newest first: `X-Next-Cursor` of the page before.",
    ),
    parameter(
        "after",
        {"type": "integer", "minimum": 0, "maximum": MAX_SEQUENCE},
        "Only messages with a `seq` above this, oldest first: `X-Last-Sequence` of the answer"
        " before, or 0 for all. One beyond the newest message is taken for the newest. Not"
        " together with `cursor`.",
    ),
    parameter(
        "wait",
        {"type": "integer", "minimum": 0, "maximum": int(limits.MAX_WAIT.total_seconds())},
        "With `after`: while there is nothing to answer, wait up to this many seconds for mail."
        f" {NO_PLACE_TO_WAIT}",
    ),
    spam_parameter(),
]
INBOX_PARAMETERS = [
    parameter(
        "since_uid",
        {"type": "string", "pattern": "^[0-9]{1,10}$"},
        "Only messages after this `uid`, oldest first: `last_uid` of the answer before, or 0 for"
        " all; one beyond the newest is taken for the newest. Without it, the newest messages,"
        " newest first.",
    ),
    parameter(
        "limit",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": limits.MAX_PAGE_CONTENTS,
            "default": limits.PAGE_MESSAGES,
        },
        "How many messages at most. Fewer come if they would not fit into one answer.",
    ),
    parameter(
        "fetch_new",
        {"type": "string", "enum": ["true", "false"], "default": "true"},
        "Of an external inbox: `false` fetches nothing. All other mail comes by itself.",
    ),
    parameter(
        "wait",
        {"type": "integer", "minimum": 0, "maximum": int(limits.MAX_WAIT.total_seconds())},
        "With `since_uid`: while there is nothing to answer, wait up to this many seconds."
        f" {NO_PLACE_TO_WAIT}",
    ),
    spam_parameter(),
]
HTML_PARAMETERS = [
    parameter(
        "html",
        {"type": "string", "enum": ["raw", "safe"], "default": "raw"},
        "`raw`: as it came; do not put it into a page. `safe`: nothing in it runs or fetches, and"
        " the mail's own images are linked. Links that name another host than theirs, or hide it,"
        " have it in `data-mayfly-target`.",
    ),
    parameter(
        "images",
        {"type": "string", "enum": ["blocked", "remote"], "default": "blocked"},
        "With `html=safe`: `remote` leaves in the images that lie elsewhere. Showing them tells"
        " those places that the message is read, and from where.",
    ),
]
LINK_PARAMETERS = [
    parameter(
        "link",
        {"type": "string", "enum": ["0", "1"], "default": "0"},
        "With `1`, whatever its size: a link to the bytes, as JSON, in place of them. For programs"
        " that would send their token along to where `Location` leads, which is refused there.",
    ),
]
MESSAGE_PARAMETERS = [
    *HTML_PARAMETERS,
    parameter(
        "diagnostics",
        {"type": "string", "enum": ["false", "true"], "default": "false"},
        "With `true`, also the way the mail took (`diagnostics`); costs another read.",
    ),
]
