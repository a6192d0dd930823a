"""What `PROFILE` stands for: a developer's laptop, or a server that strangers reach."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from infra.local.settings import LaptopSettings
from infra.local.smtp.session import OWN_NAME
from mayfly.errors import InvalidInput

LAPTOP = "laptop"
SERVER = "server"
OFF = "off"
PROFILES = (LAPTOP, SERVER)
# Of what differs on a laptop, that which is no limit of a deployment or has another reason there:
# pages of elsewhere, threads that wait instead of Lambda's, and a budget of AWS's bill.
_AS_ON_THE_LAPTOP = ("CORS_ORIGIN", "WAITS_AT_ONCE", "DAILY_BUDGET_USD")
_SOCKET_PATH = "/ws"


def is_server(laptop: LaptopSettings) -> bool:
    """Whether strangers reach it."""
    return laptop.profile == SERVER


def check(laptop: LaptopSettings, uid: Callable[[], int] = os.geteuid) -> None:
    """InvalidInput names what is unknown, or what a server cannot do without."""
    if laptop.profile not in PROFILES:
        raise InvalidInput(f"PROFILE must be {' or '.join(PROFILES)}, not {laptop.profile!r}")
    if not is_server(laptop):
        return
    if not laptop.data:
        raise InvalidInput("DATA: PROFILE=server keeps everything in a folder; name it")
    if uid() == 0 and not laptop.run_as:
        raise InvalidInput(
            "RUN_AS: PROFILE=server does not run as root; name the user that it becomes once its"
            " ports are open, or start it as that user"
        )


def defaults(laptop: LaptopSettings, here: Mapping[str, str]) -> dict[str, str]:
    """What settings of the functions are where they are not set; `here`: on a laptop."""
    if not is_server(laptop):
        return {**here, "DOMAINS": laptop.domain}
    return {name: here[name] for name in _AS_ON_THE_LAPTOP} | {"DOMAINS": laptop.domain}


def placed(laptop: LaptopSettings, functions: Any) -> tuple[LaptopSettings, Any]:
    """Both with what follows from others: names of the SMTP server and the WebSocket, and ports.

    InvalidInput if a server's page would lead to places that only this machine can reach.
    """
    own = functions.domains[0] if is_server(laptop) else OWN_NAME
    imap, pop3 = (OFF, OFF) if is_server(laptop) else ("1143", "1110")
    laptop = replace(
        laptop,
        smtp_server_name=laptop.smtp_server_name or own,
        imap_port=laptop.imap_port or imap,
        pop3_port=laptop.pop3_port or pop3,
    )
    for port in (laptop.imaps_port, laptop.pop3s_port):
        if port not in ("", OFF) and not laptop.smtp_tls_cert:
            raise InvalidInput("IMAPS_PORT and POP3S_PORT need SMTP_TLS_CERT")
    if laptop.https_port not in ("", OFF) and (is_server(laptop) or laptop.engine == "moto"):
        raise InvalidInput("HTTPS_PORT is for a laptop, and for its own engine: leave it out")
    page = functions.page_url
    if laptop.files_url and laptop.engine == "moto":
        raise InvalidInput("FILES_URL: ENGINE=moto has no second name; leave one of them out")
    if laptop.files_url and not page:
        raise InvalidInput("FILES_URL: set PAGE_URL as well, to the address of the page")
    if laptop.files_url and authority(laptop.files_url) == authority(page):
        raise InvalidInput("FILES_URL must have another name than PAGE_URL")
    if not is_server(laptop) or not page:
        return laptop, functions
    if not laptop.files_url:
        raise InvalidInput("FILES_URL: PAGE_URL needs a second name, for what must not share it")
    scheme = "wss" if page.startswith("https:") else "ws"
    socket_url = functions.socket_url or f"{scheme}://{authority(page)}{_SOCKET_PATH}"
    return laptop, replace(functions, socket_url=socket_url)


def authority(url: str) -> str:
    """Name and port of a URL, as browsers send them; "" for none."""
    parts = urlsplit(url.lower())
    usual = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}.get(parts.scheme, "")
    return parts.netloc.removesuffix(usual) if usual else parts.netloc
