"""Rules for the text of header fields, and for the names and types of attachments."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidInput
from mayfly.kit.word_lists import lists_in
from mayfly.mail.mime.filenames import safe_filename
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


_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")

_REFUSED = Path(__file__).with_name("refused_files.txt")
_MACROS = ".macroenabled.12"
"""How the types of Office files with macros end (as `application/vnd.ms-word.document` does)."""
_MADE_HERE = ("multipart/", "message/")  # the latter is never in base64, RFC 2046 section 5.2
# Of a path; after a colon, Windows has a stream of the file, and NUL ends a name in C. No file is
# called with the others everywhere, and some readers end a name there, or at a blank.
_PIECES = re.compile(r"[:/\\\0;?#*|<>\"]|[\s,&]+(?=\.)")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")


def check_file(filename: str, content_type: str) -> None:
    """InvalidInput if no file of this name and kind is sent."""
    check_text("filename", filename, limits.SENT_FILENAME_CHARS)
    if filename != filename.strip() or not safe_filename(filename, limits.SENT_FILENAME_CHARS):
        raise InvalidInput("filename must be a name, without blanks around it")
    if _TURNED.search(filename):
        raise InvalidInput("filename cannot have marks that turn the direction of writing")
    if not _TYPE.fullmatch(content_type) or content_type.startswith(_MADE_HERE):
        raise InvalidInput(f"contentType is no media type that is attached: {content_type[:80]!r}")
    is_refused = content_type in refused("types") or content_type.endswith(_MACROS)
    if is_refused or not refused("endings").isdisjoint(_endings(filename)):
        raise InvalidInput(
            f"attachments of this kind are not sent: filename {filename[:80]!r},"
            f" contentType {content_type!r}"
        )


def check_room(file_bytes: int, most_bytes: int) -> None:
    """BodyTooLarge if all attachments of a message together have more than they may."""
    if file_bytes > most_bytes:
        raise BodyTooLarge(f"all attachments together may have {most_bytes} bytes")


def _endings(filename: str) -> Iterator[str]:
    """Every ending that some system on the way may see in the name."""
    for stage in (filename, *decoded(filename)):
        for name in {stage, unquote(stage)}:
            for piece in _PIECES.split(_visible(name)):
                _, dot, ending = _trimmed(piece).rpartition(".")
                # A name that is nothing else is one to programs that look behind the last dot only.
                if dot or piece == _visible(name):
                    yield ending


def _visible(name: str) -> str:
    """In narrow lower-case letters, without what cannot be seen."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in plain if unicodedata.category(each) not in ("Cf", "Mn"))


def _trimmed(name: str) -> str:
    """Without what follows the last letter or digit: systems drop dots and blanks there."""
    end = len(name)
    while end and not name[end - 1].isalnum():
        end -= 1
    return name[:end]


@cache
def refused(kind: str) -> frozenset[str]:
    """The `endings` or the `types` of refused_files.txt."""
    return frozenset(" ".join(lists_in(_REFUSED)[kind]).split())
