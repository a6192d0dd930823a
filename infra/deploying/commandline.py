"""The CDK's command line in the version that is locked here, run by the packaged Node.js."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.cloud import config_file, node
from infra.deploying.account import Ended
from infra.deploying.assembly import Assembly, write_import

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "cdk.out"
PROGRAM = Path(sys.prefix) / "node_modules" / "aws-cdk" / "bin" / "cdk"
QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}


def command(*arguments: str) -> list[str]:
    """How to call it. Nothing of the machine's own Node.js is needed."""
    if not PROGRAM.is_file():
        raise Ended(f"{PROGRAM} is not there: `make deploy` installs it")
    node.choose()
    return [os.environ.get("JSII_NODE", "node"), str(PROGRAM), *arguments, "--no-notices"]


def synthesize(region: str, file: Path, folder: Path, more: Mapping[str, str]) -> None:
    """Write the assembly into the folder: the values of the file, and `more` on top."""
    arguments = [f"{name}={value}" for name, value in more.items()]
    variables = {
        config_file.VARIABLE: str(file),
        "CDK_OUTDIR": str(folder),
        "CDK_DEFAULT_REGION": region,
    }
    inherited = {name: text for name, text in os.environ.items() if name != "CDK_CONTEXT_JSON"}
    done = subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=inherited | QUIET | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Ended(done.stdout.strip())


def deploy(region: str, assembly: Assembly) -> int:
    """Make the stack what the assembly says; the exit status."""
    events = ("--require-approval", "never", "--progress", "events")
    app = ("--app", str(assembly.folder))
    return _run(["deploy", assembly.stack, *app, *events], region, ROOT)


def attach(region: str, assembly: Assembly, names: Mapping[str, Mapping[str, str]]) -> int:
    """Make a stack of what an earlier one has left, by logical id; the exit status."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_import(assembly, names, folder)
        mapping = folder / "names.json"
        mapping.write_text(json.dumps(names))
        options = ("--resource-mapping", str(mapping), "--force")
        return _run(["import", assembly.stack, "--app", name, *options], region, ROOT)


def bootstrap(region: str, account: str) -> int:
    """Make what every deployment needs: a bucket for code, and roles; the exit status."""
    # Not in our folder: there it would synthesize the app first.
    with tempfile.TemporaryDirectory() as folder:
        return _run(["bootstrap", f"aws://{account}/{region}"], region, Path(folder))


def _run(arguments: Sequence[str], region: str, folder: Path) -> int:
    where = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    color = () if sys.stdout.isatty() else ("--no-color",)
    sys.stdout.flush()
    return subprocess.run(
        [*command(*arguments, *color), "--ci"],
        cwd=folder,
        env=dict(os.environ) | QUIET | where,
        stdin=subprocess.DEVNULL,
        check=False,
    ).returncode
