"""Messages, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.messages.files import MessageFiles
from mayfly.messages.search import MessageSearch
from mayfly.messages.service import ContentLoader, MessageService


class MessageWiring(Wiring):
    """What readers see of emails."""

    @cached_property
    def loader(self) -> ContentLoader:
        return ContentLoader(self.adapters.contents, self.adapters.raw_mails)

    @cached_property
    def reader(self) -> MessageService:
        ports = self.adapters
        return MessageService(ports.inboxes, ports.messages, self.loader, self.now, self.pause)

    @cached_property
    def search(self) -> MessageSearch:
        return MessageSearch(self.reader)

    @cached_property
    def files(self) -> MessageFiles:
        ports = self.adapters
        return MessageFiles(
            ports.messages, self.loader, ports.raw_mails, ports.part_files, self.now
        )
