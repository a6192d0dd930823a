"""The folders of a login: INBOX, and of an account more (RFC 6154 says what each is for)."""

from typing import NamedTuple

from mayfly_client.bridge.boxes import INBOX, Box
from mayfly_client.bridge.imap.writing import group, string
from mayfly_client.bridge.logins import Login

DELIMITER = b"/"
_TOP = b"INBOX"
_WILD = (b"*", b"%")
_BESIDE = (("archive", b"Archive"), ("trash", b"Trash"), ("spam", b"Junk"))


class Folder(NamedTuple):
    """A folder of a box. `use` is the attribute that tells clients what it is for."""

    name: bytes
    box: Box
    folder: str
    use: bytes = b""
    has_children: bool = False

    @property
    def attributes(self) -> bytes:
        """As LIST shows them."""
        children = b"\\HasChildren" if self.has_children else b"\\HasNoChildren"
        return group([children, *([self.use] if self.use else [])])

    def line(self, command: bytes) -> bytes:
        """The answer to LIST or LSUB."""
        return b'* %b %b "/" %b\r\n' % (command, self.attributes, string(self.name))


def folders(login: Login) -> list[Folder]:
    """All folders; the first box is INBOX, with its folders beside it, the others have names."""
    found: list[Folder] = []
    for at, box in enumerate(login.boxes):
        top = box.name.encode() if at else _TOP
        prefix = top + DELIMITER if at else b""
        found.append(Folder(top, box, INBOX, has_children=bool(at) and box.has_folders))
        if box.has_folders:
            found += [
                Folder(prefix + label, box, folder, b"\\" + label) for folder, label in _BESIDE
            ]
    return found


def named(login: Login, name: bytes) -> Folder | None:
    """The folder of this name, None without one; INBOX may be written in any case."""
    wanted = _TOP if name.upper() == _TOP else name
    return next((each for each in folders(login) if each.name == wanted), None)


def matching(login: Login, reference: bytes, pattern: bytes) -> list[Folder]:
    """The folders that a pattern of LIST means: `*` is anything, `%` anything but a `/`."""
    wanted = reference + pattern
    if wanted.upper() == _TOP:
        wanted = _TOP
    return [each for each in folders(login) if _is_like(each.name, wanted)]


def _is_like(name: bytes, pattern: bytes) -> bool:
    """Whether a name fits; in time that grows with both, which a regular expression's does not.

    It follows all places of the pattern at once that what was read so far can have come to.
    """
    places = _opened({0}, pattern)
    for at in range(len(name)):
        sign, after = name[at : at + 1], set[int]()
        for place in places:
            wanted = pattern[place : place + 1]
            if wanted == b"*" or (wanted == b"%" and sign != DELIMITER):
                after.add(place)
            elif wanted == sign and wanted not in _WILD:
                after.add(place + 1)
        places = _opened(after, pattern)
    return len(pattern) in places


def _opened(places: set[int], pattern: bytes) -> set[int]:
    """With those behind wildcards, which may stand for nothing."""
    for each in [*places]:
        while each < len(pattern) and pattern[each : each + 1] in _WILD:
            each += 1
            places.add(each)
    return places
