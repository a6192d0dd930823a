"""The page as the laptop serves it, by a real HTTP client."""

import gzip
import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from infra.local.apigateway.page import Page
from infra.local.apigateway.rest import HttpGateway
from infra.page_headers import PageOrigins, mail_headers, page_headers
from mayfly.page import files as page
from tests.local.conftest import DEADLINE, Loop, listener

SOCKET_URL = "ws://127.0.0.1:8080"
SCRIPT = b"export const answer = 42;\n" * 100
Reply = tuple[http.client.HTTPResponse, bytes]
Ask = Callable[..., Reply]


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "icons").mkdir(parents=True)
    (folder / "index.html").write_text("<p>hello")
    (folder / "app.js").write_bytes(SCRIPT)
    (folder / "icons" / "icon.png").write_bytes(bytes(2000))
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "notes.md").write_text("no part of the page")
    for name in page.MAIL_FILES - {page.MAIL_IMAGES}:
        (folder / name).write_text("<p>frame")
    (tmp_path / "secret.txt").write_text("no")
    return folder


@pytest.fixture
def port(loop: Loop, web: Path) -> Iterator[int]:
    socket_ = listener()
    port: int = socket_.getsockname()[1]
    with ThreadPoolExecutor(1) as threads:
        gateway = HttpGateway(_nobody, threads, page=Page(web, port, SOCKET_URL))
        with loop.inside(gateway.serving(socket_)):
            yield port


def _nobody(event: dict[str, Any]) -> Any:
    raise AssertionError("no function was meant")


@pytest.fixture
def ask(port: int) -> Ask:
    def asked(path: str, method: str = "GET", **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    return asked


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/icons/icon.png", "image/png"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/config.json", "application/json"),
    ],
)
def test_a_file_has_the_type_and_the_headers_of_the_page(
    ask: Ask, port: int, path: str, kind: str
) -> None:
    response, _ = ask(path)

    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    around = PageOrigins(SOCKET_URL, f"http://localhost:{port}")
    promised = page_headers(around) | {"Cache-Control": page.CACHE_CONTROL}
    assert promised.items() <= dict(response.headers.items()).items()


@pytest.mark.parametrize("name", sorted(page.MAIL_FILES))
@pytest.mark.parametrize("way", ["/{}", "/icons/../{}", "/%2e/{}"])
def test_a_file_of_the_mail_frame_has_its_own_headers_whatever_leads_there(
    ask: Ask, name: str, way: str
) -> None:
    response, _ = ask(way.format(name))

    assert response.status == 200
    assert mail_headers(name).items() <= dict(response.headers.items()).items()
    assert "sandbox allow-scripts" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/icons/../../secret.txt"),
        *(
            "/notes.md",
            "/icons",
            "/icons/",
            "/nothing.js",
            "/index.html/",
            "/app.js/",
            "/app.js%2f",
            "/app.js/.",
            "/%00.js",
            f"/{'a' * 5000}.js",
        ),
    ],
)
def test_nothing_else_is_served(ask: Ask, path: str) -> None:
    response, body = ask(path)

    assert response.status == 404
    assert json.loads(body)["error"]["code"] == "NOT_FOUND"


def test_nobody_can_write_a_file(ask: Ask) -> None:
    response, _ = ask("/app.js", "PUT")

    assert response.status == 404


@pytest.mark.parametrize(
    ("host", "other"), [("127.0.0.1", "localhost"), ("localhost", "127.0.0.1")]
)
def test_the_mail_frame_has_the_name_that_the_page_was_not_asked_by(
    ask: Ask, port: int, host: str, other: str
) -> None:
    response, body = ask("/config.json", Host=f"{host}:{port}")

    mail_origin = f"http://{other}:{port}"
    assert json.loads(body) == {"socketUrl": SOCKET_URL, "mailOrigin": mail_origin}
    assert f"frame-src {mail_origin};" in response.headers["Content-Security-Policy"]


def test_a_file_is_sent_compressed_to_who_takes_it(ask: Ask) -> None:
    plain, as_it_is = ask("/app.js")
    response, body = ask("/app.js", Accept_Encoding="br, gzip")
    image, _ = ask("/icons/icon.png", Accept_Encoding="gzip")

    assert (plain.headers["Content-Encoding"], as_it_is) == (None, SCRIPT)
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(body) < 200
    assert gzip.decompress(body) == SCRIPT
    assert response.headers["Vary"] == "Accept-Encoding"
    assert image.headers["Content-Encoding"] is None


def test_who_has_a_file_gets_it_again_only_once_it_has_changed(ask: Ask, web: Path) -> None:
    tag = ask("/app.js")[0].headers["ETag"]

    same, nothing = ask("/app.js", If_None_Match=f'"x", {tag}')
    (web / "app.js").write_text("changed")
    changed, body = ask("/app.js", If_None_Match=tag)

    assert (same.status, nothing, same.headers["ETag"]) == (304, b"", tag)
    assert (changed.status, body) == (200, b"changed")


def test_head_tells_all_but_the_file(ask: Ask) -> None:
    response, body = ask("/app.js", "HEAD")

    assert (response.status, body) == (200, b"")
    assert response.headers["Content-Length"] == str(len(SCRIPT))


def test_the_frames_with_and_without_images_differ_in_their_headers_only(ask: Ask) -> None:
    (frame, shown), (with_images, as_shown) = map(ask, ("/mail.html", "/mail-images.html"))

    assert shown == as_shown == b"<p>frame"
    differing = set(frame.headers.items()) ^ set(with_images.headers.items())
    assert {name for name, _ in differing} - {"Date"} == {"Content-Security-Policy"}
