"""The zip that deploys without a checkout: a template, the files it names, and how to use them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.cloud import config_file
from infra.cloud.functions.vendor import LAYER, LayerMissing
from infra.cloud.name_checks import RECEIVING_REGIONS
from infra.release.archive import folder, zipped
from infra.release.template import MOST_BYTES, STAND_IN, STAND_IN_MAIL, Unfit, assets, released
from infra.release.version import ROOT, Release

_HERE = Path(__file__).parent
_STACK = "Mayfly"
SCRIPT, TEMPLATE = "deploy.sh", "template.json"


def cloud_zip(release: Release, work: Path, vendor_layer: Path = LAYER) -> bytes:
    """The whole zip. LayerMissing before `make layers`, Unfit if the template cannot be released.

    `work` is an empty folder.
    """
    template, files = synthesised(release, work, vendor_layer)
    written = json.dumps(template, indent=1).encode()
    if len(written) > MOST_BYTES:
        raise Unfit(f"the template has {len(written):,} bytes; CloudFormation takes {MOST_BYTES:,}")
    inside = {f"assets/{name}": content for name, content in files.items()} | {
        TEMPLATE: written,
        SCRIPT: _words("deploy.sh", release),
        "README.md": _words("cloud.md", release),
        "LICENSE": (ROOT / "LICENSE").read_bytes(),
    }
    top = f"mayfly-cloud-{release.version}"
    within = {f"{top}/{name}": content for name, content in inside.items()}
    return zipped(within, release.epoch, runnable=f"{top}/{SCRIPT}")


def synthesised(
    release: Release, work: Path, vendor_layer: Path
) -> tuple[dict[str, object], dict[str, bytes]]:
    """The template, and the zips that it names by their keys."""
    if not (vendor_layer / "python").is_dir():
        raise LayerMissing(vendor_layer)
    done = subprocess.run(
        [sys.executable, "app.py", f"domains={STAND_IN}", f"alarmMail={STAND_IN_MAIL}"],
        cwd=ROOT,
        env={
            **{name: text for name, text in os.environ.items() if not name.startswith("CDK_")},
            "CDK_OUTDIR": str(work),
            "VENDOR_LAYER": str(vendor_layer),
            config_file.VARIABLE: "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unfit(f"the template could not be made: {(done.stderr or done.stdout)[-2000:]}")
    whole = json.loads((work / f"{_STACK}.template.json").read_text())
    template = released(whole, release.version)
    files = {
        name: zipped(folder(work / f"asset.{name.removesuffix('.zip')}"), release.epoch)
        for name in sorted(assets(template))
    }
    return template, files


def _words(name: str, release: Release) -> bytes:
    text = (_HERE / name).read_text().replace("@VERSION@", release.version)
    return text.replace("@REGIONS@", " ".join(RECEIVING_REGIONS)).encode()
