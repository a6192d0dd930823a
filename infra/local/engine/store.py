"""Where the engine keeps everything: one SQLite file of a folder, or a private temporary one.

**Group commit.** Without an event loop each `writing` block is a transaction of its own. With one
(`grouped`), all that is written in one turn of the loop is one transaction. Nothing that follows
from it leaves before it is safe: threads wait at the end of their block, the loop's own tasks wait
for `settled`, and what was given to `afterwards` runs then. If the commit fails, all of them fail,
and nothing of the turn is kept. If the disk fails later, when it is asked whether all is there,
nobody knows what it has: those that wait fail, and nothing is written any more until a restart.

**Safe** means: the pages are in SQLite's write-ahead log and the log was synchronised to the disk
(fdatasync; F_FULLFSYNC on macOS). Without a folder it means: committed. https://sqlite.org/wal.html
"""

import asyncio
import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from mayfly.errors import UNAVAILABLE, InvalidInput, MayflyError

logger = logging.getLogger("mayfly.laptop")

FILE = "mayfly.sqlite3"
VERSION = 2
LOCK_FILE = f"{FILE}.lock"
_BUSY_MILLISECONDS = 1000
_CACHE_KIB = 16 * 1024
_CHECKPOINT_BYTES = 16 << 20  # of the log; SQLite's own threshold, 4 MB, would hold the loop often

Schema = str
"""Statements that make tables and indexes; each part of the engine brings its own."""


Convert = Callable[[sqlite3.Connection], None]
"""Takes over what version 1 kept."""


def synchronise(descriptor: int) -> None:
    """Have what was written to the file on the disk."""
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: fsync leaves it in the drive's cache
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(descriptor)


class NotKept(MayflyError):
    """What was written in this turn is not kept; the message says why."""

    kind = UNAVAILABLE


class _Turn:
    """All that is written together, and those that wait until it is safe."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.error: NotKept | None = None
        self.lasts = False  # whether anybody relies on what is written
        self.afterwards: list[Callable[[], object]] = []
        self.futures: list[asyncio.Future[None]] = []

    def end(self, error: NotKept | None = None) -> None:
        """Tell those that wait. In the loop's thread if there are futures.

        None of them goes on before what comes `afterwards` is done.
        """
        self.error = error
        for future in self.futures:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
        if error is None:
            for call in self.afterwards:
                try:
                    call()
                except Exception:
                    logger.exception("a call after a commit failed")
        self.over.set()


class Store:
    """One database. All methods may be called from any thread, `settled` in the loop only."""

    def __init__(
        self,
        folder: Path | None = None,
        *schemas: Schema,
        synchronise: Callable[[int], None] = synchronise,
        convert: Convert | None = None,
    ) -> None:
        """Open or make it; InvalidInput if the folder cannot be used or another process uses it.

        `synchronise` has what was written to a file descriptor on the disk, or raises OSError.
        `convert` makes today's tables of a file of version 1, in one transaction with its version.
        """
        self.folder = folder
        self._synchronise = synchronise
        self._broken: NotKept | None = None  # why nothing can be written any more
        self._is_copied = False  # whether the log can begin anew after a few pages more
        self._lock = threading.RLock()
        self._depth = 0
        self._turn: _Turn | None = None  # in which something is written
        self._syncing: _Turn | None = None  # which is committed, and not safe yet
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread = 0
        self._syncer: ThreadPoolExecutor | None = None
        self._forget: list[Callable[[], None]] = []
        self._own_lock = self._log = -1
        try:
            self._file = self._opened(folder)
            self._prepare(schemas, convert)
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise InvalidInput(f"DATA: {str(folder)!r} cannot be used ({error})") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Commit what is written and let go of the file; a repeat is a no-op."""
        with self._lock:
            if hasattr(self, "_file"):
                if self._turn is not None:
                    self._commit_now()
                self._file.close()
                del self._file
            for descriptor in (self._log, self._own_lock):
                if descriptor >= 0:
                    os.close(descriptor)
            self._log = self._own_lock = -1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for SELECT; what others have written in this turn is seen already."""
        with self._lock:
            yield self._file

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """The connection, in a transaction. Blocks may be nested: the outermost one counts.

        What is not `lasting` (counters of requests) is kept with what is, and nobody waits for it.

        What is raised inside before anything was written leaves the turn as it was, so check first
        and write then. NotKept at the end of the block, in threads, if the commit failed.
        """
        with self._lock:
            turn = self._begun()
            turn.lasts |= lasting
            self._depth += 1
            try:
                yield self._file
            except sqlite3.Error as error:
                # SQLite may have rolled everything back by itself (SQLITE_FULL, SQLITE_IOERR).
                self._fail(turn, error)
                raise NotKept(str(error)) from error
            finally:
                self._depth -= 1
            if self._depth:
                return
            if self._loop is None:
                self._commit_now()
        if self._loop is None:
            if turn.error is not None:
                raise NotKept(str(turn.error))  # each thread has its own
        elif lasting and threading.get_ident() != self._loop_thread:
            turn.over.wait()
            if turn.error is not None:
                raise NotKept(str(turn.error))  # each thread has its own

    def afterwards(self, call: Callable[[], object]) -> None:
        """Call this once what is written in this turn is safe; at once if nothing is.

        In the loop's thread if there is one. Not at all if the commit fails.
        """
        with self._lock:
            turn = self._turn or self._syncing
            if turn is not None:
                turn.afterwards.append(call)
                return
        call()

    def when_forgotten(self, call: Callable[[], None]) -> None:
        """Call this whenever a turn is rolled back: what was read of it is wrong."""
        self._forget.append(call)

    @contextmanager
    def grouped(self) -> Iterator[None]:
        """Group commits by the turns of the running loop, until the block ends."""
        self._loop, self._loop_thread = asyncio.get_running_loop(), threading.get_ident()
        self._syncer = ThreadPoolExecutor(1, "sync")
        try:
            yield
        finally:
            self._syncer.shutdown(wait=True)
            with self._lock:
                self._loop = self._syncer = None
                for turn in (self._syncing, self._turn):
                    if turn is self._turn and turn is not None:
                        self._commit_now()
                    elif turn is not None:
                        turn.end(self._broken)
                self._syncing = None

    async def settled(self) -> None:
        """Wait until all that was written so far and lasts is safe; NotKept if it is not."""
        turn = next((each for each in (self._turn, self._syncing) if each and each.lasts), None)
        if turn is None:
            return
        future = asyncio.get_running_loop().create_future()
        turn.futures.append(future)
        await future

    @property
    def is_settled(self) -> bool:
        """Whether all that was written so far is safe."""
        return self._turn is None and self._syncing is None

    # Turns.

    def _begun(self) -> _Turn:
        if self._turn is None:
            if self._broken is not None:
                raise NotKept(str(self._broken))
            try:
                self._file.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise NotKept(str(error)) from error
            self._turn = _Turn()
            if self._loop is not None and self._syncing is None:
                self._ask_to_end()
        return self._turn

    def _ask_to_end(self) -> None:
        assert self._loop is not None
        if threading.get_ident() == self._loop_thread:
            self._loop.call_soon(self._end_turn)
        else:
            self._loop.call_soon_threadsafe(self._end_turn)

    def _commit_now(self) -> None:
        """Commit and synchronise in this thread."""
        turn, self._turn = self._turn, None
        assert turn is not None
        error = self._committed() or self._synced()
        turn.end(error)

    def _end_turn(self) -> None:
        """In the loop: commit, then synchronise in a thread; meanwhile the next turn fills up."""
        with self._lock:
            turn = self._turn
            if turn is None or self._syncing is not None or self._syncer is None:
                return
            self._turn = None
            error = self._committed()
            if error is None and self._is_copied:
                self._checkpointed(self._file, "TRUNCATE")
                self._is_copied = False
            if error is not None or self.folder is None or not turn.lasts:
                turn.end(error)
                return
            self._syncing = turn
            future = self._syncer.submit(self._synced)
        loop = self._loop
        future.add_done_callback(
            lambda done: loop and loop.call_soon_threadsafe(self._is_safe, turn, done.result())
        )

    def _is_safe(self, turn: _Turn, error: NotKept | None) -> None:
        with self._lock:
            if self._syncing is not turn:
                return
            self._syncing = None
            following = self._turn
            if following is not None and error is None:
                self._ask_to_end()
            elif following is not None and error is not None:
                self._turn = None
                self._rolled_back(error)
        turn.end(error)
        if following is not None and error is not None:
            following.end(error)

    def _committed(self) -> NotKept | None:
        try:
            self._file.execute("COMMIT")
        except sqlite3.Error as error:
            return self._rolled_back(error)
        return None

    def _fail(self, turn: _Turn, error: Exception) -> None:
        if self._turn is turn:
            self._turn = None
            failure = self._rolled_back(error)
            if self._loop is not None and threading.get_ident() != self._loop_thread:
                self._loop.call_soon_threadsafe(turn.end, failure)
            else:
                turn.end(failure)

    def _rolled_back(self, error: Exception) -> NotKept:
        logger.error("not kept: %s", error)
        if self._file.in_transaction:
            with suppress(sqlite3.Error):
                self._file.execute("ROLLBACK")
        for call in self._forget:
            call()
        return NotKept(str(error))

    def _synced(self) -> NotKept | None:
        """Have the log on the disk; checkpoint it when it has grown."""
        if self.folder is None:
            return None
        try:
            if self._log < 0:
                self._log = os.open(self.folder / f"{FILE}-wal", os.O_RDWR)
            self._synchronise(self._log)
            size = os.fstat(self._log).st_size
        except Exception as error:  # whatever it is, those that wait have to hear
            # A second attempt would succeed without them: the system has forgotten those pages.
            logger.error("not synchronised, nothing is kept until a restart: %s", error)
            self._broken = NotKept(str(error))
            return self._broken
        if size > _CHECKPOINT_BYTES and not self._is_copied:
            # By a connection of its own, beside those that go on.
            try:
                other = sqlite3.connect(self.folder / FILE, timeout=1.0, isolation_level=None)
            except sqlite3.Error as error:  # no descriptor is left, say: those that wait go on
                logger.error("the log goes on growing: %s", error)
                return None
            with closing(other):
                self._is_copied = self._checkpointed(other, "PASSIVE")
        return None

    def _checkpointed(self, connection: sqlite3.Connection, how: str) -> bool:
        """Move the log into the file. If that fails, all is in the log still."""
        try:
            # Nobody waits until a reader (a backup) has ended: the log grows meanwhile.
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute(f"PRAGMA wal_checkpoint({how})")
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        except sqlite3.Error as error:
            logger.error("the log goes on growing: %s", error)
            return False
        return True

    # The file.

    def _opened(self, folder: Path | None) -> sqlite3.Connection:
        if folder is None:
            # SQLite's temporary file: in memory until its cache is full, gone when it is closed.
            return _connected("")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._own_lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._own_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InvalidInput(
                f"DATA: {str(folder)!r} cannot be used: another Mayfly is running on it"
            ) from error
        # SQLite gives its other files (-wal, -shm) the rights that this one has.
        os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600))
        return _connected(str(folder / FILE))

    def _prepare(self, schemas: tuple[Schema, ...], convert: Convert | None) -> None:
        pragmas = ["journal_mode = MEMORY", "synchronous = OFF"]
        if self.folder is not None:
            pragmas = ["journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 0"]
        for pragma in (*pragmas, f"cache_size = -{_CACHE_KIB}", "temp_store = FILE"):
            self._file.execute(f"PRAGMA {pragma}")
        (version,) = self._file.execute("PRAGMA user_version").fetchone()
        known = (0, VERSION) if convert is None else (0, 1, VERSION)
        if version not in known:
            raise InvalidInput(f"DATA was written by another version of Mayfly ({version})")
        self._file.execute("BEGIN IMMEDIATE")
        if version == 1 and convert is not None:
            try:
                convert(self._file)
            except Exception as error:
                raise InvalidInput(
                    f"DATA is of version 0.2.0 and cannot be converted ({type(error).__name__});"
                    " it stays as it was"
                ) from error
        for statement in ";".join(schemas).split(";"):
            self._file.execute(statement)
        self._file.execute(f"PRAGMA user_version = {VERSION}")
        self._file.execute("COMMIT")
        if version == 1:
            logger.info("DATA was of version 1, and was converted")


def _connected(name: str) -> sqlite3.Connection:
    # Without sqlite3's own transactions: they would begin where they want.
    return sqlite3.connect(
        name, timeout=1.0, isolation_level=None, check_same_thread=False, cached_statements=256
    )
