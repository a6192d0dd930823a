"""A mail as its reader sees it, for agents: without what is hidden, and without what lies apart.

Where a mail has HTML, that is what people see. Its plain text is not given then: it is only said
whether it has something else to say.
"""

import re
from dataclasses import dataclass

from mayfly.mail.html.seen import SeenLink, seen
from mayfly.mail.invisible import shown
from mayfly.mail.mime.models import ParsedMail

COMPARED_CHARS = 50_000
_WINDOW = 6  # words
_STRANGE = 4  # of these
_NUMBER_DIGITS = 4
_URL = re.compile(r"(?:https?://|www\.|mailto:)\S{1,4000}", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person reads. `had_hidden` says that something was hidden, and is left out.

    `plain_differs` says that the plain text, which mail programs do not show beside HTML, says
    something that the HTML does not show.
    """

    subject: str
    text: str
    links: tuple[SeenLink, ...]
    had_hidden: bool
    plain_differs: bool
    is_cut: bool

    def shows(self, value: str) -> bool:
        """Whether a person sees this code, or where this link leads, in the mail."""
        if any(each.url == value for each in self.links):
            return True
        return _stands_in(value, f"{self.subject}\n{self.text}")


def reading_of(mail: ParsedMail) -> Reading:
    """What a person reads in the mail, in time in proportion to its length."""
    subject, in_subject = shown(mail.subject)
    if not mail.html.strip():
        text, in_text = shown(mail.text)
        return Reading(subject, _closer(text), (), in_subject or in_text, False, False)
    page = seen(mail.html)
    return Reading(
        subject,
        page.text,
        tuple(page.links),
        in_subject or page.had_hidden,
        says_more(mail.text[:COMPARED_CHARS], page.text),
        page.is_cut,
    )


def _stands_in(value: str, text: str) -> bool:
    """Whether it is there by itself, and not as a part of another number or word.

    Spaces and signs in between make no difference: codes are written in groups.
    """
    bare = _APART.sub("", value)
    if not bare:
        return False
    edges = [r"\d" if each.isdigit() else r"[^\W\d_]" for each in (bare[0], bare[-1])]
    written = r"[\W_]*+".join(map(re.escape, bare))
    return re.search(f"(?<!{edges[0]}){written}(?!{edges[1]})", text) is not None


def _closer(text: str) -> str:
    """The text with one blank line where there were more."""
    lines = [each.rstrip() for each in text.splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()


def says_more(plain: str, page: str) -> bool:
    """Whether a plain text has what the page does not show: some words in a row, or a number.

    Where links lead is not compared: pages have that in tags.
    """
    words = _WORD.findall(shown(_URL.sub(" ", plain)).text.casefold())
    known = set(_WORD.findall(page.casefold()))
    strange = [each not in known for each in words]
    digits = _APART.sub("", page)
    if any(
        is_strange and len(word) >= _NUMBER_DIGITS and word.isdecimal() and word not in digits
        for word, is_strange in zip(words, strange, strict=True)
    ):
        return True
    if 2 * sum(strange) > len(words):
        return True
    in_window = 0
    for at, is_strange in enumerate(strange):
        in_window += is_strange
        in_window -= strange[at - _WINDOW] if at >= _WINDOW else 0
        if in_window >= _STRANGE:
            return True
    return False
