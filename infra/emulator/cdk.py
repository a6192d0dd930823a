"""The CDK's command line, as anybody would call it: bootstrap, deploy, destroy."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.cloud import config_file
from infra.deploying import commandline
from infra.emulator.emulator import ACCOUNT, REGION, ROOT, Emulator

STACK = "Mayfly"
_SECONDS = 300


class CommandFailed(Exception):
    """The CDK's command line refused; the message is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Cdk:
    """`cdk` for one emulator and one stack. `layer` has the code of functions that run there."""

    emulator: Emulator
    layer: Path
    context: Mapping[str, str] = field(default_factory=dict)
    stack: str = STACK

    def bootstrap(self) -> None:
        """Make what every deployment needs: a bucket for assets, and roles."""
        # Not in our folder: there it would synthesize the app first.
        self._run("bootstrap", f"aws://{ACCOUNT}/{REGION}", folder=self.emulator.folder)

    def deploy(self, **context: str) -> dict[str, str]:
        """Synthesize and deploy, with these context values on top; the stack's outputs."""
        outputs = self.emulator.folder / "outputs.json"
        self._run(
            *("deploy", self.stack, "--require-approval", "never", "--outputs-file", str(outputs)),
            *self._app(),
            *self._given({**self.context, **context}),
        )
        found: dict[str, Any] = json.loads(outputs.read_text())
        return {name: str(value) for name, value in found[self.stack].items()}

    def destroy(self, **context: str) -> None:
        """Remove the stack."""
        given = self._given({**self.context, **context})
        self._run("destroy", self.stack, "--force", *self._app(), *given)

    def _given(self, context: Mapping[str, str]) -> list[str]:
        named = {"stackName": self.stack, **context}
        return [part for name, value in named.items() for part in ("-c", f"{name}={value}")]

    def _app(self) -> list[str]:
        output = self.emulator.folder / "cdk.out"
        return ["--app", f"{sys.executable} app.py", "--output", str(output)]

    def _run(self, *arguments: str, folder: Path = ROOT) -> None:
        done = subprocess.run(
            [*commandline.command(*arguments), "--no-color", "--ci"],
            cwd=folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        (self.emulator.folder / f"cdk-{arguments[0]}.log").write_text(done.stdout)
        if done.returncode:
            raise CommandFailed(f"cdk {arguments[0]} failed:\n{done.stdout[-3000:]}")

    def _environment(self) -> dict[str, str]:
        mine = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
        return {
            **mine,
            **self.emulator.environment(),
            "VENDOR_LAYER": str(self.layer),
            # What it remembers of accounts by their keys is about other emulators.
            "CDK_HOME": str(self.emulator.folder / "cdk"),
            **commandline.QUIET,
            config_file.VARIABLE: "",
        }
