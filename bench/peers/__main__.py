"""Mayfly beside other mail catchers, on this machine: `python -m bench.peers`.

Words are settings: `ONLY=mayfly,noop MAILS=500 STORED=1`. Every server runs from the beginning to
the end, and each measure goes through all of them before the next one starts, so that what else
the machine does meets them alike. A server that fails is named, and the others go on.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.peers import figures as names
from bench.peers.figures import Figures
from bench.peers.installing import FOLDER, install
from bench.peers.measuring import Measured, NotStarted, Sizes, percentile, started
from bench.peers.server import with_free_ports
from bench.peers.servers import SERVERS

_STORED = 100_000
_RECIPIENTS = 100
_FILL_SECONDS, _STORED_SECONDS = 30, 900
_KNOWN = [each.name for each in SERVERS]
Line = dict[str, object]


def read(words: Sequence[str]) -> tuple[Sizes, list[str]]:
    """Sizes and the servers' names; SystemExit says what is wrong with any other word."""
    sizes, only = {}, _KNOWN
    for word in words:
        name, _, value = word.partition("=")
        if name == "ONLY" and value and set(value.split(",")) <= set(_KNOWN):
            only = value.split(",")
        elif name in Sizes.names() and value.isdigit() and int(value):
            sizes[name.lower()] = int(value)
        else:
            known = f"ONLY (of {','.join(_KNOWN)}), {', '.join(Sizes.names())}"
            sys.exit(f"{word}: not one of {known}, 1 or more")
    return Sizes(**sizes), [name for name in _KNOWN if name in only]


@dataclass
class Run:
    """All servers beside each other."""

    sizes: Sizes
    figures: Figures = field(default_factory=Figures)
    running: list[Measured] = field(default_factory=list)

    def lines(self, only: Sequence[str]) -> Iterator[Line]:
        """Every figure when it is known; all that was started has ended after the last."""
        FOLDER.mkdir(exist_ok=True)
        with ExitStack() as all_of_them:
            for kind in (each for each in SERVERS if each.name in only):
                # Not below /tmp, which may be memory: what is durable has to meet a disk.
                folder = all_of_them.enter_context(tempfile.TemporaryDirectory(dir=FOLDER))
                server = with_free_ports(kind, Path(folder))
                try:
                    measured = all_of_them.enter_context(started(server))
                except (NotStarted, OSError) as error:
                    yield {"figure": names.START, "server": kind.name, "failed": str(error)}
                    continue
                self.running.append(measured)
                yield self._line(measured, names.START, measured.start_seconds)
                yield self._line(measured, names.RSS_START, measured.usage.resident_mb)
            for measure in self._measures():
                yield from self._through_all(measure)

    def _measures(self) -> list[Callable[[Measured], Iterator[Line]]]:
        """The fill comes after what is felt, and before large mails, which would hide it."""
        sizes = self.sizes
        measures = [
            lambda each: self._mails(each, names.SMALL, 1, sizes.mails),
            lambda each: self._mails(each, names.SMALL, sizes.senders, sizes.mails),
            self._felt,
            self._fill,
            lambda each: self._mails(each, names.BIG, 1, sizes.big // 4),
            lambda each: self._mails(each, names.BIG, sizes.senders, sizes.big),
        ]
        return measures + [self._stored] * bool(sizes.stored)

    def _through_all(self, measure: Callable[[Measured], Iterator[Line]]) -> Iterator[Line]:
        for measured in list(self.running):
            try:
                yield from measure(measured)
            except (OSError, subprocess.SubprocessError) as error:
                self.running.remove(measured)  # what comes after would say nothing
                yield {"server": measured.server.name, "failed": str(error)}

    def _mails(
        self, of: Measured, size: str, senders: int, mails: int, stored: bool = False
    ) -> Iterator[Line]:
        taken = of.take(size, senders, mails, self.sizes.seconds)
        counts = {"mails": taken.sent.mails, "refused": taken.sent.refused}
        yield self._line(of, names.visible(size, senders, stored), taken.rate, **counts)
        yield self._line(of, names.cpu(size, senders, stored), taken.cpu_ms_a_mail)

    def _felt(self, of: Measured, suffix: str = "") -> Iterator[Line]:
        if not of.server.has_api:
            return
        for name, url in ((names.LIST, of.server.list_url()), (names.READ, of.server.read_url())):
            yield self._line(of, name + suffix, of.answers(url, self.sizes.requests))
        delays = of.frames(self.sizes.frames, self.sizes.seconds)
        for name, percent in ((names.FRAME, 50), (names.FRAME_P95, 95)):
            if delays:
                yield self._line(of, name + suffix, percentile(delays, percent))

    def _fill(self, of: Measured) -> Iterator[Line]:
        missing = self.sizes.fill - of.server.total
        if missing > 0:
            of.take(names.SMALL, self.sizes.senders, missing, _FILL_SECONDS)
        # What missed the time is named by what it holds, and compared with no goal.
        held = min(of.server.total, max(self.sizes.fill, of.server.total - missing))
        yield self._line(of, names.RSS_FULL.format(held), of.usage.resident_mb)

    def _stored(self, of: Measured) -> Iterator[Line]:
        if of.server.name not in names.BOTH:
            return
        mails = _STORED // _RECIPIENTS
        of.take(names.SMALL, self.sizes.senders, mails, _STORED_SECONDS, _RECIPIENTS)
        sizes, held = self.sizes, f"{names.RSS_FULL.format('all')}, stored"
        yield self._line(of, held, of.usage.resident_mb, messages=of.server.total)
        yield from self._mails(of, names.SMALL, sizes.senders, sizes.mails, stored=True)
        yield from self._felt(of, ", stored")

    def _line(self, of: Measured, figure: str, value: float, **more: object) -> Line:
        return self.figures.add(figure, of.server.name, value, **more)


def main(words: Sequence[str]) -> int:
    """Install, measure, and show; 1 if something could not be measured."""
    sizes, only = read(words)
    if not Path("/proc/self/stat").exists():
        sys.exit("make peers reads CPU and memory from /proc: it needs Linux")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    missing = install(set(only))
    run, failed = Run(sizes), bool(missing)
    for line in run.lines(only):
        print(json.dumps(line), flush=True)
        failed = failed or "failed" in line
    print()
    print("\n".join([*run.figures.table(only), *missing]))
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("ended")
