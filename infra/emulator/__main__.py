"""`python -m infra.emulator [name=value …]`: the deployed service on this machine.

The arguments are context values of the deployment, as in `cdk deploy -c name=value`.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import ssl
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from infra.cloud.functions import vendor
from infra.emulator.cdk import Cdk, CommandFailed
from infra.emulator.emulator import ENVIRONMENT, HOST, Emulator, EmulatorFailed, running
from infra.emulator.place import Place
from infra.emulator.sending import Receiving

LAYER = ENVIRONMENT / "layer"
_PORT = 2525
_HERE = {"domains": "mayfly.example", "deletionProtection": "false"}
"""Context values without which it is not deployed; what is here is gone with the process."""


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code."""
    context = dict(each.split("=", 1) for each in arguments if "=" in each)
    if len(context) != len(arguments):
        print("Usage: python -m infra.emulator [context-name=value …]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _end)
    try:
        with _listener() as listener, tempfile.TemporaryDirectory(prefix="mayfly-") as folder:
            _run(listener, Path(folder), context)
    except (EmulatorFailed, CommandFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _run(listener: socket.socket, folder: Path, context: dict[str, str]) -> None:
    with _saying("third-party code for this machine"):
        vendor.build(LAYER, vendor.LOCK_FILE, vendor.run, vendor.here())
    with contextlib.ExitStack() as stack:
        with _saying("emulator"):
            emulator = stack.enter_context(running(folder))
        cdk = Cdk(emulator, LAYER, {**_HERE, **context})
        with _saying("cdk bootstrap"):
            cdk.bootstrap()
        with _saying("cdk deploy"):
            outputs = cdk.deploy()
        receiving = Receiving.of(emulator)
        place = Place.of(cdk, outputs, listener.getsockname()[1], receiving.domains[0])
        place.write()
        asyncio.run(_serve(listener, receiving, place))


async def _serve(listener: socket.socket, receiving: Receiving, place: Place) -> None:
    asked = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, asked.set)
    async with receiving.serving(listener):
        address = await asyncio.to_thread(_first_address, place)
        print(f"\n{place.text(address)}", flush=True)
        await asked.wait()


def _first_address(place: Place) -> str:
    emulator: Emulator = place.emulator
    context = ssl.create_default_context(cafile=str(emulator.certificate))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    request = urllib.request.Request(f"{place.http}/api/emails", method="POST")
    try:
        with opener.open(request, timeout=30) as answer:
            return str(json.load(answer)["email"])
    except urllib.error.HTTPError as refused:
        refused.close()
        return "(none: public inboxes are off)"


def _listener() -> socket.socket:
    port = int(os.environ.get("SMTP_SERVER_PORT", _PORT))
    try:
        return socket.create_server((HOST, port), backlog=256)
    except OSError as error:
        raise OSError(f"Port {port} is taken: set SMTP_SERVER_PORT to another, or to 0") from error


@contextmanager
def _saying(what: str) -> Iterator[None]:
    print(f"  {what:<36}", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    finally:
        print(f"{time.monotonic() - began:5.1f} s", flush=True)


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    sys.exit(main(sys.argv[1:]))
