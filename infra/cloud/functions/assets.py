"""What is uploaded: two layers and one zip with all handlers.

The core layer is its own source: `layers/core` unzips to `/opt/python/mayfly`. The zip keeps the
folder `functions/`, so that a handler has one name on the laptop, in tests and in Lambda.
"""

from pathlib import Path

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cloud.functions import vendor
from mayfly.functions import PAGE_FILES, Function

ROOT = Path(__file__).parents[3]
_LEFT_BEHIND = ["__pycache__", "*.pyc", ".DS_Store"]
RUNTIME = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE = lambda_.Architecture.ARM_64


class Assets(Construct):
    """The code of all functions: `layers`, and the zip as `handlers`."""

    def __init__(self, scope: Construct, *, vendor_layer: Path) -> None:
        super().__init__(scope, "Assets")
        self.layers: list[lambda_.ILayerVersion] = [
            self._layer("Core", ROOT / "layers" / "core", "the package mayfly"),
            self._layer("Vendor", vendor_layer, "third-party packages from the lock file"),
        ]
        self.handlers = _folders("functions")

    def code_of(self, function: Function) -> lambda_.Code:
        """The zip of this function: one for all but the one that carries the page's files."""
        return _folders("functions", "web") if function is PAGE_FILES else self.handlers

    def _layer(self, name: str, folder: Path, description: str) -> lambda_.LayerVersion:
        # The vendor layer's pyc files are meant: they were compiled for the runtime.
        left_behind = [".stamp"] if name == "Vendor" else _LEFT_BEHIND
        if not (folder / "python").is_dir():
            raise vendor.LayerMissing(folder)
        return lambda_.LayerVersion(
            self,
            name,
            code=lambda_.Code.from_asset(
                str(folder), exclude=left_behind, ignore_mode=IgnoreMode.GIT
            ),
            description=description,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )


def _folders(*names: str) -> lambda_.Code:
    included = [pattern for name in names for pattern in (f"!/{name}/", f"!/{name}/**")]
    return lambda_.Code.from_asset(
        str(ROOT), exclude=["*", *included, *_LEFT_BEHIND], ignore_mode=IgnoreMode.GIT
    )
