"""IMAP and POP3 on this machine: the bridge, in this process and over the laptop's own ports."""

import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from infra.local.configuration import Configuration
from infra.local.settings import LaptopSettings
from mayfly_client.bridge.server import IMAP, IMAPS, POP3, POP3S, Bridge, Listener
from mayfly_client.bridge.settings import Settings
from mayfly_client.bridge.tls import Tls

Open = Callable[[str, int, str], socket.socket]


def ports(laptop: LaptopSettings) -> Mapping[str, tuple[str, int]]:
    """The setting and the port of each protocol that is on."""
    wanted = {
        IMAP: ("IMAP_PORT", laptop.imap_port),
        POP3: ("POP3_PORT", laptop.pop3_port),
        IMAPS: ("IMAPS_PORT", laptop.imaps_port),
        POP3S: ("POP3S_PORT", laptop.pop3s_port),
    }
    return {
        kind: (name, int(port)) for kind, (name, port) in wanted.items() if port not in ("", "off")
    }


def opened(laptop: LaptopSettings, listening: Open) -> list[Listener]:
    """Listen on all of them, or on none."""
    with ExitStack() as sockets:
        found = [
            Listener(kind, sockets.enter_context(listening(laptop.imap_host, port, name)))
            for kind, (name, port) in ports(laptop).items()
        ]
        sockets.pop_all()
        return found


def bridge(configuration: Configuration, http: str, websocket: str) -> Bridge:
    """The bridge over these addresses, with the SMTP server's certificate."""
    certificate, laptop = configuration.tls, configuration.laptop
    tls = Tls(None if certificate is None else certificate.context)
    return Bridge(Settings(url=http, socket=websocket, forwards=laptop.proxy), tls)
