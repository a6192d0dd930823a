"""`make audit`, and `make audit ARGS=snapshot` for somebody with the internet."""

import os
import sys
import urllib.error
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from infra.audit.osv import OSV, taken
from infra.audit.snapshot import SNAPSHOT, Snapshot, Unreadable, locked

MOST_DAYS = 30
NPM_LOCK = "infra/deploying/package-lock.json"
_NEW = "`make audit ARGS=snapshot` takes a new one, from a machine with the internet"
_USAGE = 2


def main(arguments: Sequence[str], today: date, file: Path = SNAPSHOT, service: str = OSV) -> int:
    """0 if nothing is known, or nobody looked, which is said; 1 otherwise."""
    match list(arguments):
        case []:
            return _compared(file, today)
        case ["snapshot"]:
            return _renewed(file, today, service)
        case _:
            print("Usage: make audit [ARGS=snapshot]", file=sys.stderr)
            return _USAGE


def _compared(file: Path, today: date) -> int:
    try:
        snapshot = Snapshot.read(file)
    except FileNotFoundError:
        print(f"Not audited: there is no {file.name} to compare with. Nobody looked. {_NEW}")
        return 0
    except Unreadable as error:
        print(f"Not audited: {error}. {_NEW}")
        return 1
    days = (today - snapshot.fetched).days
    if days < 0:
        print(f"Not audited: {file.name} is of {snapshot.fetched}, and that is to come. {_NEW}")
        return 1
    packages = locked()
    known = [each for each in packages if each[0] in snapshot.packages]
    hits = snapshot.hits(known)
    for line in hits:
        print(line)
    print(
        f"{len(known)} packages, {len(hits)} with vulnerabilities that {snapshot.source} knew on"
        f" {snapshot.fetched} ({days} days ago)"
    )
    others = sorted({name for name, _ in packages} - snapshot.packages)
    if others:
        print(f"Not audited: the snapshot does not know {', '.join(others)}. {_NEW}")
    print(f"npm's packages are not looked at: {NPM_LOCK}")
    if days > MOST_DAYS:
        print(f"The snapshot is older than {MOST_DAYS} days: newer advisories were not looked at.")
        print(_NEW)
    return 1 if hits else 0


def _renewed(file: Path, today: date, service: str) -> int:
    names = {name for name, _ in locked()}
    try:
        snapshot = taken(names, today, service)
    except (urllib.error.URLError, TimeoutError) as error:
        print(f"No snapshot: {service} cannot be reached ({error}). Nothing was changed")
        return 1
    snapshot.write(file)
    print(f"{len(snapshot.advisories)} advisories about {len(names)} packages are in {file.name}")
    return _compared(file, today)


if __name__ == "__main__":
    now = datetime.now(UTC).date()
    sys.exit(main(sys.argv[1:], now, service=os.environ.get("OSV_URL", OSV)))
