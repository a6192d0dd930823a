"""One synthesis for all template tests, offline and without the real vendor layer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from infra.cloud import node

ROOT = Path(__file__).parents[2]
DOMAIN = "mayfly.example"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Cloud:
    """A synthesized stack: its template, and the folder with its assets."""

    folder: Path
    stack: str = "Mayfly"

    @property
    def template_file(self) -> Path:
        return self.folder / f"{self.stack}.template.json"

    @cached_property
    def template(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.template_file.read_text())
        return read

    @cached_property
    def is_protected(self) -> bool:
        """Whether the CDK's command line has the stack protected from being deleted."""
        manifest = json.loads((self.folder / "manifest.json").read_text())
        found: bool = manifest["artifacts"][self.stack]["properties"]["terminationProtection"]
        return found

    def resources(self, kind: str) -> dict[str, Resource]:
        """Logical ids and properties of the resources of this type."""
        return {
            name: each.get("Properties", {})
            for name, each in self.template["Resources"].items()
            if each["Type"] == kind
        }

    def only(self, kind: str) -> Resource:
        """The properties of the one resource of this type."""
        (properties,) = self.resources(kind).values()
        return properties

    def named(self, kind: str, word: str) -> Resource:
        """The properties of the one resource of this type with this word in its logical id."""
        (properties,) = [each for name, each in self.resources(kind).items() if word in name]
        return properties

    def secret(self, purpose: str) -> str:
        """The logical id of the secret whose description says this."""
        secrets = self.resources("AWS::SecretsManager::Secret").items()
        (found,) = [name for name, each in secrets if purpose in each["Description"]]
        return found

    def functions(self) -> dict[str, Resource]:
        """The functions by the folder of their handler."""
        found = self.resources("AWS::Lambda::Function").values()
        return {each["Handler"].split(".")[1]: each for each in found}

    def asset_of(self, key: str) -> Path:
        """The folder of what is uploaded as `<hash>.zip`."""
        return self.folder / f"asset.{key.removesuffix('.zip')}"


MakeApp = Callable[[Mapping[str, object]], Any]
Synthesize = Callable[[Mapping[str, object]], Cloud]


@pytest.fixture(scope="session")
def make_app(tmp_path_factory: pytest.TempPathFactory) -> MakeApp:
    """Makes the app with these context values on top of `cdk.json`, in a folder of its own.

    Without a domain it is `DOMAIN`'s.
    """
    if not node.is_there():
        pytest.skip("the CDK needs Node.js, which is not on this machine")
    # Importing the CDK starts Node.js and takes seconds: only who needs it pays.
    from infra.cloud.application import application

    vendor_layer = tmp_path_factory.mktemp("vendor")
    (vendor_layer / "python" / "somebody").mkdir(parents=True)
    (vendor_layer / "python" / "somebody" / "__init__.py").write_text("")
    given = json.loads((ROOT / "cdk.json").read_text())["context"]

    def made(context: Mapping[str, object]) -> Any:
        return application(
            vendor_layer=vendor_layer,
            context={**given, "domains": DOMAIN, **context},
            outdir=str(tmp_path_factory.mktemp("cdk.out")),
        )

    return made


@pytest.fixture(scope="session")
def synthesize(make_app: MakeApp) -> Synthesize:
    """Synthesizes that app; the same context once only, for it takes more than a second."""
    made: dict[str, Cloud] = {}

    def synthesized(context: Mapping[str, object]) -> Cloud:
        key = json.dumps(context, sort_keys=True)
        if key not in made:
            folder = Path(make_app(context).synth().directory)
            made[key] = Cloud(folder, str(context.get("stackName", "Mayfly")))
        return made[key]

    return synthesized


@pytest.fixture(scope="session")
def cloud(synthesize: Synthesize) -> Cloud:
    """The stack as it is deployed when nothing but the domain is chosen."""
    return synthesize({"domains": ["mail.test.org"]})
