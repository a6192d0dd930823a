"""Synthesizes Mayfly's CloudFormation template: `make synth`, or the CDK's command line.

Context values come from `mayfly.toml`, with those of the command line (`-c name=value`) on top.
Without the command line they are arguments, `app.py domains=mail.example.org`; then nobody's file
is read, unless `MAYFLY_CONFIG` names it.

No AWS call is made: it works offline and without Docker. `VENDOR_LAYER` names another folder of
third-party code than the one for Lambda, for an emulator that runs functions on this machine.
"""

import json
import os
import sys
from pathlib import Path

from infra.cloud import config_file
from infra.cloud.application import application
from infra.cloud.context import InvalidContext
from infra.cloud.functions.vendor import LAYER, LayerMissing

HERE = Path(__file__).parent


def main() -> None:
    """Do what the CDK's command line asks for; without it, what that would do with `cdk.json`."""
    given = json.loads((HERE / "cdk.json").read_text())
    arguments = dict(each.split("=", 1) for each in sys.argv[1:] if "=" in each)
    by_command_line = "CDK_CONTEXT_JSON" in os.environ
    own = {} if arguments and config_file.VARIABLE not in os.environ else _own()
    app = application(
        # The command line says where the stack will go; the template is for any region.
        region=os.environ.get("CDK_DEFAULT_REGION"),
        context=own if by_command_line else given["context"] | own | arguments,
        vendor_layer=Path(os.environ.get("VENDOR_LAYER", LAYER)),
        outdir=os.environ.get("CDK_OUTDIR", str(HERE / given["output"])),
    )
    app.synth()


def _own() -> dict[str, object]:
    file = config_file.file_of(os.environ)
    there = file is not None and (file.is_file() or config_file.VARIABLE in os.environ)
    return config_file.read(file) if file and there else {}


if __name__ == "__main__":
    try:
        main()
    except (InvalidContext, LayerMissing) as error:
        sys.exit(str(error))
