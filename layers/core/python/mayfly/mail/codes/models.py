"""What looking for a confirmation needs and what it gives: limits in, a code and a link out."""

from dataclasses import dataclass


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
