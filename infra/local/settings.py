"""The settings of the laptop itself."""

import re
from dataclasses import dataclass

from mayfly.errors import InvalidInput
from mayfly.kit.settings import HOST_NAME, FromEnvironment, is_url, limit, setting, within

_MOST_PORT = 65535
_PORT = within(0, _MOST_PORT)
_ORIGIN = rf"(?a)https?://(?=.{{1,260}}$){HOST_NAME}(?::(?P<port>\d{{1,5}}))?"
_NAME = re.compile(rf"(?=.{{1,253}}$){HOST_NAME}", re.ASCII)


def _origin(text: str) -> str:
    address = text.strip().lower().removesuffix("/")
    if address and not is_url(_ORIGIN, address):
        raise InvalidInput("must be as in https://files.mail.example, without a path")
    return address


def _port_or_off(text: str) -> str:
    port = text.strip().lower()
    if port not in ("", "off") and not (
        port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= _MOST_PORT
    ):
        raise InvalidInput(f"must be from 0 to {_MOST_PORT}, or off")
    return port


def _name(text: str) -> str:
    name = text.strip().lower()
    if name and not _NAME.fullmatch(name):
        raise InvalidInput("must be a name as in mail.example")
    return name


@dataclass(frozen=True, kw_only=True)
class LaptopSettings(FromEnvironment):
    """What only `make run` reads."""

    profile: str = setting(
        "laptop", "`laptop`, or `server`: a deployment's limits, and no key or address is printed"
    )
    domain: str = setting("mayfly.localhost", "mail domains, comma-separated (as DOMAINS)")
    smtp_server_host: str = setting("127.0.0.1", "where the SMTP server listens")
    smtp_server_port: int = setting(2525, "its port", _PORT)
    smtp_port: int = setting(0, "another name for SMTP_SERVER_PORT", _PORT)
    smtp_server_name: str = setting(
        "", "what it calls itself; empty: `mayfly.localhost`, on a server the first domain", _name
    )
    smtp_server_banner: str = setting("Mayfly SMTP Server", "what it greets clients with")
    smtp_tls_cert: str = setting(
        "", "certificate file (PEM); offers STARTTLS; read again when it changes"
    )
    smtp_tls_key: str = setting("", "key file (PEM) of the certificate; likewise")
    run_as: str = setting("", "the user that root becomes once the ports are open")
    http_port: int = setting(5000, "port of the API and the page", _PORT)
    port: int = setting(0, "another name for HTTP_PORT", _PORT)
    https_port: str = setting(
        "off",
        "port of both within TLS, 0 for any; with SMTP_TLS_CERT, or a certificate of this run",
        _port_or_off,
    )
    rate_limit_max: int = limit(0, "another name for RATE_LIMIT_REQUESTS")
    ws_port: int = setting(8080, "port of the WebSocket", _PORT)
    imap_host: str = setting("127.0.0.1", "where IMAP and POP3 listen")
    imap_port: str = setting(
        "", "port of IMAP, 0 for any, or `off`; empty: 1143, on a server `off`", _port_or_off
    )
    pop3_port: str = setting("", "the same of POP3; empty: 1110, on a server `off`", _port_or_off)
    imaps_port: str = setting(
        "off", "port of IMAP within TLS (993); needs SMTP_TLS_CERT", _port_or_off
    )
    pop3s_port: str = setting(
        "off", "port of POP3 within TLS (995); needs SMTP_TLS_CERT", _port_or_off
    )
    dns_port: int = setting(
        1053, "port of the name server; used where `DNS_SERVERS` is not set", _PORT
    )
    zone_file: str = setting("records.zone", "what it answers from; read again when it changes")
    allowed_hosts: tuple[str, ...] = setting(
        (), "further names that requests may be for, as name or name:port, comma-separated"
    )
    proxy: bool = setting(
        False,
        "whether a reverse proxy is in front of HTTP and WebSocket: then the last address in"
        " `X-Forwarded-For` is the client's, and `X-Forwarded-Proto` counts",
    )
    files_url: str = setting(
        "",
        "a second name of the same HTTP port, as in https://files.mail.example: downloads, uploads"
        " and the HTML of messages are there, apart from the page; needs PAGE_URL",
        _origin,
    )
    peer_share: int = setting(
        80,
        "percent of the places of SMTP, HTTP and WebSocket that one address may take",
        within(1, 100),
    )
    engine: str = setting(
        "embedded", "what plays AWS: `embedded`, or `moto` behind boto3 (slow, without `DATA`)"
    )
    data: str = setting("", "folder that keeps inboxes and messages across restarts")
    admin_key: str = setting(
        "", "what admins send as X-Admin-Key; without it, a random one", is_secret=True
    )
    jwt_secret: str = setting(
        "", "what signs tokens, 32 bytes or more; without it, a random key", is_secret=True
    )
    log_level: str = setting("", "DEBUG, INFO, WARNING or ERROR; events of messages need INFO")
