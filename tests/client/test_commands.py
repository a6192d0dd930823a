"""The command `mayfly`, on the whole laptop and beside it."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mayfly_client import Mayfly as Client
from mayfly_client.cli.completion import subcommands
from mayfly_client.cli.main import main
from mayfly_client.cli.parser import make_parser
from tests.client.servers import Server, answer, serving
from tests.client.test_inboxes import mail
from tests.local.mayfly import Mayfly

Run = Callable[..., str]
SECONDS = 120.0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has nothing yet."""
    for name in list(os.environ):
        if name.startswith(("MAYFLY_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(laptop: Mayfly, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """What a command prints; it has to succeed unless another code is expected."""
    monkeypatch.setenv("MAYFLY_URL", laptop.http)

    def run(*arguments: str, code: int = 0) -> str:
        ended = main(arguments)
        printed = capsys.readouterr()
        assert ended == code, printed.err
        assert (printed.err == "") is (code == 0)
        assert printed.err.count("\n") <= 1
        return printed.out + printed.err

    return run


def test_an_inbox_is_made_and_its_code_waited_for_without_a_word_more(
    laptop: Mayfly, run: Run
) -> None:
    address = run("new").strip()
    laptop.send(address, mail("Verify", "Your verification code is 111111."))
    laptop.send(address, mail("Verify", "Your verification code is 222222."))

    assert run("wait", "--code") == "111111\n"
    assert run("wait", "--code", "--subject", "verify") == "222222\n"
    assert "no code in 0 seconds; what came: 2" in run("wait", "--code", "--timeout", "0", code=3)
    assert run("wait", "--code", "--after", "0") == "111111\n"

    assert run("delete") == f"{address} is gone\n"
    assert "there is no inbox" in run("wait", "--code", code=2)


def test_a_message_is_listed_shown_and_kept(laptop: Mayfly, run: Run, tmp_path: Path) -> None:
    address = run("new", "--public").strip()
    laptop.send(address, mail("Your order"))
    shown = json.loads(run("wait", "--json"))
    assert (shown["subject"], shown["code"]) == ("Your order", "482913")

    assert run("list").splitlines()[1].split()[-4:] == ["*", "shop@shop.example", "Your", "order"]
    assert "code      482913" in run("show")
    assert run("show", "1") == run("show", "--inbox", address)
    assert "there is no message 7" in run("show", "7", code=2)
    assert [each["number"] for each in json.loads(run("list", "--json"))] == [1]
    assert json.loads(run("list", "--from", "nobody@shop.example", "--json")) == []

    run("raw", "--output", str(tmp_path / "a.eml"))
    assert (tmp_path / "a.eml").read_bytes().endswith(mail("Your order"))
    run("export", "-o", str(tmp_path / "a.zip"))
    assert zipfile.ZipFile(io.BytesIO((tmp_path / "a.zip").read_bytes())).namelist()


def test_several_inboxes_are_remembered_by_address(laptop: Mayfly, run: Run) -> None:
    first, second = run("new").strip(), run("new").strip()
    laptop.send(first, mail("For the first"))

    assert run("inboxes").split()[3] == second
    assert "For the first" in run("wait", "--inbox", first)
    assert json.loads(run("list", "--json")) == []
    run("sample")
    assert run("wait", "--code").strip().isdigit()


def test_a_public_address_of_others_can_be_read(laptop: Mayfly, run: Run) -> None:
    address = str(laptop.new_address()["email"])
    laptop.send(address, mail("Hello"))

    assert "Hello" in run("wait", "--inbox", address, "--after", "0")


def test_a_token_that_ends_soon_is_exchanged(run: Run, home: Path) -> None:
    before = json.loads(run("new", "--ttl", "60", "--json"))

    run("list")

    (kept,) = json.loads((home / ".local/state/mayfly/inboxes.json").read_text())["inboxes"]
    assert kept["token"] != before["token"]
    assert kept["token_expires_at"] > before["token_expires_at"]


def test_what_opens_inboxes_is_for_its_owner_alone(run: Run, home: Path) -> None:
    run("new")

    path = home / ".local/state/mayfly/inboxes.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("way", ["socket", "polling"])
def test_messages_are_watched(laptop: Mayfly, run: Run, way: str) -> None:
    address = run("new", "--public").strip()
    laptop.send(address, mail("One"), mail("Two"))
    where = laptop.websocket if way == "socket" else "off"

    printed = run("watch", "--after", "0", "--count", "2", "--socket", where).splitlines()

    assert [each.split("  ")[1] for each in printed] == ["shop@shop.example"] * 2
    assert [each.split("  ")[2] for each in printed] == ["One", "Two"]


def test_strangers_do_not_steer_the_terminal(laptop: Mayfly, run: Run) -> None:
    address = run("new").strip()
    trap = "\x1b]0;owned\x07\x9b31m \u202e"
    encoded = "=?utf-8?q?" + "".join(f"={each:02X}" for each in trap.encode()) + "?="
    laptop.send(
        address,
        f"From: {encoded} <a@b.example>\r\nSubject: {encoded}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{trap}\r\n".encode(),
    )

    for command in (["wait"], ["list"], ["list", "--json"], ["show"], ["show", "--json"]):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(run(*command))
    assert "\\x1b]0;owned\\x07\\x9b31m \\u202e" in run("show")


def test_doctor_finds_a_good_service_good(laptop: Mayfly, run: Run) -> None:
    found = json.loads(run("doctor", "--json", "--socket", laptop.websocket))["findings"]

    assert {each["what"]: each["state"] for each in found} == {
        "service": "ok",
        "TLS": "ok",
        "clocks": "ok",
        "version": "ok",
        "state": "ok",
        "WebSocket": "ok",
        "mail": "ok",
    }
    assert "its code was read" in run("doctor")


def test_doctor_says_what_is_wrong_and_what_to_do(
    laptop: Mayfly, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["doctor", "--url", "http://127.0.0.1:9"]) == 1
    assert "wrong service: 127.0.0.1:9 cannot be reached" in capsys.readouterr().out

    monkeypatch.setenv("MAYFLY_TOKEN", "eyJ-nothing")
    assert main(["doctor", "--url", laptop.http, "--socket", "ws://127.0.0.1:9"]) == 1
    printed = capsys.readouterr().out
    assert "wrong WebSocket: Mayfly cannot be reached at 127.0.0.1:9" in printed
    assert "wrong credentials: the token opens nothing" in printed
    assert "eyJ-nothing" not in printed


def test_a_message_is_sent_from_a_domain_of_the_account(
    laptop: Mayfly, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(laptop.http)
    client.accounts.register_user(email="sends@example.com", password="a long phrase of our own")
    token = client.accounts.login_user(
        email="sends@example.com", password="a long phrase of our own"
    ).token
    send = ("send", "a@example.org", "--from", "b@example.net", "--subject", "x", "--text", "y")

    assert "[401 " in run(*send, code=5)
    monkeypatch.setenv("MAYFLY_TOKEN", token)
    said = run(*send, code=1)
    assert "[4" in said and token not in said


def test_what_is_sent_is_what_was_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = (
        b'{"id":"e1","status":"queued","scheduledAt":null,"createdAt":"2026-01-01T12:00:00Z"}'
    )
    monkeypatch.setenv("MAYFLY_API_KEY", "mfk_a-key")
    monkeypatch.setattr("sys.stdin", io.StringIO("Thank you.\n"))
    (tmp_path / "a.csv").write_text("1,2")
    with serving(Server(lambda number: answer(accepted))) as server:
        where = ("--url", f"http://127.0.0.1:{server.port}", "--key", "order-7")
        what = ("--from", "b@shop.example", "--subject", "Hi", "--attach", str(tmp_path / "a.csv"))
        assert main(["send", "a@example.org", *where, *what]) == 0

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert json.loads(body) == {
        "from": "b@shop.example",
        "to": ["a@example.org"],
        "subject": "Hi",
        "text": "Thank you.\n",
        "attachments": [{"filename": "a.csv", "contentType": "text/csv", "content": "MSwy"}],
    }
    assert b"X-API-Key: mfk_a-key" in head and b"Idempotency-Key: order-7" in head
    assert capsys.readouterr().out == "e1 is queued\n"


def test_settings_come_from_the_file_the_environment_and_options(
    laptop: Mayfly, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAYFLY_URL")
    path = home / ".config/mayfly/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'url = "{laptop.http}"\n')
    assert "@" in run("new")

    monkeypatch.setenv("MAYFLY_URL", "http://127.0.0.1:9")
    assert "cannot be reached" in run("new", code=4)
    assert "@" in run("new", "--url", laptop.http)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('urls = "x"', "urls is no setting"),
        ("url = 1", "url is no setting, or no text"),
        ("url =", "Invalid value"),
        ('token = "eyJ-secret"', "others can read it: chmod 600"),
    ],
)
def test_a_file_of_settings_that_cannot_be_is_named(
    run: Run, home: Path, text: str, said: str
) -> None:
    path = home / ".config/mayfly/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(0o644)

    printed = run("new", code=2)

    assert said in printed and "eyJ-secret" not in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new", "--url", "mail.example.org"], "the URL of a Mayfly is needed"),
        (["new", "--trust", "/nowhere.pem"], "No such file"),
        (["list"], "there is no inbox"),
        (["serve"], "the laptop is not installed here"),
    ],
)
def test_wrong_use_is_told_in_a_line(
    run: Run, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mayfly_client.cli import serving

    monkeypatch.setattr(serving, "_PACKAGE", "nothing_of_this_name")

    assert said in run(*arguments, code=2)


def test_what_the_parser_refuses_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["wait", "--subject"])

    assert capsys.readouterr().err == (
        "mayfly wait: argument --subject: expected one argument (see mayfly wait --help)\n"
    )


def started(*arguments: str, **given: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "mayfly_client", *arguments],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_whoever_interrupts_it_gets_no_traceback(laptop: Mayfly, run: Run) -> None:
    address = run("new", "--public").strip()
    laptop.send(address, mail("One"))
    process = started("watch", "--after", "0", "--socket", laptop.websocket)
    assert process.stdout is not None
    assert "One" in process.stdout.readline()

    process.send_signal(signal.SIGINT)

    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (130, "", "")


def test_the_bridge_is_a_command(laptop: Mayfly, run: Run) -> None:
    process = started("bridge", "--imap-port", "0", "--pop3-port", "off", MAYFLY_URL=laptop.http)
    assert process.stdout is not None

    assert process.stdout.readline().startswith("IMAP  127.0.0.1:")

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0


COMMANDS = list(subcommands(make_parser()))


def completed(script: str, *words: str) -> list[str]:
    asked = f"{script}\nCOMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _mayfly"
    done = subprocess.run(
        ["bash", "-c", f'{asked}; echo "${{COMPREPLY[@]}}"'],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout.split()


def test_bash_completes_commands_and_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out

    assert completed(script, "mayfly", "wa") == ["wait", "watch"]
    assert completed(script, "mayfly", "wait", "--co") == ["--code"]
    assert completed(script, "mayfly", "completion", "z") == ["zsh"]
    assert set(COMMANDS) <= set(completed(script, "mayfly", "''"))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_hear_of_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0

    script = capsys.readouterr().out
    assert [each for each in COMMANDS if each not in script] == []
    assert "code" in script


def test_the_help_of_every_command_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        if name == "bridge":
            continue  # has its own
        with pytest.raises(SystemExit, match="0"):
            make_parser().parse_args([name, "--help"])

    assert "exit codes" in make_parser().format_help()
    assert "usage: mayfly wait" in capsys.readouterr().out


def test_a_command_imports_no_more_than_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    found: Any = json.loads(done.stdout)

    assert found == []


_IMPORTS = """
import json, sys
import mayfly_client.pytest_plugin, mayfly_client.bridge.server
heavy = ("mayfly_client.client", "mayfly_client.api", "http.client", "mayfly", "infra")
print(json.dumps([each for each in heavy if each in sys.modules]))
"""
