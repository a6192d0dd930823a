"""`python -m infra.local`: the whole service on this machine.

`… send ADDRESS`: a message for it. `… backup FOLDER`, `… restore FOLDER`: what `DATA` holds.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from infra.local.command import command
from infra.local.configuration import Configuration
from infra.local.data.backup import back_up
from infra.local.data.private_file import PRIVATE
from infra.local.data.restore import restore
from infra.local.listeners import Listeners, PortTaken
from infra.local.rights import give_up_root
from infra.local.send import send
from infra.local.settings import LaptopSettings
from mayfly.errors import InvalidInput

_WRONG_SETTING = 2
_TAKEN_PORT = 1
_FORCED = 130
_TURN_SECONDS = 0.0005
_TERMINAL = "%(asctime)s %(name)s %(message)s"
_JOURNAL = "%(levelname)s %(name)s %(message)s"  # which has the time, and the process
_WORDS = "[send ADDRESS … | backup FOLDER | restore FOLDER]"


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code."""
    os.umask(PRIVATE)
    try:
        match arguments:
            case []:
                _serve()
            case ["send", *rest]:
                return send(rest)
            case ["backup", folder]:
                print(back_up(_data(), Path(folder)))
            case ["restore", folder]:
                print(restore(Path(folder), _data()))
            case ["-h" | "--help"]:
                print(f"Usage: {command()} {_WORDS}")
            case _:
                print(f"Usage: {command()} {_WORDS}", file=sys.stderr)
                return _WRONG_SETTING
    except InvalidInput as error:
        print(error, file=sys.stderr)
        return _WRONG_SETTING
    except PortTaken as error:
        print(error, file=sys.stderr)
        return _TAKEN_PORT
    return 0


def _serve() -> None:
    configuration = Configuration.read(os.environ)
    laptop = configuration.laptop
    listeners = Listeners.open(laptop)
    give_up_root(laptop.run_as)
    if configuration.tls is not None and laptop.run_as:
        configuration.tls.check_renewal(laptop.run_as)
    _log(laptop.log_level, _JOURNAL if configuration.is_server else _TERMINAL)
    asyncio.run(_run(configuration, listeners))


def _data() -> Path:
    """Where the data is, as the user that it belongs to; InvalidInput if no setting says so."""
    laptop = LaptopSettings.from_environment(os.environ)
    if not laptop.data:
        raise InvalidInput("DATA: name the folder that Mayfly keeps its data in")
    give_up_root(laptop.run_as)
    return Path(laptop.data)


async def _run(configuration: Configuration, listeners: Listeners) -> None:
    # Most threads wait for one another's answers: long turns would keep them waiting.
    sys.setswitchinterval(_TURN_SECONDS)
    # moto and the functions are imported only once the settings and the ports are right.
    from infra.local.announcement import announcement
    from infra.local.laptop import Laptop

    asked_to_end = _asked_to_end()
    if configuration.is_server:  # on a laptop, SIGHUP is a terminal that was closed
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _reload, configuration)
    async with Laptop(configuration, listeners).running() as addresses:
        text = await asyncio.to_thread(announcement, addresses, configuration)
        print(text, flush=True)
        await asked_to_end.wait()


def _reload(configuration: Configuration) -> None:
    if configuration.tls is not None:
        configuration.tls.reload()


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


def _log(level: str, form: str) -> None:
    """Events of the mail server and what goes wrong; the functions say only what is wrong."""
    level = "WARNING" if level.upper() == "WARN" else level.upper()
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", level or "WARNING")
    logging.basicConfig(format=form, datefmt="%H:%M:%S")
    logging.getLogger("mayfly").setLevel(level or logging.INFO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
