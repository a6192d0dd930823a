"""What looking for a confirmation needs and what it gives: limits in, codes and links out."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ConfirmationLimits:
    """How much of a message is looked at: every field is a cost that a sender could choose."""

    html_chars: int
    """From the beginning of the HTML."""
    text_chars: int
    """From the beginning of the text."""
    numbers: int
    """What may be a code, of one body."""
    links: int
    """Links of one body."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The code and the link that a message clearly holds; None is no or none that is clear."""

    code: str | None
    link: str | None

    @property
    def secure(self) -> bool | None:
        """Whether the link is https, so nobody on the way reads it; None without a link."""
        return None if self.link is None else self.link[:8].lower() == "https://"


class Where(StrEnum):
    """Where in a message a value stands."""

    BOUND = "domain-bound"
    ACTION = "action"
    WORDS = "words"


class Confidence(StrEnum):
    """How sure it is that the value is the one; not, that the sender is honest."""

    HIGH = "high"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A code or a link, and why it is taken for one."""

    value: str
    where: Where

    @property
    def confidence(self) -> Confidence:
        """High where the sender has marked it for programs."""
        return Confidence.MEDIUM if self.where is Where.WORDS else Confidence.HIGH
