"""The inboxes that `mayfly new` has made: a file of their owner's alone, with what opens them.

`$XDG_STATE_HOME/mayfly/inboxes.json`. It has what waits have given out as well, so the next
`mayfly wait --code` has the next code.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mayfly_client.cli.settings import WrongUse, folder
from mayfly_client.inbox import Inbox
from mayfly_client.places import PLACES

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

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

    def is_that(self, other: "Remembered") -> bool:
        """Whether it is the same inbox."""
        return (self.url, self.address) == (other.url, other.address)

    def ends_soon(self, now: datetime) -> bool:
        """Whether its token ought to be exchanged, and still can be."""
        if self.kind != "private" or not self.token_expires_at:
            return False
        until = datetime.fromisoformat(self.token_expires_at)
        return now < until < now + _SOON


def _checked(found: Remembered) -> Remembered:
    """The same; ValueError if it is not as it was written."""
    texts = (found.url, found.id, found.address, found.token, found.token_expires_at)
    if found.kind not in PLACES or not all(isinstance(each, str) for each in texts):
        raise ValueError("no text where there has to be one")
    if found.token_expires_at and not datetime.fromisoformat(found.token_expires_at).tzinfo:
        raise ValueError("a time without a zone")
    if not isinstance(found.given, dict):
        raise ValueError("no numbers where there have to be some")
    numbers = [found.start, *(number for each in found.given.values() for number in each)]
    if not all(isinstance(each, int) for each in numbers):
        raise ValueError("no number where there has to be one")
    return found


class Memory:
    """All that are remembered, the newest first."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._path = folder(environment, "XDG_STATE_HOME", ".local/state") / "inboxes.json"

    def all(self) -> list[Remembered]:
        """Those there are; WrongUse if the file is not what was written."""
        try:
            found = json.loads(self._path.read_bytes())
            return [_checked(Remembered(**each)) for each in found["inboxes"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise WrongUse(f"{self._path} cannot be read: remove it, or mend it") from error

    def find(self, address: str, url: str = "") -> Remembered | None:
        """That of this address, or for "" the newest one; of this service, or for "" of any."""
        for each in self.all():
            if address in ("", each.address) and url in ("", each.url):
                return each
        return None

    def check(self) -> None:
        """WrongUse if nothing can be remembered."""
        with self._locked():
            self.all()

    def keep(self, inbox: Remembered) -> None:
        """Remember a new one: it is the newest, and the oldest is forgotten."""
        with self._locked():
            others = [each for each in self.all() if not each.is_that(inbox)]
            self._write([inbox, *others][:_MOST])

    def change(self, inbox: Remembered, change: Callable[[Remembered], Remembered]) -> None:
        """Remember it otherwise, if it still is: it may have changed since it was read."""
        with self._locked():
            self._write([change(each) if each.is_that(inbox) else each for each in self.all()])

    def forget(self, inbox: Remembered) -> None:
        """Forget what is no more."""
        with self._locked():
            self._write([each for each in self.all() if not each.is_that(inbox)])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """As the only one that writes: others that want to wait."""
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (folder / "lock").open("a")
        except OSError as error:
            raise WrongUse(f"inboxes cannot be remembered in {folder}: {error.strerror}") from error
        with lock:  # which ends with the file, whatever happens
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, inboxes: list[Remembered]) -> None:
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


def joined(given: Mapping[str, list[int]], more: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """What either has."""
    names = sorted({*given, *more})
    return {name: sorted({*given.get(name, ()), *more.get(name, ())}) for name in names}


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def restored(inbox: Inbox, remembered: Remembered) -> Inbox:
    """The inbox with what its waits have given out before."""
    inbox.given.numbers.update({name: set(each) for name, each in remembered.given.items()})
    return inbox
