"""Builds the layer of third-party code: `python -m infra.cloud.functions.vendor`.

The lock file names the packages and their hashes; pip fetches the wheels that fit Lambda. Neither
Docker nor a machine with Lambda's processor or Python is needed, because nothing is compiled from
C. The layer is built again only when the lock file, the platform or this recipe changes.

An emulator runs functions with an interpreter of this machine: its layer is built for `here()`.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[3]
LOCK_FILE = _ROOT / "requirements" / "runtime.txt"
LAYER = _ROOT / "layers" / "vendor"

PYTHON = "3.14"
# Lambda's Python runs on Amazon Linux 2023, glibc 2.34.
PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
IN_LAMBDA = "/opt/python"
MAX_BYTES = 50_000_000
"""Far below Lambda's 250 MB, because every cold start loads it."""

SERVICES = (
    *("apigateway", "apigatewayv2", "apigatewaymanagementapi"),
    *("cloudformation", "cloudfront", "dynamodb", "kms", "route53"),
    *("s3", "scheduler", "secretsmanager", "ses", "sesv2", "sqs", "sts"),
)
"""The AWS services that functions call: boto3's descriptions of the other 430 stay out (25 MB)."""

Run = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the layer will be imported: pip's options, and what compiles it, if anything does."""

    name: str
    options: tuple[str, ...]
    compiler: str | None


def in_lambda() -> Target:
    """Lambda's processor and Python, whatever this machine has."""
    platforms = (argument for each in PLATFORMS for argument in ("--platform", each))
    options = ("--implementation", "cp", "--python-version", PYTHON, *platforms)
    return Target(f"Lambda {PYTHON}", options, shutil.which(f"python{PYTHON}"))


def here() -> Target:
    """This machine and the Python that runs this."""
    name = f"{platform.python_implementation()} {platform.python_version()}"
    return Target(f"{name} {sysconfig.get_platform()}", (), sys.executable)


class LayerMissing(Exception):
    """The vendor layer has not been built."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}/python is not there: run `make layers` first")


class LayerTooLarge(Exception):
    """What the lock file asks for is more than functions should load at a cold start."""


def build(layer: Path, lock_file: Path, run: Run, target: Target | None = None) -> bool:
    """Make `layer`/python what the lock file says; False if it was that already.

    For Lambda, unless another target is given.
    """
    target = target or in_lambda()
    packages = layer / "python"
    stamp, fingerprint = packages / ".stamp", _fingerprint(lock_file, target)
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return False
    shutil.rmtree(packages, ignore_errors=True)
    packages.mkdir(parents=True)
    run(_pip(packages, lock_file, target))
    trim(packages)
    _compile(packages, run, target)
    size = sum(each.stat().st_size for each in packages.rglob("*") if each.is_file())
    if size > MAX_BYTES:
        raise LayerTooLarge(f"the layer has {size:,} bytes; {MAX_BYTES:,} are allowed")
    stamp.write_text(fingerprint)
    return True


def trim(packages: Path) -> None:
    """Remove what no function reads: commands, caches of another Python, unused descriptions.

    Licences and versions (`*.dist-info`) stay, but for the lists of files, which are wrong now.
    """
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for cache in list(packages.rglob("__pycache__")):
        shutil.rmtree(cache)
    for listing in packages.glob("*.dist-info/RECORD"):
        listing.unlink()
    for descriptions in (packages / "botocore" / "data", packages / "boto3" / "data"):
        for service in descriptions.glob("*/"):
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)


def _compile(packages: Path, run: Run, target: Target) -> None:
    """Compile to bytecode with the target's own Python, if this machine has it.

    `unchecked-hash`: zips do not keep the times that Python otherwise compares.
    """
    if target.compiler is None:
        print(
            f"python{PYTHON} is not on the PATH: the layer goes without bytecode, and cold starts "
            "take up to half a second longer"
        )
        return
    options = ["--invalidation-mode", "unchecked-hash", "-s", str(packages), "-p", IN_LAMBDA]
    run([target.compiler, "-m", "compileall", "-q", *options, str(packages)])


def _pip(packages: Path, lock_file: Path, target: Target) -> list[str]:
    return [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--target", str(packages), "--requirement", str(lock_file)),
        *("--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:"),
        *target.options,
    ]


def _fingerprint(lock_file: Path, target: Target) -> str:
    recipe = hashlib.sha256(lock_file.read_bytes() + Path(__file__).read_bytes())
    return f"{recipe.hexdigest()} for {target.name} compiled by {target.compiler or 'none'}\n"


def run(command: Sequence[str]) -> None:
    """Run it to its end; CalledProcessError if it fails."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    try:
        built = build(LAYER, LOCK_FILE, run)
    except (subprocess.CalledProcessError, LayerTooLarge) as error:
        sys.exit(f"The vendor layer could not be built: {error}")
    print(f"{LAYER / 'python'} {'is built' if built else 'is as it should be'}")
