"""Servers as processes: started, measured with all that they started, and ended by their ids."""

import os
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Stat:
    """One process, as Linux tells of it."""

    pid: int
    parent: int
    started: int
    cpu_ticks: int
    resident_pages: int

    @classmethod
    def parse(cls, text: str) -> "Stat":
        """From `/proc/PID/stat`; the name of the program may have spaces and brackets."""
        pid, _, rest = text.partition(" ")
        fields = rest.rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return cls(int(pid), int(fields[1]), int(fields[19]), ticks, int(fields[21]))


@dataclass(frozen=True, slots=True)
class Usage:
    """What a server and its children have taken so far."""

    cpu_seconds: float
    resident_mb: float


def family(pid: int, processes: Sequence[Stat]) -> list[Stat]:
    """This process and all that descend from it, parents first."""
    found = [each for each in processes if each.pid == pid]
    for parent in found:
        found += [each for each in processes if each.parent == parent.pid]
    return found


def usage(pid: int) -> Usage:
    """Of the process and its children that live."""
    ours = family(pid, _all())
    ticks = sum(each.cpu_ticks for each in ours)
    pages = sum(each.resident_pages for each in ours)
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Started in that folder; ended at the end with its children, whatever happened."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    children = family(process.pid, _all())[1:]
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    left = {(each.pid, each.started) for each in _all()}
    for child in children:
        if (child.pid, child.started) in left:  # not another one that has its id by now
            with suppress(ProcessLookupError):
                _kill(child.pid)


def _kill(pid: int) -> None:
    """Kill it, and wait until it is gone."""
    watched = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGKILL)
        select.select([watched], [], [], _PATIENCE_SECONDS)
    finally:
        os.close(watched)


def _all() -> list[Stat]:
    found = []
    for each in _PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(Stat.parse(each.read_text(errors="replace")))
    return found
