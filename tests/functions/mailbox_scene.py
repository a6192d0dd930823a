"""An account with one mailbox, and its calls on that, for tests of routes."""

from dataclasses import dataclass
from typing import Self

from mayfly.accounts.models import Account
from mayfly.inboxes.models import Inbox
from tests import samples
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.given_mailboxes import SESSION, WEEK, given_account, given_mailbox
from tests.memory import Memory

ADDRESS = "ann@mayfly.example"
MAILBOX = "/api/user/mailbox/{mailboxId}"


@dataclass
class MailboxScene:
    """Ann, her mailbox at ADDRESS, and the deployment that has both."""

    api: Api
    flows: MemoryAssembly
    account: Account
    mailbox: Inbox

    @classmethod
    def of(cls, flows: MemoryAssembly | None = None) -> Self:
        """A new one."""
        flows = flows or MemoryAssembly(Memory())
        account = given_account(flows.adapters)
        return cls(Api(flows), flows, account, given_mailbox(flows.adapters, account, ADDRESS))

    @property
    def memory(self) -> Memory:
        return self.flows.adapters

    def token(self, account: Account | None = None) -> str:
        ends = samples.NOW + WEEK
        return self.flows.accounts.tokens.issue((account or self.account).id, SESSION, ends).text

    def call(
        self, method: str, path: str, *values: str, body: object = None, **query: object
    ) -> Reply:
        """Ann's call on anything."""
        headers = bearer(self.token())
        return self.api.call(method, path, *values, body=body, headers=headers, **query)

    def ask(
        self, method: str, path: str, *values: str, body: object = None, **query: object
    ) -> Reply:
        """Ann's call on her mailbox."""
        return self.call(method, path, str(self.mailbox.id), *values, body=body, **query)
