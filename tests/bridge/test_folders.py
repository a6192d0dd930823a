"""Names of folders, and the patterns that clients ask for them with."""

import pytest

from mayfly_client.bridge.boxes import Box, EmptyBox, HeldBox
from mayfly_client.bridge.credentials import Credential
from mayfly_client.bridge.imap.folders import matching
from mayfly_client.bridge.logins import Login

CREDENTIAL = Credential("", None, is_account=True)
LONG = "a" * 60 + "@mayfly.example"


def login() -> Login:
    """An account with a mailbox, whose name its owner chose, beside the first."""
    further = HeldBox(None, LONG, "2", 1, CREDENTIAL, has_folders=True)  # type: ignore[arg-type]
    boxes: tuple[Box, ...] = (EmptyBox("ann", CREDENTIAL), further)
    return Login("ann", boxes, CREDENTIAL)


INSIDE = [f"{LONG}/Archive", f"{LONG}/Trash", f"{LONG}/Junk"]


@pytest.mark.parametrize(
    ("reference", "pattern", "names"),
    [
        ("", "*", ["INBOX", LONG, *INSIDE]),
        ("", "%", ["INBOX", LONG]),
        ("", "inbox", ["INBOX"]),
        ("", "INBO", []),
        ("", "I%X", ["INBOX"]),
        ("", "*/%", INSIDE),
        ("", "%/%", INSIDE),
        ("", "%h", []),
        ("", "*h", [f"{LONG}/Trash"]),
        ("", "%*%X", ["INBOX"]),
        (f"{LONG}/", "%r%", INSIDE[:2]),
        (f"{LONG}/", "*", INSIDE),
        ("", ".*", []),
        ("", "", []),
    ],
)
def test_patterns_mean_the_folders_that_fit(reference: str, pattern: str, names: list[str]) -> None:
    found = matching(login(), reference.encode(), pattern.encode())
    assert [each.name.decode() for each in found] == names


def test_a_pattern_that_could_fit_in_many_ways_keeps_nobody_waiting() -> None:
    assert matching(login(), b"", b"*a" * 19 + b"*!") == []  # or this never ends
