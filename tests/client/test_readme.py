"""Each example of the client's README does what it says, on the whole laptop."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.browser.visits import CHROMIUM
from tests.client.installed import SECONDS, SOURCE
from tests.client.shop import shop, sign_up
from tests.local.examples import blocks, differences
from tests.local.mayfly import Mayfly

README = (SOURCE / "README.md").read_text()
_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_KINDS = ("python", "python pytest", "console", "toml", "robot")
SERVICE, SHOP = "https://mail.example.org", "https://shop.example"


def examples(kind: str) -> list[str]:
    return [each["text"] for each in _BLOCK.finditer(README) if each["kind"] == kind]


def at(laptop: Mayfly, text: str) -> str:
    return text.replace(SERVICE, laptop.http)


@pytest.fixture(scope="module")
def shop_url(laptop: Mayfly) -> Iterator[str]:
    with shop(laptop.smtp_port) as url:
        yield url


def test_every_example_is_of_a_kind_that_is_run() -> None:
    assert {each["kind"] for each in _BLOCK.finditer(README)} == set(_KINDS)


@pytest.mark.parametrize("number", range(len(examples("python"))))
def test_a_program_runs(laptop: Mayfly, number: int) -> None:
    text = at(laptop, examples("python")[number])
    program = compile(text, str(SOURCE / "README.md"), "exec")
    named = {"__name__": "__main__", "sign_up": partial(sign_up, smtp_port=laptop.smtp_port)}

    exec(program, named)

    if number == 0:
        assert named["code"] == "482913"


def run(*command: str, cwd: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: each for name, each in os.environ.items() if not name.startswith("MAYFLY_")}
    return subprocess.run(
        command,
        cwd=cwd,
        env=clean | given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.browser
@pytest.mark.parametrize("number", range(len(examples("python pytest"))))
def test_tests_of_the_readme_pass(
    laptop: Mayfly, shop_url: str, tmp_path: Path, number: int
) -> None:
    if CHROMIUM is None or not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium")
    text = examples("python pytest")[number].replace(SHOP, shop_url)
    launch = f"launch(executable_path={CHROMIUM!r}, args=['--no-sandbox'])"
    known = (
        "from functools import partial\nfrom tests.client.shop import sign_up\n"
        f"sign_up = partial(sign_up, smtp_port={laptop.smtp_port})\n"
    )
    (tmp_path / "test_readme.py").write_text(known + text.replace("launch()", launch))

    alone = ("-p", "mayfly_client.pytest_plugin", "-p", "no:cacheprovider", "--rootdir", ".")
    done = run(
        *(sys.executable, "-m", "pytest", "-q", *alone, "--mayfly-url", laptop.http),
        *("--mayfly-smtp", f"127.0.0.1:{laptop.smtp_port}"),
        cwd=tmp_path,
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{text.count('def test_')} passed" in done.stdout


def test_the_commands_answer_as_shown(laptop: Mayfly, tmp_path: Path) -> None:
    given = {"HOME": str(tmp_path), "MAYFLY_URL": laptop.http}
    for block in blocks(README):
        for step in block.steps:
            command = step.typed.replace("mayfly ", f"{sys.executable} -m mayfly_client ", 1)
            done = run("bash", "-c", command, cwd=tmp_path, **given)

            assert done.returncode == 0, done.stderr
            wrong = differences(*map(_generalised, (step.answer, done.stdout)))
            assert wrong == [], f"line {step.line}: {step.typed}"


def _generalised(text: str) -> str:
    """Without what is drawn: addresses, codes, times, and blanks that depend on them."""
    if text.startswith("{"):
        return text
    text = re.sub(r"\S+@mayfly\.(localhost|example)", "ADDRESS", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", text)
    return re.sub(r" +", " ", re.sub(r"^\d{6}$", "CODE", text, flags=re.MULTILINE))


def test_the_settings_shown_are_settings() -> None:
    from mayfly_client.cli.settings import NAMES

    (text,) = examples("toml")
    assert set(tomllib.loads(text)) <= set(NAMES)


@pytest.mark.skipif(importlib.util.find_spec("robot") is None, reason="needs robotframework")
def test_the_keywords_of_robot_framework_work(laptop: Mayfly, tmp_path: Path) -> None:
    (text,) = examples("robot")
    (tmp_path / "mail.robot").write_text(at(laptop, text))

    done = run(sys.executable, "-m", "robot", "--output", "NONE", "mail.robot", cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 test, 1 passed" in done.stdout
