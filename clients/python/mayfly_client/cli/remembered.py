"""The inboxes that `mayfly new` has made: a file of their owner's alone, with what opens them.

`$XDG_STATE_HOME/mayfly/inboxes.json`. It has what waits have given out as well, so the next
`mayfly wait --code` has the next code.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mayfly_client.cli.settings import WrongUse, folder
from mayfly_client.inbox import Inbox

_MOST = 20
_SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Remembered:
    """One inbox. `given` has the numbers of the messages that waits have given out, by what for."""

    url: str
    kind: str
    id: str
    address: str
    token: str = field(repr=False)
    token_expires_at: str = ""
    start: int = 0
    given: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str, inbox: Inbox) -> "Remembered":
        """This inbox, as it is now."""
        until = inbox.token_expires_at
        given = {name: sorted(each) for name, each in inbox.given.numbers.items()}
        return cls(
            url,
            inbox.kind,
            inbox.id,
            inbox.address,
            inbox.token,
            until.isoformat() if until else "",
            inbox.given.start,
            given,
        )

    def ends_soon(self, now: datetime) -> bool:
        """Whether its token ought to be exchanged, and still can be."""
        if self.kind != "private" or not self.token_expires_at:
            return False
        until = datetime.fromisoformat(self.token_expires_at)
        return now < until < now + _SOON


class Memory:
    """All that are remembered, the newest first."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._path = folder(environment, "XDG_STATE_HOME", ".local/state") / "inboxes.json"

    def all(self) -> list[Remembered]:
        """Those there are; WrongUse if the file is not what was written."""
        try:
            found = json.loads(self._path.read_bytes())
            return [Remembered(**each) for each in found["inboxes"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise WrongUse(f"{self._path} cannot be read: remove it, or mend it") from error

    def find(self, address: str) -> Remembered | None:
        """That of this address, or for "" the newest one."""
        return next((each for each in self.all() if address in ("", each.address)), None)

    def keep(self, inbox: Remembered) -> None:
        """Remember it as it is now; a new one is the newest, and the oldest is forgotten."""
        known = self.all()
        if any(each.address == inbox.address for each in known):
            self._write([inbox if each.address == inbox.address else each for each in known])
        else:
            self._write([inbox, *known][:_MOST])

    def forget(self, address: str) -> None:
        """Forget what is no more."""
        self._write([each for each in self.all() if each.address != address])

    def _write(self, inboxes: list[Remembered]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = {"inboxes": [asdict(each) for each in inboxes]}
        # mkstemp makes it for its owner alone; nobody sees half of it.
        number, name = tempfile.mkstemp(dir=self._path.parent)
        try:
            with os.fdopen(number, "w") as file:
                json.dump(document, file)
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def restored(inbox: Inbox, remembered: Remembered) -> Inbox:
    """The inbox with what its waits have given out before."""
    inbox.given.numbers.update({name: set(each) for name, each in remembered.given.items()})
    return inbox
