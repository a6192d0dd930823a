"""What text of a stranger must not hold to become a header field."""

import re

from mayfly.errors import InvalidInput
from mayfly.mail.mime.words import decode_lines

# Ends of lines, controls, and halves of surrogate pairs, which are no text.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def has_control_characters(text: str) -> bool:
    """Whether there is something that could end a header line, or that no reader shows."""
    return _CONTROL.search(text) is not None


def check_text(what: str, text: str, most_chars: int) -> None:
    """InvalidInput, naming the field, if the text is too long or could become other fields.

    So it is with control characters, and with encoded words that hold some: there are readers of
    mail that decode them wherever they stand, and more than once.
    """
    if len(text) > most_chars:
        raise InvalidInput(f"{what} may have {most_chars} characters")
    if has_control_characters(text):
        raise InvalidInput(f"{what} cannot have line breaks or control characters")
    if any(map(has_control_characters, decoded(text))):
        raise InvalidInput(f"{what} has line breaks or control characters in encoded words")


def decoded(text: str) -> list[str]:
    """What the text is after each decoding of encoded words, until there are none.

    Decoding makes text shorter, so there is an end; `text` is bounded before.
    """
    stages: list[str] = []
    while "=?" in text:
        further = decode_lines(text.encode("utf-8", "replace").decode("latin-1"))
        if len(further) >= len(text):
            break
        stages.append(further)
        text = further
    return stages
