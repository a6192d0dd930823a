"""What is asked of mailboxes and their messages: an error says what can be asked for."""

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import read
from mayfly.mailboxes.folder_schemas import BulkChange, MessageChange
from mayfly.mailboxes.schemas import WantedMailbox
from mayfly.messages.folders import Folder
from mayfly.messages.models import Change

_FOLDERS = "no such folder; there are inbox (1), archive (2), trash (3), spam (4)"
_IDS = f"a list of 1 to {limits.BULK_MESSAGES} numbers of messages, from 1 on"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "send one of isRead, isFlagged, folder, folderId"),
        ({"isRead": None}, "isRead must be true or false"),
        ({"folder": None}, _FOLDERS),
        ({"folder": []}, _FOLDERS),
        ({"folderId": 5}, _FOLDERS),
        ({"folder": "spam", "folderId": 4}, "name the folder once: folder or folderId"),
        ({"seen": True}, "unknown field 'seen'; possible: isRead, isFlagged, folder, folderId"),
    ],
)
def test_what_cannot_become_of_a_message_is_said(sent: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(sent, MessageChange).change()

    assert str(refused.value) == said


@pytest.mark.parametrize("sent", [{"folder": "trash"}, {"folder": 3}, {"folderId": 3}])
def test_a_folder_is_named_by_its_name_or_number(sent: dict[str, object]) -> None:
    assert read(sent, MessageChange).change() == Change(folder=Folder.TRASH)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, f"ids is needed: {_IDS}"),
        ({"ids": []}, f"ids must be {_IDS}"),
        ({"ids": [True]}, f"ids must be {_IDS}"),
        ({"ids": [2**32]}, f"ids must be {_IDS}"),
        ({"ids": [1], "delete": None}, "delete must be true, or left out"),
        ({"ids": [1], "delete": False}, "delete must be true, or left out"),
        (
            {"ids": [1], "delete": True, "folder": {}},
            "delete goes alone: what is deleted cannot be changed",
        ),
    ],
)
def test_what_cannot_become_of_many_is_said(sent: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(sent, BulkChange).change_or_none()

    assert str(refused.value) == said


def test_each_of_many_is_changed_once() -> None:
    assert read({"ids": [2, 1, 2], "delete": True}, BulkChange).numbers() == [2, 1]


def test_a_mailbox_is_asked_for_with_or_without_a_name() -> None:
    assert read({"alias": None, "domain": None}, WantedMailbox) == read({}, WantedMailbox)
    with pytest.raises(InvalidInput, match="alias must be a string"):
        read({"alias": 7}, WantedMailbox)
