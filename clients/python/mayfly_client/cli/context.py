"""What every command has at hand: settings, the service, the inbox that is meant."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass

from mayfly_client.cli.printing import as_json
from mayfly_client.cli.remembered import Memory, Remembered, now, restored
from mayfly_client.cli.settings import LAPTOP, NAMES, Settings, WrongUse
from mayfly_client.client import Mayfly
from mayfly_client.inbox import Inbox
from mayfly_client.options import Options


@dataclass(frozen=True, slots=True)
class Context:
    """One call of a command."""

    arguments: Namespace
    settings: Settings
    memory: Memory

    @classmethod
    def of(cls, arguments: Namespace, environment: Mapping[str, str] = os.environ) -> "Context":
        """With the settings of files and environment."""
        options = {name: getattr(arguments, name, None) or "" for name in NAMES}
        return cls(arguments, Settings.read(environment, options), Memory(environment))

    def client(self, url: str = "") -> Mayfly:
        """The service: as it was told, else where the inbox is, else the laptop."""
        settings = self.settings
        options: Options = {
            "token": settings.token,
            "api_key": settings.api_key,
            "admin_key": settings.admin_key,
        }
        if settings.trust:
            options["trust"] = settings.trust
        try:
            return Mayfly(settings.url or url or LAPTOP, **options)
        except (ValueError, OSError) as error:
            raise WrongUse(str(error)) from error

    def remembered(self) -> Remembered:
        """The inbox that is meant: that of `--inbox`, else the newest one.

        An address that is not remembered is a public one: anybody may read those.
        """
        address = getattr(self.arguments, "inbox", None) or ""
        found = self.memory.find(address)
        if found is not None:
            return found
        if not address:
            raise WrongUse("there is no inbox: make one with `mayfly new`, or name one by --inbox")
        return Remembered(self.settings.url, "public", address, address, self.settings.token)

    def inbox(self) -> Inbox:
        """The same, opened. A private one's token that ends soon is exchanged for a new one."""
        known = self.remembered()
        inbox = self.client(known.url).open(
            known.address, kind=known.kind, id=known.id, token=known.token, after=known.start
        )
        restored(inbox, known)
        if known.ends_soon(now()):
            inbox.rotate()
            self.keep(inbox, known.url)
        return inbox

    def keep(self, inbox: Inbox, url: str) -> None:
        """Remember how it is now, if it was remembered."""
        if self.memory.find(inbox.address) is not None:
            self.memory.keep(Remembered.of(url, inbox))

    def say(self, value: object, text: str) -> None:
        """Print the text, or with `--json` the value."""
        print(as_json(value) if self.arguments.json else text)


def hint(text: str) -> None:
    """A word to whoever sits there; programs do not see it."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)
