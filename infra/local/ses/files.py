"""Mail that the functions send: it goes nowhere from here, each becomes a file to read."""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.data.private_file import OUTBOX, write_private
from infra.local.moto.guard import observed
from infra.local.moto.server import mails_inside

logger = logging.getLogger("mayfly.laptop")


@contextmanager
def outbox(data: Path | None) -> Iterator[Path]:
    """The folder that mails are put into as they are sent: one of `data`, or one that goes at the
    end of the block.
    """
    if data is None:
        with tempfile.TemporaryDirectory(prefix="mayfly-sent-") as folder, _taking(Path(folder)):
            yield Path(folder)
        return
    (data / OUTBOX).mkdir(mode=0o700, parents=True, exist_ok=True)
    with _taking(data / OUTBOX):
        yield data / OUTBOX


@contextmanager
def _taking(folder: Path) -> Iterator[None]:
    def take() -> None:
        mails = mails_inside()
        for mail in [each for each in mails if hasattr(each, "subject")]:
            mails.remove(mail)
            text = f"To: {mail.destinations['ToAddresses'][0]}\nSubject: {mail.subject}\n\n"
            write_private(folder / f"{time.time_ns()}.txt", text + mail.body)
            logger.info("a mail was sent: it is in the folder of sent mail")

    with observed(take):
        yield
