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
        """What pytest prints, with our plugin and no other, as those take seconds to load."""
        given = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **given}
        return self.pytest_with_all("-p", "mayfly_client.pytest_plugin", *options, cwd=cwd, **given)

    def pytest_with_all(self, *options: str, cwd: Path, **given: str) -> str:
        """The same, with the plugins that are installed, of which ours is one."""
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
    site, found = folder / "site", ["--no-index", "--find-links", str(folder)]
    for command in (
        ["wheel", *alone, "--wheel-dir", str(folder), str(source)],
        ["install", *alone, *found, "--target", str(site), "mayfly-client"],
    ):
        subprocess.run([*pip, *command], check=True, timeout=SECONDS)
    return Installed(site)
