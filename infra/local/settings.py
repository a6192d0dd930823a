"""The settings of the laptop itself."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, limit, setting, within

_PORT = within(0, 65535)


@dataclass(frozen=True, kw_only=True)
class LaptopSettings(FromEnvironment):
    """What only `make run` reads."""

    domain: str = setting("mayfly.localhost", "mail domains, comma-separated (as DOMAINS)")
    smtp_server_host: str = setting("127.0.0.1", "where the SMTP server listens")
    smtp_server_port: int = setting(2525, "its port", _PORT)
    smtp_port: int = setting(0, "another name for SMTP_SERVER_PORT", _PORT)
    smtp_server_banner: str = setting("Mayfly SMTP Server", "what it greets clients with")
    smtp_tls_cert: str = setting("", "certificate file (PEM); offers STARTTLS")
    smtp_tls_key: str = setting("", "key file (PEM) of the certificate")
    http_port: int = setting(5000, "port of the API and the page", _PORT)
    port: int = setting(0, "another name for HTTP_PORT", _PORT)
    rate_limit_max: int = limit(0, "another name for RATE_LIMIT_REQUESTS")
    ws_port: int = setting(8080, "port of the WebSocket", _PORT)
    dns_port: int = setting(
        1053, "port of the name server; used where `DNS_SERVERS` is not set", _PORT
    )
    zone_file: str = setting("records.zone", "what it answers from; read again when it changes")
    allowed_hosts: tuple[str, ...] = setting(
        (), "further names that requests may be for, as name or name:port, comma-separated"
    )
    peer_share: int = setting(
        80,
        "percent of the places of SMTP, HTTP and WebSocket that one address may take",
        within(1, 100),
    )
    data: str = setting("", "folder that keeps inboxes and messages across restarts")
    admin_key: str = setting(
        "", "what admins send as X-Admin-Key; without it, a random one", is_secret=True
    )
    jwt_secret: str = setting(
        "", "what signs tokens, 32 bytes or more; without it, a random key", is_secret=True
    )
    log_level: str = setting("", "DEBUG, INFO, WARNING or ERROR; events of messages need INFO")
