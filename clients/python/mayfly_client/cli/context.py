"""What every command has at hand: settings, the service, the inbox that is meant."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mayfly_client.cli.printing import as_json
from mayfly_client.cli.remembered import Memory, Remembered, joined, now, restored
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

        One of another service than was named is not: its token is for that service alone.
        An address that is not remembered is a public one: anybody may read those.
        """
        address = getattr(self.arguments, "inbox", None) or ""
        url = self.settings.url.strip().rstrip("/")
        found = self.memory.find(address, url)
        if found is not None:
            return found
        if not address:
            where = f" at {url}" if url else ""
            raise WrongUse(
                f"there is no inbox{where}: make one with `mayfly new`, or name one by --inbox"
            )
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
            new = Remembered.of(known.url, inbox)
            ends = new.token_expires_at
            self.memory.change(
                known, lambda each: replace(each, token=new.token, token_expires_at=ends)
            )
        return inbox

    def note(self, inbox: Inbox, anew: bool) -> None:
        """Remember what its waits have given out, beside what was given before unless `anew`.

        Nothing else: somebody else may have exchanged the token, or given something, meanwhile.
        """
        new = Remembered.of("", inbox)

        def changed(each: Remembered) -> Remembered:
            given = new.given if anew else joined(each.given, new.given)
            return replace(each, start=new.start, given=given)

        self.memory.change(self.remembered(), changed)

    def say(self, value: object, text: str) -> None:
        """Print the text, or with `--json` the value."""
        print(as_json(value) if self.arguments.json else text)


def hint(text: str) -> None:
    """A word to whoever sits there; programs do not see it."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)
