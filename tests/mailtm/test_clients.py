"""mail.tm's clients, unchanged, on the whole laptop: mailjs, pymailtm and tempmail-mailtm."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.local.conftest import until
from tests.local.mayfly import DOMAIN, Mayfly, mayfly
from tests.node import command, installed

HERE = Path(__file__).parent
NODE = HERE / "node"
SECONDS = 180.0
MAIL = (
    b"From: Shop <service@shop.example>\r\nSubject: Your order\r\nMessage-ID: <a@shop.example>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nThe code is 482913.\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>The code is 482913.</p>\r\n--b--\r\n"
)
SENDER = {"name": "Shop", "address": "service@shop.example"}


@pytest.fixture(scope="module")
def laptop() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


@pytest.fixture(scope="module")
def for_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked versions from the registry."""
    return installed(NODE, tmp_path_factory.mktemp("node"))


class Driven:
    """A program that drives a client, and what it has said so far, by step."""

    def __init__(self, process: "subprocess.Popen[str]", laptop: Mayfly) -> None:
        self.process = process
        self.laptop = laptop
        self.found: dict[str, Any] = {}

    def until_step(self, step: str) -> Any:
        """What it says of this step, once it does."""
        assert self.process.stdout
        for line in self.process.stdout:
            said = json.loads(line)
            self.found[said["step"]] = said["found"]
            if said["step"] == step:
                return said["found"]
        raise AssertionError(f"{step} was not said, after {list(self.found)}")

    def mail(self, account: str, password: str) -> None:
        """Send the mail to the account; when it is there, the program may go on."""
        self.laptop.send(account, MAIL)
        who = {"address": account, "password": password}
        token = self.laptop.ask("POST", "/mailtm/token", who)["token"]

        def has_come() -> bool:
            listed = self.laptop.ask("GET", "/mailtm/messages", token=token)
            return bool(listed["hydra:member"])

        assert until(has_come)
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def rest(self) -> dict[str, Any]:
        """Everything that it has said, when it has ended well."""
        assert self.process.stdout
        for line in self.process.stdout:
            said = json.loads(line)
            self.found[said["step"]] = said["found"]
        assert self.process.wait(SECONDS) == 0
        return self.found


@contextmanager
def driven(laptop: Mayfly, *command: str, cwd: Path, **environment: str) -> Iterator[Driven]:
    """The program, started; ended at the end, whatever happened."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )

    def kill() -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    too_long = threading.Timer(SECONDS, kill)  # some of its loops go on for ever
    with process:
        too_long.start()
        try:
            yield Driven(process, laptop)
        finally:
            too_long.cancel()
            kill()


def test_mailjs_does_all_that_it_can(laptop: Mayfly, for_node: Path) -> None:
    base = f"{laptop.http}/mailtm"
    _, *run = command("node", "drive.js", base)
    with driven(laptop, *run, cwd=for_node) as program:
        made = program.until_step("made")["data"]
        program.until_step("empty")
        program.mail(made["username"], made["password"])
        found = program.rest()

    steps = ("domains", "domain", "me", "account", "empty", "listed", "message", "token")
    assert {found[step]["status"] for step in steps} == {True}
    assert found["domain"]["data"]["domain"] == made["username"].partition("@")[2] == DOMAIN
    assert found["me"]["data"]["address"] == made["username"]
    assert found["account"]["data"] == found["me"]["data"]
    assert found["empty"]["data"] == []
    (line,) = found["listed"]["data"]
    assert (line["subject"], line["from"]) == ("Your order", SENDER)
    message = found["message"]["data"]
    assert message["text"] == "The code is 482913."
    assert message["html"] == ["<p>The code is 482913.</p>"]
    assert message["msgid"] == "<a@shop.example>"
    assert found["seen"]["data"] == {"seen": True}
    assert found["unseen"]["data"] == {"seen": False}
    assert found["source"]["data"]["data"].endswith(MAIL.decode())
    assert found["event"] == {"status": 501}
    assert found["taken"]["statusCode"] == 422
    assert found["taken"]["message"] == "address: This value is already used."
    assert (found["wrong"]["statusCode"], found["wrong"]["message"]) == (
        401,
        "Invalid credentials.",
    )
    assert found["removed"]["statusCode"] == found["deleted"]["statusCode"] == 204
    assert found["gone"]["statusCode"] == 404
    assert found["nobody"]["status"] is False


def test_tempmail_does_all_that_it_can(laptop: Mayfly, tmp_path: Path) -> None:
    program = str(HERE / "drive_tempmail.py")
    with driven(laptop, program, f"{laptop.http}/mailtm", cwd=tmp_path) as running:
        made = running.until_step("made")
        running.until_step("empty")
        running.mail(made["address"], made["_password"])
        found = running.rest()

    assert found["domains"][0]["domain"] == DOMAIN
    assert found["empty"] == []
    (message,) = found["listed"]
    assert (message["subject"], message["from"]) == ("Your order", SENDER)
    assert message["html"] == ["<p>The code is 482913.</p>"]
    assert found["message"]["@id"] == f"/messages/{message['id']}"
    assert found["taken"] == "API Error (422): address: This value is already used."
    assert (found["wrong"], found["gone"]) == (401, 404)
    assert found["removed"] is found["deleted"] is True


def test_pymailtm_does_all_that_it_can(laptop: Mayfly, tmp_path: Path) -> None:
    program, home = str(HERE / "drive_pymailtm.py"), str(tmp_path)
    with driven(laptop, program, f"{laptop.http}/mailtm", cwd=tmp_path, HOME=home) as running:
        made = running.until_step("made")
        running.until_step("empty")
        running.mail(made["address"], made["password"])
        found = running.rest()

    assert len(made["password"]) == 6
    assert json.loads((tmp_path / ".pymailtm").read_text())["address"] == made["address"]
    assert found["empty"] == []
    assert found["message"] == {
        "from": SENDER,
        "text": "The code is 482913.",
        "html": ["<p>The code is 482913.</p>"],
    }
    assert found["wrong"] == "HTTP 401"
    assert found["deleted"] is True
    assert found["gone"] == "Get message list: HTTP 404"


def test_pymailtms_command_shows_new_mail_in_a_browser(laptop: Mayfly, tmp_path: Path) -> None:
    browser, shown = tmp_path / "browser", tmp_path / "shown.html"
    browser.write_text(f'#!/bin/sh\ncp "${{1#file://}}" {shown}.part\nmv {shown}.part {shown}\n')
    browser.chmod(0o700)
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "BROWSER": str(browser)}

    command = (str(HERE / "drive_pymailtm.py"), f"{laptop.http}/mailtm", "--new-account")
    with driven(laptop, *command, cwd=tmp_path, **home) as running:
        assert running.process.stdout
        said = ""
        for line in running.process.stdout:
            said += line
            if line == "asks again\n":
                break
        address = re.search(r"\S+@\S+", said)
        assert address, said
        laptop.send(address[0], MAIL)
        assert until(shown.exists)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(SECONDS) == 0

    assert "<p>The code is 482913.</p>" in shown.read_text()
