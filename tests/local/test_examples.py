"""The examples of docs/api.md and README, and of facades, typed into a laptop's shell in turn."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

import aiohttp
import pytest

from tests.local.conftest import DEADLINE
from tests.local.examples import Block, Step, blocks, differences
from tests.local.mayfly import ROOT, Mayfly, mayfly
from tests.pop3.scripted import scripted

_NAMES = ("docs/api.md", "docs/facades/mailpit.md", "README.md")
PAGES = {name: (ROOT / name).read_text() for name in _NAMES}
SECONDS = 60.0  # for one command; it waits for 25 at most
LIFE_SECONDS = 900.0  # for all of a page, beside programs that eat the cores
# What a reader does not type: errors of HTTP are seen, and variables are there for the next line.
WRAPPER = """
curl() { command curl --silent --show-error --fail-with-body "$@"; }
set -a -o pipefail
. ./typed < /dev/null
code=$?
env -0 > ./variables
exit $code
"""
WORLDS: dict[tuple[str, str], dict[str, str]] = {
    ("docs/api.md", ""): {},
    ("docs/api.md", "sender"): {"SENDER_ADDRESS": "no-reply@mayfly.localhost"},
    ("docs/api.md", "proof"): {"PROOF_OF_WORK": "10"},
    ("docs/facades/mailpit.md", ""): {},
    ("README.md", "example"): {},
}
"""Settings of the service that a page's examples are for, by the word behind `console`."""


POP3_SERVER = '"pop3_host":"pop.example.com","pop3_port":995,"pop3_tls":true'
POP3_HERE = '"pop3_host":"127.0.0.1","pop3_port":%d,"pop3_tls":false'


class Shell:
    """A folder and the variables that the commands before have set."""

    def __init__(self, service: Mayfly, folder: Path, pop3_port: int) -> None:
        self.service = service
        self.pop3_port = pop3_port
        self.folder = folder
        sent, key = (
            re.search(rf"{name} +(\S+)", service.announced) for name in ("sent mail", "admin key")
        )
        assert sent and key
        self.variables = dict(os.environ) | {"SENT_MAIL": sent[1], "ADMIN_KEY": key[1]}
        self.variables["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def runs(self, block: Block) -> Iterator[str]:
        """What is not as the page shows it."""
        if any(step.kind != "$" for step in block.steps):
            yield from asyncio.run(self._talks(block))
        else:
            for step in block.steps:
                yield from self._types(step)

    def _types(self, step: Step) -> Iterator[str]:
        (self.folder / "typed").write_text(self._here(step.typed))
        done = subprocess.run(
            ["bash", "-c", WRAPPER],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        known = (self.folder / "variables").read_text().split("\0")
        self.variables = dict(each.split("=", 1) for each in known if each)
        answered, errors = done.stdout.decode(), done.stderr.decode()
        fails = step.answer.startswith('{"error"')
        if bool(done.returncode) != fails:
            yield f"line {step.line} ended with {done.returncode}: {errors}{answered[:500]}"
        elif step.answer:
            for each in differences(self._here(step.answer), answered):
                yield f"line {step.line}: {each}"

    async def _talks(self, block: Block) -> list[str]:
        """Frames that are sent and received over one connection, and commands in between."""
        wrong: list[str] = []
        steps = iter(block.steps)
        for opening in steps:
            if "-m websockets" in opening.typed:
                break
            wrong += self._types(opening)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(self._here(opening.typed.split()[-1])) as line,
        ):
            for step in steps:
                if step.kind == "$":
                    wrong += await asyncio.to_thread(list, self._types(step))
                elif step.kind == ">":
                    await line.send_str(Template(step.typed).substitute(self.variables))
                else:
                    frame = await line.receive_str(timeout=DEADLINE)
                    wrong += [
                        f"line {step.line}: {each}" for each in differences(step.typed, frame)
                    ]
        return wrong

    def _here(self, text: str) -> str:
        """With the ports of the service in the place of the usual ones."""
        return (
            text.replace("http://127.0.0.1:5000", self.service.http)
            .replace("ws://127.0.0.1:8080", self.service.websocket)
            .replace("127.0.0.1:2525", f"127.0.0.1:{self.service.smtp_port}")
            .replace('"port":2525', f'"port":{self.service.smtp_port}')
            .replace(POP3_SERVER, POP3_HERE % self.pop3_port)
        )


@pytest.mark.parametrize(("page", "world"), WORLDS)
def test_each_example_answers_what_the_page_shows(page: str, world: str, tmp_path: Path) -> None:
    with (
        scripted() as pop3,
        mayfly(
            LIFE_SECONDS,
            DOMAINS="mayfly.localhost",
            ZONE_FILE=str(tmp_path / "records.zone"),
            **WORLDS[page, world],
        ) as service,
    ):
        shell = Shell(service, tmp_path, pop3.port)

        tried = [block for block in blocks(PAGES[page]) if block.world == world]
        wrong = [each for block in tried for each in shell.runs(block)]

    assert tried
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("shown", "answered"),
    [
        ('{"a":1, …}', '{"a":1,"b":2}'),
        ('{"a":…}', '{"a":{"b":2}}'),
        ('{"a":"e…"}', '{"a":"eyJ"}'),
        ('{"a":{…}}', '{"a":{"b":2}}'),
        ("[1, …]", "[1,2,3]"),
        ('{"at":"2026-01-01T12:00:00Z"}', '{"at":"2027-02-03T04:05:06Z"}'),
        ('{"to":"ann@mayfly.localhost"}', '{"to":"bob7@mayfly.localhost"}'),
        ("one\n…\n", "one\r\ntwo\r\nthree\r\n"),
    ],
)
def test_an_answer_may_differ_where_the_page_says_so(shown: str, answered: str) -> None:
    assert differences(shown, answered) == []


@pytest.mark.parametrize(
    ("shown", "answered"),
    [
        ('{"a":1}', '{"a":1,"b":2}'),
        ('{"a":1, …}', '{"b":2}'),
        ('{"a":1}', '{"a":2}'),
        ('{"a":1}', '{"a":"1"}'),
        ('{"a":true}', '{"a":1}'),
        ("[1]", "[1,2]"),
        ("[1,2]", "[1]"),
        ('{"a":{"b":"x"}}', '{"a":{"b":"y"}}'),
        ('{"at":"2026-01-01T12:00:00Z"}', '{"at":"2027-02-03T04:05:06.000Z"}'),
        ('{"to":"ann@mayfly.localhost"}', '{"to":"ann@mayfly.example"}'),
        ('{"a":1}', "no JSON"),
        ("one", "two"),
    ],
)
def test_an_answer_that_is_another_is_seen(shown: str, answered: str) -> None:
    assert differences(shown, answered)


def test_a_command_goes_on_until_its_quotes_are_closed() -> None:
    page = '```console\n$ curl a \\\n    -d \'{\n  "b": 1}\'\n{"c":\n  2}\n$ next\n```\n'

    (block,) = blocks(page)

    first, second = block.steps
    assert first.typed == "curl a \\\n    -d '{\n  \"b\": 1}'"
    assert (first.answer, first.line) == ('{"c":\n  2}\n', 2)
    assert second.typed == "next"


def test_the_readme_shows_what_a_start_prints() -> None:
    shown = PAGES["README.md"].partition("$ make run\n")[2].partition("```")[0]

    with mayfly() as service:
        assert _labels(shown) == _labels(service.announced)
        for line in ("Mayfly is running. Ctrl-C ends it.", "An address to try: "):
            assert line in shown and line in service.announced


def _labels(printed: str) -> list[str]:
    """What stands before the places: `page`, `sent mail`."""
    return re.findall(r"^  (\S+(?: \S+)?) {2,}", printed, re.MULTILINE)
