"""`python -m infra.local`: the whole service on this machine. `… send ADDRESS`: a mail for it."""

import asyncio
import logging
import os
import signal
import sys

from infra.local.configuration import Configuration
from infra.local.data.private_file import PRIVATE
from infra.local.listeners import Listeners, PortTaken
from infra.local.send import send
from mayfly.errors import InvalidInput

_WRONG_SETTING = 2
_TAKEN_PORT = 1
_FORCED = 130
_TURN_SECONDS = 0.0005


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code."""
    if arguments[:1] == ["send"]:
        return send(arguments[1:])
    if arguments:
        print("Usage: python -m infra.local [send ADDRESS …]", file=sys.stderr)
        return _WRONG_SETTING
    os.umask(PRIVATE)
    try:
        configuration = Configuration.read(os.environ)
        listeners = Listeners.open(configuration.laptop)
        _log(configuration.laptop.log_level)
        asyncio.run(_run(configuration, listeners))
    except InvalidInput as error:
        print(error, file=sys.stderr)
        return _WRONG_SETTING
    except PortTaken as error:
        print(error, file=sys.stderr)
        return _TAKEN_PORT
    return 0


async def _run(configuration: Configuration, listeners: Listeners) -> None:
    # Most threads wait for one another's answers: long turns would keep them waiting.
    sys.setswitchinterval(_TURN_SECONDS)
    # moto and the functions are imported only once the settings and the ports are right.
    from infra.local.announcement import announcement
    from infra.local.laptop import Laptop

    asked_to_end = _asked_to_end()
    async with Laptop(configuration, listeners).running() as addresses:
        text = await asyncio.to_thread(announcement, addresses, configuration)
        print(text, flush=True)
        await asked_to_end.wait()


def _asked_to_end() -> asyncio.Event:
    """Set by the first Ctrl-C or SIGTERM; the second ends the process where it stands."""
    asked = asyncio.Event()

    def ask() -> None:
        if asked.is_set():
            os._exit(_FORCED)
        asked.set()

    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, ask)
    return asked


def _log(level: str) -> None:
    """Events of the mail server and what goes wrong; the functions say only what is wrong."""
    level = "WARNING" if level.upper() == "WARN" else level.upper()
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", level or "WARNING")
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("mayfly").setLevel(level or logging.INFO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
