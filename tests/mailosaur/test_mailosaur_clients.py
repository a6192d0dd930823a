"""Mailosaur's own clients, unchanged, against the whole laptop."""

import base64
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from tests.local.mayfly import Mayfly, mayfly
from tests.mailosaur.tunnel import tunnel_to
from tests.node import installed, node

HERE = Path(__file__).parent
SECONDS = 300.0
SERVER = "qateam01"
DOMAIN = "localhost"  # the clients' own tests connect to the mail domain itself
ADDRESS = f"{SERVER}@{DOMAIN}"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HTML = """<div dir="ltr"><img src="https://mailosaur.com/favicon.ico">
<p>this is a link: <a href="https://mailosaur.com/">mailosaur</a></p>
<p>REPLACED_DURING_TEST html</p>
<p><a href="https://mailosaur.com/"><img src="cid:ii_1435fadb31d523f6" alt="Inline image 1"></a></p>
<p>Your verification code is 123456</p><p>Your special ID is G3H1Y2</p>
<p>this is an invalid link: <a href="http://invalid/">invalid</a></p></div>
"""
TEXT = """this is a test

this is a link: mailosaur <https://mailosaur.com/>

REPLACED_DURING_TEST text

this is an image: <https://mailosaur.com/>

Your verification code is 654321
Your special ID is 5H0Y2
"""
NOT_OFFERED = ("test_spam_analysis", "test_deliverability_report")
TRIES = 5
"""They count what they have sent at once: on a busy machine that is too soon."""
NAMED_OTHERWISE = "test_crud"
"""Names a server `My test` and renames it; here the name is the address."""


@dataclass(frozen=True)
class Account:
    """A running laptop, and an API key of an account that has the server."""

    laptop: Mayfly
    key: str
    https_port: int
    trust: str

    def settings(self, base_url: str, **more: str) -> dict[str, str]:
        """What the clients read from their environment."""
        return {
            **os.environ,
            "MAILOSAUR_API_KEY": self.key,
            "MAILOSAUR_BASE_URL": base_url,
            "MAILOSAUR_SERVER": SERVER,
            "MAILOSAUR_SMTP_HOST": DOMAIN,
            "MAILOSAUR_SMTP_PORT": str(self.laptop.smtp_port),
            **more,
        }


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with mayfly(DOMAINS=DOMAIN, HTTPS_PORT="0") as laptop:
        who = {"email": "anna@elsewhere.example", "password": "a phrase for the tests"}
        laptop.ask("POST", "/api/users/register", who)
        session = laptop.ask("POST", "/api/users/login", who)["token"]
        for alias in (SERVER, "qateam02"):
            laptop.ask("POST", "/api/user/mailbox/create", {"alias": alias}, session)
        wish = {"name": "tests", "scopes": ["mailboxes"]}
        key = laptop.ask("POST", "/api/v1/keys", wish, session)["key"]
        found = re.search(r"HTTPS +https://127.0.0.1:(\d+) \(trust (\S+):", laptop.announced)
        assert found, laptop.announced
        yield Account(laptop, key, int(found[1]), found[2])


def _ran(arguments: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        **options,
    )


@pytest.fixture(scope="module")
def for_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client for Python and its own tests, with the mail that these send."""
    folder = tmp_path_factory.mktemp("python")
    lock = str(HERE / "python" / "requirements.txt")
    pip = ("-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps")
    done = _ran([*pip, "--target", str(folder), "-r", lock], cwd=folder)
    if done.returncode and "CI" not in os.environ:
        pytest.skip("the Python registry cannot be reached")
    assert done.returncode == 0, done.stderr
    resources = folder / "tests" / "resources"
    resources.mkdir()
    for name, length in (("cat.png", 82138), ("dog.png", 212080)):
        (resources / name).write_bytes(PIXEL.ljust(length, b"\0"))
    (resources / "testEmail.html").write_text(HTML)
    (resources / "testEmail.txt").write_text(TEXT)
    return folder


@pytest.fixture(scope="module")
def for_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client for Node.js and the plugin for Cypress."""
    return installed(HERE / "node", tmp_path_factory.mktemp("node"), "--legacy-peer-deps")


def test_the_tests_of_the_client_for_python_pass(account: Account, for_python: Path) -> None:
    environment = account.settings(
        f"{account.laptop.http}/mailosaur/",
        PYTHONPATH=str(for_python),
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )
    files = [f"tests/{each}_test.py" for each in ("emails", "files", "servers", "errors")]
    left_out = " and ".join(f"not {each}" for each in (*NOT_OFFERED, NAMED_OTHERWISE))

    run = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "-k", left_out, *files]
    for _ in range(TRIES):
        done = _ran(run, cwd=for_python, env=environment)
        if not done.returncode:
            break

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b23 passed, 11 skipped, 3 deselected\b", done.stdout), done.stdout


def a_mail(to: str, subject: str) -> bytes:
    mail = MIMEMultipart("mixed")
    mail["From"], mail["To"] = "Shop <shop@shop.example>", f"Anna <{to}>"
    mail["Subject"] = subject
    either = MIMEMultipart("alternative")
    for body, kind in ((TEXT, "plain"), (HTML, "html")):
        either.attach(MIMEText(body.replace("REPLACED_DURING_TEST", "some words"), kind))
    mail.attach(either)
    picture = MIMEImage(PIXEL)
    picture.add_header("Content-ID", "<ii_1435fadb31d523f6>")
    picture.add_header("Content-Disposition", "inline", filename="cat.png")
    mail.attach(picture)
    notes = MIMEText("some notes")
    notes.add_header("Content-Disposition", "attachment", filename="notes.txt")
    mail.attach(notes)
    return mail.as_bytes()


def used(account: Account, for_node: Path, client: str) -> tuple[dict[str, Any], str]:
    """What the client found: its message comes when it has begun to wait for it."""
    to, subject = f"{client}@{SERVER}.{DOMAIN}", f"For {client}"
    sent = {"to": to, "subject": subject, "from": "shop@shop.example"}
    later = threading.Timer(2.0, account.laptop.send, (to, a_mail(to, subject)))
    with tunnel_to(account.https_port) as proxy:
        environment = account.settings(
            f"https://localhost:{account.https_port}/mailosaur/",
            NODE_EXTRA_CA_CERTS=account.trust,
            SENT=json.dumps(sent),
        )
        if client == "node":
            environment["HTTPS_PROXY"] = proxy
        later.start()
        done = node(for_node, "use.js", client, **environment)
    later.join()
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer, subject


@pytest.mark.parametrize("client", ["node", "cypress"])
def test_a_client_for_node_does_all_that_it_is_used_for(
    account: Account, for_node: Path, client: str
) -> None:
    answer, subject = used(account, for_node, client)

    found = answer["found"]
    assert (found["subject"], found["server"]) == (subject, SERVER)
    assert found["to"][0]["email"] == f"{client}@{SERVER}.{DOMAIN}"
    assert [each["value"] for each in found["html"]["codes"]] == ["123456", "G3H1Y2"]
    assert [each["value"] for each in found["text"]["codes"]] == ["654321", "5H0Y2"]
    assert found["html"]["links"][0] == {"href": "https://mailosaur.com/", "text": "mailosaur"}
    assert found["attachments"][1]["fileName"] == "notes.txt"
    assert f"Subject: {subject}" in answer["raw"]
    assert answer["file"] == "some notes"
    assert [each["id"] for each in answer["listed"]["items"]] == [found["id"]]
    assert answer["both"] == 1
    assert answer.get("by", [1, 1, 1]) == [1, 1, 1]
    assert [each["name"] for each in answer["servers"]] == [ADDRESS, f"qateam02@{DOMAIN}"]
    assert answer["server"]["id"] == SERVER
    assert re.fullmatch(rf"\w+@{SERVER}\.{DOMAIN}", answer["address"])
    assert answer["none"].startswith("No matching messages found in time.")
    assert re.match(r"\((criteria|name)\) ", answer["wrong"])
    assert answer["unknown"] == answer["again"] == "Not found, check input parameters."
    assert answer["stranger"] == "Authentication failed, check your API key."
    assert answer["notOffered"].startswith("An API error occurred")
    assert answer["left"] == 0
    if client == "cypress":
        assert answer["made"]["name"] == f"qateam03@{DOMAIN}"
