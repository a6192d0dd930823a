"""The names that the laptop's functions find: those of a zone file, and the system's."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.local.apigateway.own_names import HOST
from infra.local.configuration import Configuration
from infra.local.dns.forward import Forwarder, system_servers
from infra.local.dns.server import NameServer
from infra.local.dns.zone_file import ZoneFile
from infra.local.listeners import free_port_for


@contextmanager
def names_served(configuration: Configuration) -> Iterator[str]:
    """Where a name server answers in the block; nowhere, if the settings name others.

    PortTaken or InvalidInput if it cannot listen there.
    """
    if configuration.functions.dns_servers:
        yield ""
        return
    laptop = configuration.laptop
    server = NameServer(ZoneFile(Path(laptop.zone_file)), Forwarder(system_servers()))
    with ExitStack() as serving:
        with free_port_for("DNS_PORT", laptop.dns_port):
            port = serving.enter_context(server.serving(HOST, laptop.dns_port))
        yield f"{HOST}:{port}"
