"""The JSON of folders and threads, and of what is done to many messages (document 001)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from msgspec import UNSET, UnsetType

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.inboxes.ids import InboxId
from mayfly.kit.clock import stamp
from mayfly.kit.http.query import MAX_SEQUENCE
from mayfly.kit.http.schemas import Body, Count, Time, View, about
from mayfly.mailboxes.message_schemas import FolderId, InFolder, MailboxId, Number, ThreadId
from mayfly.mailboxes.reader import Result
from mayfly.mailboxes.threads import Thread
from mayfly.messages.folders import Folder, FolderCount
from mayfly.messages.models import Change, Message

_FOLDER_ID = {
    "type": "integer",
    "description": "The folder's number",
    "minimum": 1,
    "maximum": len(Folder),
}
_FOLDER = {"type": "string", "enum": list(Folder), "description": "Where it lies"}
_Unread = Annotated[Count, about("How many of them are unread")]


class MessageChange(Body, rename="camel"):
    """What is to become of a message."""

    EXAMPLE = {"isRead": True, "folder": "archive"}
    RULES = {"minProperties": 1}

    is_read: bool | UnsetType = UNSET
    is_flagged: bool | UnsetType = UNSET
    folder: Annotated[
        Any, about("Where to move it, by name or number", anyOf=[_FOLDER, _FOLDER_ID])
    ] = UNSET
    folder_id: Annotated[Any, about(**_FOLDER_ID)] = UNSET

    def change(self) -> Change:
        """The read flag, the folder by its name or its number, or both; InvalidInput for none."""
        if self.folder is not UNSET and self.folder_id is not UNSET:
            raise InvalidInput("name the folder once: folder or folderId")
        wanted = self.folder_id if self.folder is UNSET else self.folder
        change = Change(
            None if isinstance(self.is_read, UnsetType) else self.is_read,
            None if wanted is UNSET else Folder.parse(wanted),
            None if isinstance(self.is_flagged, UnsetType) else self.is_flagged,
        )
        if change == Change():
            raise InvalidInput("send one of isRead, isFlagged, folder, folderId")
        return change


class BulkChange(MessageChange, rename="camel", kw_only=True):
    """What is to become of many messages."""

    EXAMPLE = {"ids": [1, 2], "isRead": True}

    ids: Annotated[
        list[Annotated[Number, about(le=MAX_SEQUENCE)]],
        about(
            "The messages' numbers",
            must=f"a list of 1 to {limits.BULK_MESSAGES} numbers of messages, from 1 on",
            min_length=1,
            max_length=limits.BULK_MESSAGES,
        ),
    ]
    delete: Annotated[
        bool | UnsetType,
        about("`true`: remove them at once; goes alone", must="true, or left out"),
    ] = UNSET

    def numbers(self) -> list[int]:
        """Which messages, each once."""
        return list(dict.fromkeys(self.ids))

    def change_or_none(self) -> Change | None:
        """The change, or None to delete them; InvalidInput for neither and for both."""
        if self.delete is UNSET:
            return self.change()
        if not self.delete:
            raise InvalidInput("delete must be true, or left out")
        others = (self.is_read, self.is_flagged, self.folder, self.folder_id)
        if any(each is not UNSET for each in others):
            raise InvalidInput("delete goes alone: what is deleted cannot be changed")
        return None


class BulkResult(View):
    """What became of one message."""

    id: Number
    result: Annotated[
        str,
        about(
            "`busy`: too many wrote at once; it can be tried again",
            enum=[each.value for each in Result],
        ),
    ]


class BulkResults(View, rename="camel"):
    """What became of each message."""

    mailbox_id: MailboxId
    results: list[BulkResult]

    @classmethod
    def of(cls, mailbox: InboxId, results: Mapping[int, Result]) -> Self:
        """By the messages' numbers, in the order in which they were named."""
        shown = [BulkResult(id=each, result=result) for each, result in results.items()]
        return cls(mailbox_id=str(mailbox), results=shown)


class MailboxFolder(View):
    """A folder and how much is in it."""

    id: FolderId
    name: InFolder
    messages: Annotated[Count, about("How many lie there")]
    unread: _Unread


class Folders(View, rename="camel"):
    """All folders of a mailbox."""

    mailbox_id: MailboxId
    folders: Annotated[list[MailboxFolder], about("All there are; each mailbox has the same")]

    @classmethod
    def of(cls, mailbox: InboxId, folder_counts: Sequence[FolderCount]) -> Self:
        """The folders, in the order of their numbers."""
        shown = [
            MailboxFolder.of_model(each, id=each.folder.number, name=each.folder)
            for each in folder_counts
        ]
        return cls(mailbox_id=str(mailbox), folders=shown)


class Participant(View):
    """An author of a thread."""

    email: str
    name: str


class LatestMessage(View, rename="camel"):
    """The newest message of a thread."""

    id: Number
    folder_id: FolderId
    folder: InFolder
    preview: str
    created_at: Time

    @classmethod
    def of(cls, message: Message) -> Self:
        """The message, as a list of threads shows it."""
        return cls(
            id=message.id.sequence,
            folder_id=message.folder.number,
            folder=message.folder,
            preview=message.summary.preview,
            created_at=stamp(message.summary.received_at),
        )


class MailboxThread(View):
    """Messages that belong together, wherever they lie."""

    id: ThreadId
    subject: Annotated[str, about("Of its oldest message")]
    participants: Annotated[
        list[Participant], about(f"The authors, {limits.THREAD_PARTICIPANTS} at most")
    ]
    messages: Annotated[Count, about("How many it has")]
    unread: _Unread
    latest: Annotated[LatestMessage, about("Its newest message")]

    @classmethod
    def of(cls, thread: Thread) -> Self:
        """The thread, and its authors, each once and by the name that came first."""
        named: dict[str, str] = {}
        for each in thread.messages:
            named.setdefault(each.summary.from_address, each.summary.from_name)
        writers = [Participant(email=email, name=name) for email, name in named.items()]
        return cls(
            id=thread.number,
            subject=thread.messages[0].summary.subject,
            participants=writers[: limits.THREAD_PARTICIPANTS],
            messages=len(thread.messages),
            unread=thread.unread,
            latest=LatestMessage.of(thread.latest),
        )


class MailboxThreads(View, rename="camel"):
    """Part of the list of threads."""

    mailbox_id: MailboxId
    threads: list[MailboxThread]
    cursor: Annotated[Count | None, about("The `cursor` of the next page, if there is one")]

    @classmethod
    def of(cls, mailbox: InboxId, found: Sequence[Thread], before: int | None) -> Self:
        """These threads, and where the list goes on."""
        threads = list(map(MailboxThread.of, found))
        return cls(mailbox_id=str(mailbox), threads=threads, cursor=before)
