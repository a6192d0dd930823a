"""The Python client and its command, wherever Mayfly is."""

import asyncio
import json
from pathlib import Path

import pytest

from mayfly_client import AsyncMayfly, Mayfly, NotFound
from mayfly_client.cli.main import main
from tests.cloud.letters import a_mail
from tests.cloud.target import DEADLINE, Target

pytestmark = [pytest.mark.cloud, pytest.mark.needs("mail")]


@pytest.fixture
def trust(target: Target) -> dict[str, str]:
    return {"trust": str(target.trust)} if target.trust else {}


def test_three_lines_have_the_code(target: Target, trust: dict[str, str]) -> None:
    mail = a_mail("Please verify")
    with Mayfly(target.http, **trust).inbox() as inbox:  # type: ignore[arg-type]
        target.send(mail, inbox.address)
        inbox.send_sample()
        code = inbox.wait_for_code(subject="code", timeout=DEADLINE)
        message = inbox.wait_for_message(subject="verify", timeout=DEADLINE)
        assert inbox.raw(message).endswith(mail)

    assert code.isdigit()
    with pytest.raises(NotFound):
        inbox.messages()


def test_in_an_event_loop_too(target: Target, trust: dict[str, str]) -> None:
    async def run() -> str:
        client = AsyncMayfly(target.http, **trust)  # type: ignore[arg-type]
        async with client as mayfly, mayfly.public_address() as inbox:
            await inbox.send_sample()
            return await inbox.wait_for_code(timeout=DEADLINE)

    assert asyncio.run(run()).isdigit()


def test_the_commands_work(
    target: Target,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MAYFLY_URL", target.http)
    monkeypatch.setenv("MAYFLY_SOCKET", target.websocket)
    monkeypatch.setenv("MAYFLY_TRUST", str(target.trust or ""))

    for command in ("new", "sample", "wait --code", "list", "watch --after 0 --count 1", "delete"):
        assert main(command.split()) == 0, capsys.readouterr().err
    capsys.readouterr()
    main(["doctor", "--json"])

    found = json.loads(capsys.readouterr().out)["findings"]
    wrong = [each for each in found if each["state"] == "wrong" and each["what"] != "TLS"]
    assert wrong == []
