"""The client as it is installed from its wheel, beside nothing of this checkout but its tools."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "clients" / "python"
SECONDS = 300.0


@dataclass(frozen=True)
class Installed:
    """A folder that the wheel was unpacked into."""

    folder: Path

    def run(self, *command: str, cwd: Path, **given: str) -> "subprocess.CompletedProcess[str]":
        """A module of this Python, with the wheel's packages in front."""
        clean = {name: each for name, each in os.environ.items() if not name.startswith("MAYFLY_")}
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=cwd,
            env=clean | {"PYTHONPATH": str(self.folder)} | given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def pytest(self, *options: str, cwd: Path, **given: str) -> str:
        """What pytest prints, with the plugins that are installed and no file of ours."""
        quiet = ("-p", "no:cacheprovider", "-W", "error", "-rs")
        done = self.run("pytest", *quiet, "--rootdir", str(cwd), *options, cwd=cwd, **given)
        return done.stdout + done.stderr


def install(folder: Path) -> Installed:
    """Build the wheel and unpack it, without a network."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    source = folder / "source"
    source.mkdir()
    for each in ("pyproject.toml", "README.md", "mayfly_client"):
        (source / each).symlink_to(SOURCE / each)
    alone = ["--no-deps", "--no-build-isolation"]
    for command in (
        ["wheel", *alone, "--wheel-dir", str(folder), str(source)],
        ["install", *alone, "--no-index", "--find-links", str(folder), "--target"]
        + [str(folder / "site"), "mayfly-client"],
    ):
        subprocess.run([*pip, *command], check=True, timeout=SECONDS)
    return Installed(folder / "site")
