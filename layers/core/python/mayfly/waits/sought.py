"""What a request waits for: a message that a filter means, and what has to be in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mayfly import limits
from mayfly.filters.models import Field, Filter
from mayfly.filters.queries import FILTER_PARAMETERS, read_filter
from mayfly.kit.http.query import (
    MAX_SEQUENCE,
    Query,
    choice,
    parameter,
    spam_parameter,
    wants_spam,
    whole_number,
)
from mayfly.mail.codes.models import Evidence
from mayfly.mail.mime.models import ParsedMail


class Require(StrEnum):
    """What the message has to have."""

    MESSAGE = "message"
    CODE = "code"
    LINK = "link"


_LONGEST = int(limits.MAX_WAIT.total_seconds())


@dataclass(frozen=True, slots=True)
class Sought:
    """What is waited for, how long at most, and after which number; None is from now on."""

    wanted: Filter
    require: Require
    after: int | None
    timeout: timedelta
    with_spam: bool = False

    @property
    def proof(self) -> Callable[[ParsedMail], Evidence | None] | None:
        """What gives the code or link of a mail; None where a message is enough."""
        if self.require is Require.MESSAGE:
            return None
        from mayfly.mail.codes.evidence import code_of, link_of  # words of many languages

        find = code_of if self.require is Require.CODE else link_of
        return lambda mail: find(mail, limits.CONFIRMATION)


def read_sought(query: Query) -> Sought:
    """Read the parameters of a wait; InvalidInput names the one that cannot be.

    With a time that messages have to be received since, those that are there already count.
    """
    wanted = read_filter(query)
    after = whole_number("after", query.get("after"), 0, MAX_SEQUENCE)
    if after is None and any(each.field is Field.SINCE for each in wanted.conditions):
        after = 0
    require = Require(choice("require", query.get("require", Require.MESSAGE), [*Require]))
    seconds = whole_number("timeout", query.get("timeout", str(_LONGEST)), 0, _LONGEST)
    return Sought(wanted, require, after, timedelta(seconds=seconds or 0), wants_spam(query))


WAIT_PARAMETERS = [
    parameter(
        "after",
        {"type": "integer", "minimum": 0, "maximum": MAX_SEQUENCE},
        "Only messages with a number above this: `seq` of the answer before, 0 for all. Without it,"
        " and without `since`, only those that come from the time of the call on.",
    ),
    parameter(
        "require",
        {"type": "string", "enum": [*Require], "default": Require.MESSAGE},
        "`code` or `link`: only a message in which one is found, which is `value` then.",
    ),
    parameter(
        "timeout",
        {"type": "integer", "minimum": 0, "maximum": _LONGEST, "default": _LONGEST},
        "How many seconds to wait at most.",
    ),
    spam_parameter(),
    *FILTER_PARAMETERS,
]
