"""Synthesizes Mayfly's CloudFormation template: `make synth`, or `cdk deploy` with the CDK's CLI.

Without the command line, context values are arguments: `app.py domains=mail.example.org`.

No AWS call is made: it works offline and without Docker. `VENDOR_LAYER` names another folder of
third-party code than the one for Lambda, for an emulator that runs functions on this machine.
"""

import json
import os
import sys
from pathlib import Path

from infra.cloud.application import application
from infra.cloud.context import InvalidContext
from infra.cloud.vendor import LAYER, LayerMissing

HERE = Path(__file__).parent


def main() -> None:
    """Do what the CDK's command line asks for; without it, what that would do with `cdk.json`."""
    given = json.loads((HERE / "cdk.json").read_text())
    arguments = dict(each.split("=", 1) for each in sys.argv[1:] if "=" in each)
    by_command_line = "CDK_CONTEXT_JSON" in os.environ
    app = application(
        # The command line says where the stack will go; the template is for any region.
        region=os.environ.get("CDK_DEFAULT_REGION"),
        context=None if by_command_line else given["context"] | arguments,
        vendor_layer=Path(os.environ.get("VENDOR_LAYER", LAYER)),
        outdir=os.environ.get("CDK_OUTDIR", str(HERE / given["output"])),
    )
    app.synth()


if __name__ == "__main__":
    try:
        main()
    except (InvalidContext, LayerMissing) as error:
        sys.exit(str(error))
