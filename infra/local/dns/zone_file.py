"""Records in a zone file that may be edited while they are served."""

import logging
import re
import threading
from pathlib import Path

import dns.exception
import dns.rdatatype
import dns.zone

from infra.local.dns.server import Zone

logger = logging.getLogger("mayfly.laptop")

_TTL = 60


class ZoneFile(Zone):
    """The zone of a master file (RFC 1035 section 5); names without a final dot are whole, too.

    The file is read again when it has changed. One that cannot be read, or has a mistake, changes
    nothing, and its line is logged; without a file there is no record.
    """

    def __init__(self, path: Path) -> None:
        """Read when the first question comes."""
        super().__init__()
        self._path = path
        self._reading = threading.Lock()
        self._seen: tuple[int, int] | None = None

    def sets(self) -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
        """All of them as the file has them now."""
        self._refresh()
        return super().sets()

    def _refresh(self) -> None:
        with self._reading:
            seen = self._look()
            if seen == self._seen:
                return
            self._seen = seen
            try:
                text = self._path.read_text("utf-8") if seen else ""
                self.replace(zone_of(text))
            except (OSError, UnicodeDecodeError):
                self._complain("it cannot be read as text")
            except dns.exception.DNSException as error:
                self._complain(_where(error))

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def _complain(self, why: str) -> None:
        logger.warning("%s: %s; the records read before stay", self._path.name, why)


def zone_of(text: str) -> Zone:
    """The records of a zone file; DNSException, which says the line, for one with a mistake."""
    zone = Zone()
    # What stands before the first line gives records a lifetime that have none.
    whole = f"$TTL {_TTL}\n{text}"
    try:
        read = dns.zone.from_text(whole, ".", relativize=False, check_origin=False)
    except ValueError as error:  # dnspython makes numbers of digits however many there are
        raise dns.exception.SyntaxError from error
    for name, records in read.iterate_rdatasets():
        rdata = [each.to_text() for each in records]
        zone.put(name.to_text(), dns.rdatatype.to_text(records.rdtype), rdata, records.ttl)
    return zone


def _where(error: dns.exception.DNSException) -> str:
    """Near which line the mistake is, without what stands there."""
    found = re.match(r"<string>:(\d+):", str(error))
    if found is None:
        return "a name with a CNAME has more, or a number is too long"
    return f"a mistake at line {int(found[1]) - 1}, or just before"
