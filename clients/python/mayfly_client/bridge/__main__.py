"""`mayfly bridge --url https://mail.example`: read any Mayfly with a mail client."""

import argparse
import asyncio
import logging
import signal
import socket
import sys

from mayfly_client.bridge.api.http import Origin
from mayfly_client.bridge.errors import WrongSetting
from mayfly_client.bridge.server import IMAPS, POP3S, Bridge, Listener, ports
from mayfly_client.bridge.settings import Settings
from mayfly_client.bridge.tls import from_files, trusting

_WRONG = 2
_TAKEN = 1
_NO_PORT = ("off", "")


def _port(text: str) -> int | None:
    if text.lower() in _NO_PORT:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("must be a port, 0 for any that is free, or off")
    return int(text)


def _url(text: str) -> str:
    try:
        Origin.of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text.rstrip("/")


def _url_if_any(text: str) -> str:
    return _url(text) if text else ""  # argparse reads the default as it reads what is given


def _settings(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="mayfly bridge", description=__doc__)
    add = parser.add_argument
    add("--url", type=_url, default="http://127.0.0.1:5000", help="where Mayfly is (%(default)s)")
    add(
        "--socket",
        type=_url_if_any,
        default="",
        help="its WebSocket; else its page is asked for it",
    )
    add("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    for name, port in (("imap", 1143), ("pop3", 1110), ("imaps", "off"), ("pop3s", "off")):
        shown = f"port of {name.upper()}, 0 for any, or off (%(default)s)"
        add(f"--{name}-port", type=_port, default=str(port), help=shown)
    add("--tls-cert", default="", help="certificate (PEM), for STARTTLS, STLS, IMAPS and POP3S")
    add("--tls-key", default="", help="its key (PEM), if that is in another file")
    add("--trust", default="", help="certificates (PEM) that Mayfly's is checked with")
    add("--forwards", action="store_true", help="tell Mayfly, as a proxy does, who the client is")
    return Settings(**vars(parser.parse_args(arguments)))


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code."""
    settings = _settings(arguments)
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    listeners: list[Listener] = []
    try:
        bridge_of = from_files(settings.tls_cert, settings.tls_key), trusting(settings.trust)
        for kind, port in ports(settings).items():
            if kind in (IMAPS, POP3S) and not settings.tls_cert:
                raise WrongSetting(f"{kind} needs --tls-cert")
            listeners.append(Listener(kind, _listening(settings.host, port, kind)))
        asyncio.run(_run(settings, listeners, *bridge_of))
    except WrongSetting as error:
        print(error, file=sys.stderr)
        return _WRONG
    except OSError as error:
        print(error, file=sys.stderr)
        return _TAKEN
    finally:
        for each in listeners:
            each.socket.close()
    return 0


def _listening(host: str, port: int, kind: str) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise OSError(f"{kind}: cannot listen on {host}:{port} ({error.strerror})") from error


async def _run(settings: Settings, listeners: list[Listener], tls: object, trust: object) -> None:
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    async with Bridge(settings, tls, trust).serving(listeners):  # type: ignore[arg-type]
        for each_one in listeners:
            print(f"{each_one.kind:5} {settings.host}:{each_one.port}", flush=True)
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
