"""What the environment may say to the laptop."""

import socket
from datetime import timedelta

import pytest

from infra.local.announcement import own_names
from infra.local.configuration import HERE, Configuration, Deployment
from infra.local.listeners import Listeners, PortTaken, port_of
from infra.local.settings import LaptopSettings
from mayfly.errors import InvalidInput
from mayfly.settings import Settings
from tests.setting_names import RATE_LIMITS, SOCKET_LIMITS


def test_without_settings_the_documented_ports_are_used() -> None:
    laptop = Configuration.read({}).laptop

    assert (laptop.smtp_server_port, laptop.http_port, laptop.ws_port) == (2525, 5000, 8080)


def test_the_names_of_other_mail_services_count_where_ours_are_not_set() -> None:
    assert Configuration.read({"PORT": "5100"}).laptop.http_port == 5100
    assert Configuration.read({"PORT": "5100", "HTTP_PORT": "5200"}).laptop.http_port == 5200
    chosen = Configuration.read({"SOCKET_URL": "wss://mail.example/ws"}).functions
    told = Deployment("http://127.0.0.1:1", "http://127.0.0.1:1/q", 8080).environment(chosen)
    assert told["SOCKET_URL"] == "wss://mail.example/ws"


def test_a_secret_for_tokens_has_to_be_long() -> None:
    secret = "x" * 32
    assert Configuration.read({"JWT_SECRET": secret}).laptop.jwt_secret == secret
    assert secret not in repr(Configuration.read({"JWT_SECRET": secret}))
    with pytest.raises(InvalidInput, match="JWT_SECRET"):
        Configuration.read({"JWT_SECRET": "x" * 31})
    with pytest.raises(InvalidInput, match="PORT"):
        Configuration.read({"PORT": "70000"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(("PORT", each) for each in ("70000", "-1")),
        ("SMTP_PORT", "70000"),
        ("SMTP_SERVER_BANNER", "two\nlines"),
        ("SMTP_SERVER_BANNER", "x" * 401),
        ("ALLOWED_HOSTS", "mail.example:70000"),
        ("ALLOWED_HOSTS", "mail.example:0"),
        ("PAGE_URL", "https://mail.example:70000"),
        ("PAGE_URL", "https://."),
    ],
)
def test_what_cannot_be_used_is_refused_by_the_name_that_was_set(variable: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{variable}"):
        Configuration.read({variable: value})


@pytest.mark.parametrize(
    "url",
    [
        *("x", "http://x", "wss://", "wss:///ws", "wss://x.example/a b", "wss://x;script-src *"),
        *(
            "wss://x,y",
            "wss://x'y",
            'wss://x/"',
            "wss://x/;",
            "wss://x/,y",
            "wss://a@x",
            "wss://x#y",
        ),
        *(
            "wss://x?y",
            "wss://x/#y",
            "wss://*",
            "wss://x:70000",
            "wss://x/\u00a0y",
            "wss://x\ny",
        ),
    ],
)
def test_a_socket_that_no_browser_could_open_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"^SOCKET_URL"):
        Configuration.read({"SOCKET_URL": url})


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:8080",
        "wss://[::1]:8443/",
        "WSS://Mail.example/a/b?c=d",
        "wss://x_1.example/ws",
    ],
)
def test_a_socket_elsewhere_is_told_as_it_was_set(url: str) -> None:
    assert Configuration.read({"SOCKET_URL": f" {url} "}).functions.socket_url == url


def test_smtp_port_is_another_name_for_smtp_server_port() -> None:
    alias = Configuration.read({"SMTP_PORT": "2600"})
    both = Configuration.read({"SMTP_PORT": "2600", "SMTP_SERVER_PORT": "2700"})

    assert alias.laptop.smtp_server_port == 2600
    assert both.laptop.smtp_server_port == 2700


def test_domain_is_another_name_for_domains() -> None:
    alias = Configuration.read({"DOMAIN": "one.example, two.example"})
    both = Configuration.read({"DOMAIN": "one.example", "DOMAINS": "two.example"})

    assert alias.functions.domains == ("one.example", "two.example")
    assert both.functions.domains == ("two.example",)


def test_without_a_domain_the_laptops_own_is_used() -> None:
    assert Configuration.read({}).functions.domains == ("mayfly.localhost",)


@pytest.mark.parametrize("variable", ["SMTP_SERVER_PORT", "HTTP_PORT", "WS_PORT"])
@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_is_none_is_named(variable: str, port: str) -> None:
    with pytest.raises(InvalidInput, match=variable):
        Configuration.read({variable: port})


def test_a_taken_port_leaves_the_others_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = LaptopSettings(smtp_server_port=0, http_port=0, ws_port=taken.getsockname()[1])

        with pytest.raises(PortTaken, match="WS_PORT"):
            Listeners.open(settings)


def test_any_free_port_can_be_asked_for() -> None:
    listeners = Listeners.open(LaptopSettings(smtp_server_port=0, http_port=0, ws_port=0))

    taken = (listeners.smtp, listeners.http, listeners.websocket, listeners.bucket)
    ports = {port_of(each) for each in taken}
    listeners.close()

    assert len(ports) == 4
    assert 0 not in ports


def test_the_functions_find_every_name_they_read() -> None:
    settings = Settings(domains=("a.example", "b.example"))

    told = Deployment("http://127.0.0.1:1", "http://127.0.0.1:1/q", 8080).environment(settings)
    read = Settings.from_environment(told)

    assert read.domains == settings.domains
    assert read.queue_url == "http://127.0.0.1:1/q"
    assert read.socket_endpoint == "http://127.0.0.1:8080"
    assert read.socket_url == "ws://127.0.0.1:8080"


def test_limits_are_wide_here_unless_they_are_set_and_the_functions_are_told() -> None:
    wide = Configuration.read({}).functions
    chosen = Configuration.read({"RATE_LIMIT_CREATE": "2"}).functions

    told = Deployment("http://127.0.0.1:1", "http://127.0.0.1:1/q", 8080).environment(chosen)
    assert set(HERE) >= {each.upper() for each in (*RATE_LIMITS, *SOCKET_LIMITS)}
    assert all(
        getattr(wide, each) > getattr(Settings(), each) for each in (*RATE_LIMITS, *SOCKET_LIMITS)
    )
    assert (chosen.rate_limit_create, chosen.rate_limit_fetch) == (2, wide.rate_limit_fetch)
    assert Settings.from_environment(told).rate_limit_create == 2
    assert Settings.from_environment(told).rate_limit_fetch == wide.rate_limit_fetch


def test_the_names_of_document_002_mean_what_they_say_there() -> None:
    """The values of its example; its JWT_SECRET is too short, which is said."""
    read = Configuration.read(
        {
            "PORT": "3006",
            "NODE_ENV": "development",
            "MONGODB_URI": "mongodb://localhost:27017/azora-email-hosting",
            "LOG_LEVEL": "info",
            "SMTP_TIMEOUT": "30000",
            "MAX_ATTACHMENT_SIZE": "10485760",
            "RATE_LIMIT_WINDOW": "900000",
            "RATE_LIMIT_MAX": "100",
        }
    )
    told = Deployment("http://127.0.0.1:1", "", 1).environment(read.functions)

    assert read.laptop.http_port == 3006
    assert read.functions.rate_limit_requests == 100
    assert read.functions.rate_window == timedelta(minutes=15)
    assert read.functions.smtp_timeout == 30_000
    assert read.functions.max_attachment_size == 10_485_760
    assert told["RATE_LIMIT_REQUESTS"] == "100"
    with pytest.raises(InvalidInput, match="JWT_SECRET"):
        Configuration.read({"JWT_SECRET": "your-super-secret-jwt-key-here"})


def test_our_own_name_of_a_limit_counts_before_the_document_s() -> None:
    read = Configuration.read({"RATE_LIMIT_MAX": "5", "RATE_LIMIT_REQUESTS": "7"})

    assert read.functions.rate_limit_requests == 7
    assert Configuration.read({"RATE_LIMIT_MAX": "0"}).functions.rate_limit_requests == 0


@pytest.mark.parametrize("level", ["debug", "Info", "WARN", "warning", "error", ""])
def test_levels_of_the_log_are_taken_in_any_case(level: str) -> None:
    assert Configuration.read({"LOG_LEVEL": level}).laptop.log_level == level


def test_only_its_own_page_may_ask_unless_the_setting_says_so() -> None:
    listeners = Listeners.open(LaptopSettings(smtp_server_port=0, http_port=0, ws_port=0))
    port = port_of(listeners.http)

    origins = {
        chosen: own_names(Configuration.read(environment), listeners).cors_origins
        for chosen, environment in (
            ("nothing", {}),
            ("empty", {"CORS_ORIGIN": ""}),
            ("all", {"CORS_ORIGIN": "*"}),
            ("one", {"CORS_ORIGIN": "http://localhost:3000"}),
            ("some", {"CORS_ORIGIN": "http://a.example, HTTPS://b.example,http://a.example"}),
        )
    }
    listeners.close()

    own = f"http://127.0.0.1:{port}"
    assert origins == {
        "nothing": (own,),
        "empty": (own,),
        "all": ("*",),
        "one": ("http://localhost:3000",),
        "some": ("http://a.example", "https://b.example"),
    }
    assert Settings().cors_origin == ("*",)


def test_the_functions_are_told_whose_pages_may_ask() -> None:
    deployment = Deployment("http://127.0.0.1:1", "", 1, cors_origins=("http://127.0.0.1:5000",))

    told = deployment.environment(Configuration.read({}).functions)

    assert Settings.from_environment(told).cors_origin == ("http://127.0.0.1:5000",)
    assert set(told) >= set(HERE)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PEER_SHARE", "0"),
        ("PEER_SHARE", "101"),
        ("ALLOWED_HOSTS", "http://box.lan"),
        ("ALLOWED_HOSTS", "box.lan,other.lan/"),
        ("ALLOWED_HOSTS", "*"),
        ("CORS_ORIGIN", "localhost:3000"),
        ("CORS_ORIGIN", "http://localhost:3000/"),
        ("CORS_ORIGIN", "null"),
        ("CORS_ORIGIN", "a.example"),
        ("CORS_ORIGIN", "http://a.example:99999"),
        ("CORS_ORIGIN", "https://*.a.example"),
        ("CORS_ORIGIN", "'https://a.example'"),
        ("CORS_ORIGIN", "http://a.example,http://b.example/"),
        ("CORS_ORIGIN", "http://a.example http://b.example"),
        ("CORS_ORIGIN", "*,http://b.example"),
    ],
)
def test_what_would_let_in_nobody_is_named(variable: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=variable):
        Configuration.read({variable: value})


@pytest.mark.parametrize("hosts", ["box.lan", "box.lan:8443, 192.168.1.5:5000", "[fd00::1]:5000"])
def test_names_that_the_setting_adds_are_taken(hosts: str) -> None:
    assert Configuration.read({"ALLOWED_HOSTS": hosts}).laptop.allowed_hosts
