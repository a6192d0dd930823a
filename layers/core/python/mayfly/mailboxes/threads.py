"""Which messages of a mailbox belong together: by their references, then by their subjects.

RFC 5322 section 3.6.4 says how a reply names what it answers, and RFC 5256 section 2.1 which words
of a subject do not count. Both are written by strangers: cycles and nonsense must do no harm.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.messages.models import Message
from mayfly.messages.ports import Messages

# "Re" and "Fwd" in the words of other languages' mail programs.
_MARKS = (
    *("re", "fw", "fwd"),  # English, and RFC 5256
    *("aw", "wg", "antw", "antwort", "doorst"),  # German, Dutch
    *("sv", "vs", "vb", "vl"),  # Swedish, Danish, Norwegian, Finnish
    *("tr", "réf", "rép", "rv", "enc", "res", "rif", "fs"),  # French, Spanish, Portuguese, Italian
    *("odp", "pd", "ynt", "ilt", "atb", "ha", "vá", "továbbítás"),  # Polish, Turkish, Hungarian
    *("отв", "ответ", "пересл", "回复", "回覆", "答复", "转发", "轉寄", "返信", "転送"),
)
_SPACE = re.compile(r"\s+")
# `Re:`, `Re[2]:`, `RE^3 :`, `Re(2):`; the colon may be a wide one.
_MARK = re.compile(
    rf"(?:{'|'.join(_MARKS)}) ?(?:\[[^\[\]]*\]|\(\d{{1,4}}\)|\^\d{{1,4}})? ?[:\uff1a] ?",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[[^\[\]]*\] ?")
_WRAPPED = re.compile(r"\[(?:fwd?|wg|tr): ?(.*)\]", re.IGNORECASE)
_TRAILER = re.compile(r" ?\(fwd\)$", re.IGNORECASE)
_NUMBER_BITS = 53

Subject = tuple[str, bool]
"""A base subject, and whether the whole one had a mark."""


def base_subject(subject: str) -> Subject:
    """What is left of a subject without marks and list tags, and whether it had a mark.

    As RFC 5256 section 2.1, with the marks of more languages, and case folded to compare by. Each
    round takes something off; summaries have short subjects.
    """
    text, before, marked = _SPACE.sub(" ", subject).strip(), None, False
    while text != before:
        before = text
        if trailer := _TRAILER.search(text):
            text, marked = text[: trailer.start()], True
        start, is_reply = _without_leaders(text)
        text, marked = text[start:].strip(), marked or is_reply
        if wrapped := _WRAPPED.fullmatch(text):
            text, marked = wrapped[1].strip(), True
    return text.casefold(), marked


def thread_keys(messages: Iterable[Message]) -> dict[int, str]:
    """The thread of each message, by its number: the same for those that belong together.

    A message that refers to others is in the thread of those. One that refers to none, but has the
    subject of a reply, joins the thread of the newest message before it with the same base
    subject; an empty one joins nothing. What refers to each other in a circle is one thread.
    Linear in the number of messages.
    """
    ordered = sorted(messages, key=lambda message: message.id.sequence)
    subjects = [base_subject(each.summary.subject) for each in ordered]
    links = _links(ordered, subjects)
    roots: dict[str, str] = {}
    return {each.id.sequence: _root(each.summary.thread_id, links, roots) for each in ordered}


def stands_alone(message: Message) -> bool:
    """Whether the message starts its thread, whatever else the mailbox holds."""
    return _starts(message, base_subject(message.summary.subject))


def thread_number(key: str) -> int:
    """The key of a thread as a number that JavaScript can hold."""
    digest = hashlib.sha256(key.encode()).digest()[:8]
    return int.from_bytes(digest, "big") >> (64 - _NUMBER_BITS)


def _without_leaders(text: str) -> tuple[int, bool]:
    """Where the subject itself begins, and whether a mark stood before it.

    A tag is only a leader when something follows: the subject `[news]` is `[news]`.
    """
    at, last_tag, marked = 0, 0, False
    while at < len(text):
        if mark := _MARK.match(text, at):
            at = last_tag = mark.end()
            marked = True
        elif (tag := _TAG.match(text, at)) and not _WRAPPED.match(tag[0].rstrip()):
            at, last_tag = tag.end(), at
        else:
            return at, marked
    return last_tag, marked


def _starts(message: Message, subject: Subject) -> bool:
    return not message.summary.own_thread_id and not subject[1]


def _links(ordered: list[Message], subjects: list[Subject]) -> dict[str, str]:
    """From the thread that a message would start to the one it joins.

    Where several messages go by one Message-ID, one that starts a thread counts first, then one
    with references, then the oldest.
    """
    starts = {
        each.summary.thread_id
        for each, subject in zip(ordered, subjects, strict=True)
        if _starts(each, subject)
    }
    links: dict[str, str] = {}
    for each in ordered:
        if each.summary.own_thread_id:
            links.setdefault(each.summary.own_thread_id, each.summary.thread_id)
    newest: dict[str, str] = {}
    for each, (base, is_reply) in zip(ordered, subjects, strict=True):
        if is_reply and base in newest and not each.summary.own_thread_id:
            links.setdefault(each.summary.thread_id, newest[base])
        if base:
            newest[base] = each.summary.thread_id
    return {thread: joined for thread, joined in links.items() if thread not in starts}


def _root(key: str, links: dict[str, str], roots: dict[str, str]) -> str:
    """Where the links lead to from here; of a circle, its smallest key. Each is gone once."""
    trail: dict[str, int] = {}
    while key not in roots and key in links and key not in trail:
        trail[key] = len(trail)
        key = links[key]
    root = min(list(trail)[trail[key] :]) if key in trail else roots.get(key, key)
    roots.update(dict.fromkeys(trail, root))
    return root


@dataclass(frozen=True, slots=True)
class ThreadedMessage:
    """A message and the number of its thread."""

    message: Message
    thread: int


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages that belong together, oldest first."""

    number: int
    messages: tuple[Message, ...]

    @property
    def latest(self) -> Message:
        """The newest of them."""
        return self.messages[-1]

    @property
    def unread(self) -> int:
        """How many of them were not read."""
        return sum(not each.is_read for each in self.messages)


def threads(
    messages: Sequence[Message], is_shown: Callable[[Message], bool] = lambda message: True
) -> list[Thread]:
    """These messages by thread, that with the newest message first.

    What is not shown still says which others belong together: a thread has one number for all.
    """
    keys = thread_keys(messages)
    gathered: dict[str, list[Message]] = {}
    for each in sorted(messages, key=lambda message: message.id.sequence):
        if is_shown(each):
            gathered.setdefault(keys[each.id.sequence], []).append(each)
    found = [Thread(thread_number(key), tuple(members)) for key, members in gathered.items()]
    return sorted(found, key=lambda thread: thread.latest.id.sequence, reverse=True)


def everything(messages: Messages, inbox: Inbox, now: datetime) -> list[Message]:
    """Every readable message of the mailbox, newest first; its quota bounds how many."""
    found: list[Message] = []
    before = None
    while True:
        page = messages.newest(inbox, before, limits.MAILBOX_PAGE_MESSAGES, now)
        found += page
        if len(page) < limits.MAILBOX_PAGE_MESSAGES:
            return found
        before = page[-1].id.sequence


def filed(
    messages: Messages, inbox: Callable[[], Inbox], chosen: Sequence[Message], now: datetime
) -> list[ThreadedMessage]:
    """These messages of one mailbox with their threads.

    A message that is no reply needs no others; if there is a reply, the mailbox is read as a whole.
    """
    keys = {each.id.sequence: each.summary.thread_id for each in chosen}
    if not all(map(stands_alone, chosen)):
        around = everything(messages, inbox(), now)
        keys = thread_keys({each.id.sequence: each for each in (*around, *chosen)}.values())
    return [ThreadedMessage(each, thread_number(keys[each.id.sequence])) for each in chosen]
