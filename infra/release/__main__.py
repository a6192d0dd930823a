"""`python -m infra.release [--snapshot]`: build a release into `dist/`."""

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.cloud.functions.vendor import LAYER, LayerMissing
from infra.release import packages, sbom
from infra.release.changelog import notes
from infra.release.cloud import cloud_zip
from infra.release.template import Unfit
from infra.release.version import ROOT, Refused, Release, checkout, release, snapshot

DIST = ROOT / "dist"
SUMS = "SHA256SUMS"


def main(arguments: Sequence[str]) -> int:
    """Build all of it, or nothing: the exit code."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--snapshot", action="store_true", help="HEAD as it is, without a tag")
    parser.add_argument("--dist", type=Path, default=DIST, help="the folder; it is replaced")
    options = parser.parse_args(arguments)
    if not _is_replaceable(options.dist):
        print(f"No release: {options.dist} has other things than one, and is kept", file=sys.stderr)
        return 1
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    try:
        made = (snapshot if options.snapshot else release)(checkout(), changelog)
        with tempfile.TemporaryDirectory(prefix="mayfly-release-") as work:
            missing = build(made, Path(work) / "dist")
            if options.dist.exists():
                shutil.rmtree(options.dist)
            shutil.move(Path(work) / "dist", options.dist)
    except (Refused, Unfit, LayerMissing) as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    print((options.dist / SUMS).read_text(), end="")
    for each in missing:
        print(f"Not built: {each} is not in this checkout")
    print(f"Nothing is published: {options.dist} has all of it")
    return 0


def build(made: Release, folder: Path, vendor_layer: Path = LAYER) -> list[str]:
    """Build everything into a new folder; what this checkout does not have, in words."""
    folder.mkdir()
    missing = packages.built(made, folder)
    with tempfile.TemporaryDirectory(prefix="mayfly-synth-") as work:
        whole = cloud_zip(made, Path(work), vendor_layer)
    (folder / f"mayfly-cloud-{made.version}.zip").write_bytes(whole)
    for each in (sbom.FUNCTIONS, sbom.LAPTOP):
        name = f"{each.name}-{made.version}.cdx.json"
        (folder / name).write_text(sbom.document(each, made), "utf-8")
    files = "\n".join(f"- `{each.name}`" for each in sorted(folder.iterdir()))
    page = notes(made.version, made.notes, files, commit=made.commit, is_snapshot=made.is_snapshot)
    (folder / "RELEASE-NOTES.md").write_text(page, "utf-8")
    (folder / SUMS).write_text(sums(folder))
    return missing


def _is_replaceable(folder: Path) -> bool:
    """Whether it is not there, empty, or an earlier release."""
    if not folder.exists():
        return True
    return folder.is_dir() and ((folder / SUMS).is_file() or not any(folder.iterdir()))


def sums(folder: Path) -> str:
    """A line for each file, as `sha256sum -c` reads them."""
    lines = [
        f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n"
        for each in sorted(folder.iterdir())
        if each.name != SUMS
    ]
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
