"""`make trial`: what a tester does with the wheel in `dist/`, once.

A new environment, `pip install …[local]` in the versions that are locked here, `mayfly serve` from
an empty folder, an address, a message, the page. Only pip may ask anybody else.
"""

import json
import os
import re
import smtplib
import subprocess
import sys
import tempfile
import threading
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.lock_files import versions_here
from infra.release.__main__ import DIST
from infra.release.sbom import LAPTOP

_SECONDS = 120.0
_PORTS = ("HTTP_PORT", "SMTP_SERVER_PORT", "WS_PORT", "DNS_PORT", "IMAP_PORT", "POP3_PORT")


class Failed(Exception):
    """The wheel does not do what it should; the message says what was seen."""


def main(dist: Path = DIST) -> int:
    """Try the one wheel that is there: the exit code."""
    wheels = list(dist.glob("mayfly_mail-*.whl"))
    if len(wheels) != 1:
        print(f"{dist} has {len(wheels)} wheels of the laptop: `make release`", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="mayfly-trial-") as work:
        try:
            program = installed(wheels[0], Path(work))
            with serving(program, Path(work)) as told:
                use(told)
        except Failed as error:
            print(f"{wheels[0].name}: {error}", file=sys.stderr)
            return 1
    print(f"{wheels[0].name} was installed, and has served a page and a message")
    return 0


def installed(wheel: Path, work: Path) -> Path:
    """The command `mayfly` of a new environment. Failed with pip's words if there is none."""
    constraints = work / "constraints.txt"
    locked = [f"{name}=={version}\n" for name, version in versions_here(LAPTOP.lock_file).items()]
    constraints.write_text("".join(locked))
    environment = work / "environment"
    venv.create(environment, with_pip=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    options = ("install", "--quiet", "--constraint", str(constraints), f"{wheel}[local]")
    done = subprocess.run([*pip, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"pip: {done.stderr[-2000:]}")
    return environment / "bin" / "mayfly"


@contextmanager
def serving(program: Path, work: Path) -> Iterator[str]:
    """What it prints once it runs, on ports that are free."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    empty = work / "empty"
    empty.mkdir()
    with (work / "log").open("w+") as log:
        process = subprocess.Popen(
            [str(program), "serve"],
            cwd=empty,
            env=clean | dict.fromkeys(_PORTS, "0"),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        watchdog = threading.Timer(_SECONDS, process.kill)
        watchdog.start()
        try:
            yield _announced(process, log)
        finally:
            watchdog.cancel()
            process.terminate()
            process.communicate()


def use(told: str) -> None:
    """The page, an address, a message to it. Failed if it is not there."""
    http = _found(r"page +(http://\S+?)/\n", told)
    if b"app.js" not in _asked(f"{http}/"):  # without one, its place leads to /docs
        raise Failed("the page is not there")
    address = json.loads(_asked(f"{http}/api/emails", method="POST"))["email"]
    port = int(_found(r"mail +127\.0\.0\.1:(\d+)", told))
    with smtplib.SMTP("127.0.0.1", port, timeout=_SECONDS) as client:
        client.sendmail(
            "a@example.org", [address], b"Subject: 482913 is your code\r\n\r\nHello\r\n"
        )
    listed = json.loads(_asked(f"{http}/api/emails/{address}/messages?after=0&wait=25"))
    if [each["subject"] for each in listed] != ["482913 is your code"]:
        raise Failed(f"{len(listed)} messages came, and not the one that was sent")


def _announced(process: "subprocess.Popen[str]", log: Any) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "/messages" in line:
            return "".join(lines)
    log.seek(0)
    raise Failed(f"it did not start: {''.join(lines)}{log.read()[-2000:]}")


def _found(pattern: str, told: str) -> str:
    found = re.search(pattern, told)
    if found is None:
        raise Failed(f"{pattern!r} was not announced:\n{told}")
    return found[1]


def _asked(url: str, method: str = "GET") -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is on this machine
    with opener.open(urllib.request.Request(url, method=method), timeout=_SECONDS) as answer:
        content: bytes = answer.read()
        return content


if __name__ == "__main__":
    sys.exit(main())
