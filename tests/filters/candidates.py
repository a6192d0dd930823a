"""Messages for filters to look at, and a model of filters that is plain and slow."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from mayfly.filters.models import Candidate, Condition, Field, Filter, Words
from mayfly.filters.patterns import Pattern

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def candidate(
    from_name: str = "Example Shop",
    from_address: str = "shop@example.com",
    subject: str = "Your code",
    received_at: datetime = NOON,
    size_bytes: int = 1000,
    has_attachment: bool = False,
    is_read: bool = False,
    to: tuple[tuple[str, str], ...] = (("", "me@mail.example"),),
    text: str = "Your code is 482913.",
    words: Callable[[], Words] | None = None,
) -> Candidate:
    """A message of this kind."""
    return Candidate(
        from_name,
        from_address,
        subject,
        received_at,
        size_bytes,
        has_attachment,
        is_read,
        words or (lambda: Words(to, text)),
    )


def model_matches(wanted: Filter, message: Candidate) -> bool:
    """What `Filter.matches` has to answer, by the book."""
    return all(_holds(each, message) for each in wanted.conditions)


def _holds(condition: Condition, message: Candidate) -> bool:
    value = condition.value
    if isinstance(value, Pattern):
        return any(_found(value.text, each) for each in _texts(condition.field, message)) is not (
            condition.negated
        )
    answers: dict[Field, bool] = {
        Field.HAS_ATTACHMENT: message.has_attachment == value,
        Field.IS_READ: message.is_read == value,
    }
    if isinstance(value, datetime):
        is_since = not message.received_at < value
        answers |= {Field.SINCE: is_since, Field.BEFORE: not is_since}
    elif not isinstance(value, bool):
        size = message.size_bytes
        answers |= {Field.LARGER: size > value, Field.SMALLER: size < value}
    return answers[condition.field]


def _texts(field: Field, message: Candidate) -> list[str]:
    words = message.words()
    people = {
        Field.FROM: [(message.from_name, message.from_address)],
        Field.TO: list(words.recipients),
    }
    if field in people:
        return [
            text
            for name, address in people[field]
            for text in (address, name, f"{name} <{address}>" if name else "")
            if text
        ]
    if field is Field.SUBJECT:
        return [message.subject]
    if field is Field.TEXT:
        return [words.text]
    others = (Field.FROM, Field.SUBJECT, Field.TO, Field.TEXT)
    return [text for each in others for text in _texts(each, message)]


def _plain(text: str) -> str:
    caseless = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(caseless.split())


def _found(pattern: str, text: str) -> bool:
    if not pattern.startswith("~"):
        return _plain(pattern) in _plain(text)
    return _is_glob(_tokens(pattern[1:]), _plain(text))


def _tokens(glob: str) -> list[str]:
    """Each character of the glob; the wild ones as two."""
    tokens, at = [], 0
    while at < len(glob):
        if glob[at] == "\\":
            at += 1
            tokens += [*_plain(glob[at])]
        elif glob[at] in "*?":
            tokens.append(f"any{glob[at]}")
        else:
            tokens += [*(_plain(glob[at]) or " ")]
        at += 1
    return tokens


def _is_glob(tokens: list[str], text: str) -> bool:
    """By a table of which beginnings of the glob are which beginnings of the text."""
    row = [True] + [False] * len(text)
    for token in tokens:
        if token == "any*":
            reached = False
            row = [reached := (reached or each) for each in row]
        else:
            fits = [token in ("any?", each) for each in text]
            row = [False, *(row[at] and fits[at] for at in range(len(text)))]
    return row[-1]
