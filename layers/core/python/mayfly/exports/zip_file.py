"""A zip file that is written piece by piece, and goes on in another process where one ended.

The standard library's writer keeps what it has written in itself. Here each piece is bytes, and an
entry says all that the directory at the end needs. Zip64 where there is more than 4 GiB or 65,535
entries.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

_UTF8 = 0x800
_DEFLATED = 8
_MOST, _MANY = 0xFFFFFFFF, 0xFFFF
_VERSION, _VERSION_64 = 20, 45
_LEVEL = 6


class ZipEntry(NamedTuple):
    """One file, and where in the zip it begins."""

    name: str
    crc: int
    packed: int
    size: int
    stamp: int
    offset: int


def zip_entry(name: str, content: bytes, at: datetime, offset: int) -> tuple[ZipEntry, bytes]:
    """The entry of a file of less than 4 GiB, and its bytes in the zip."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(content) + deflate.flush()
    entry = ZipEntry(name, zlib.crc32(content), len(packed), len(content), _dos_time(at), offset)
    written = name.encode()
    header = struct.pack(
        "<4sHHHIIIIHH",
        b"PK\x03\x04",
        _VERSION,
        _UTF8,
        _DEFLATED,
        entry.stamp,
        entry.crc,
        entry.packed,
        entry.size,
        len(written),
        0,
    )
    return entry, header + written + packed


def zip_end(entries: Sequence[ZipEntry], offset: int) -> bytes:
    """The directory, which ends the zip."""
    directory = b"".join(map(_listed, entries))
    end = b""
    if len(entries) >= _MANY or offset >= _MOST or len(directory) >= _MOST:
        end = struct.pack(
            "<4sQHHIIQQQQ4sIQI",
            *(b"PK\x06\x06", 44, _VERSION_64, _VERSION_64, 0, 0, len(entries), len(entries)),
            *(len(directory), offset, b"PK\x06\x07", 0, offset + len(directory), 1),
        )
    count = min(len(entries), _MANY)
    end += struct.pack(
        "<4sHHHHIIH",
        *(b"PK\x05\x06", 0, 0, count, count),
        *(min(len(directory), _MOST), min(offset, _MOST), 0),
    )
    return directory + end


def _listed(entry: ZipEntry) -> bytes:
    written = entry.name.encode()
    extra = b"" if entry.offset < _MOST else struct.pack("<HHQ", 1, 8, entry.offset)
    version = _VERSION_64 if extra else _VERSION
    return (
        struct.pack(
            "<4sHHHHIIIIHHHHHII",
            *(b"PK\x01\x02", version, version, _UTF8, _DEFLATED, entry.stamp),
            *(entry.crc, entry.packed, entry.size, len(written), len(extra), 0, 0, 0, 0),
            min(entry.offset, _MOST),
        )
        + written
        + extra
    )


def _dos_time(at: datetime) -> int:
    """To two seconds, from 1980 on."""
    if at.year < 1980:
        return 1 << 21 | 1 << 16
    day = (at.year - 1980) << 9 | at.month << 5 | at.day
    return day << 16 | at.hour << 11 | at.minute << 5 | at.second // 2
