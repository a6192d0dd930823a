"""Contents of objects, whole and in part."""

import re
from collections.abc import Iterator
from typing import IO, Any

_RANGE = re.compile(r"bytes=(\d{1,18})?-(\d{1,18})?", re.ASCII)


class Stream:
    """The content of an answer, or a part of it, as boto3's streams are."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        """From `start` on."""
        file.seek(start)
        self._file = file
        self._left = length

    def read(self, amt: int | None = None) -> bytes:
        """So much, or all that is left."""
        wanted = self._left if amt is None or amt < 0 else min(amt, self._left)
        content = self._file.read(wanted)
        self._left -= len(content)
        if not self._left:
            self._file.close()
            self._file = _EMPTY
        return content

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        """What is left, in parts."""
        while part := self.read(chunk_size):
            yield part

    __iter__ = iter_chunks

    def close(self) -> None:
        """Read no more."""
        self._left = 0
        self.read()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Empty:
    def read(self, _: int = -1) -> bytes:
        return b""

    def close(self) -> None:
        return


_EMPTY: Any = _Empty()


class InvalidRange(Exception):
    """Nothing of the object is in the range; the message is S3's."""


def ranged(header: str, size: int) -> tuple[int, int]:
    """From where to where; all of it if there is no range, or none that S3 understands."""
    match = _RANGE.fullmatch(header) if header else None
    if match is None or match[1] is match[2] is None:
        return 0, size
    if match[1] is None:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), size
        if match[2] is not None:
            if int(match[2]) < start:
                return 0, size
            end = min(size, int(match[2]) + 1)
    if start >= size:
        raise InvalidRange("The requested range is not satisfiable")
    return start, end
