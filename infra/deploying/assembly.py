"""A synthesis: the template, what it asks of the account, and what of it can be imported.

CloudFormation refuses to import what names what is not in the template, and what is to be imported
may not come with what is to be made. So what ties the kept resources to others comes with the
deployment afterwards.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_NAMED_FIRST = ("Fn::If", "Fn::FindInMap")
"""They name a condition or a mapping, and the import has neither."""


@dataclass(frozen=True)
class Assembly:
    """The folder, and the stack in it."""

    folder: Path
    stack: str

    @cached_property
    def declared(self) -> dict[str, Any]:
        """The template's resources by logical id."""
        template = json.loads((self.folder / f"{self.stack}.template.json").read_text())
        found: dict[str, Any] = template["Resources"]
        return found

    @property
    def bootstrap_version(self) -> int:
        """The oldest `cdk bootstrap` that will do."""
        return int(self._properties.get("requiresBootstrapStackVersion", 0))

    @property
    def bootstrap_parameter(self) -> str:
        """The parameter in which `cdk bootstrap` leaves its version."""
        return str(self._properties["bootstrapStackVersionSsmParameter"])

    @cached_property
    def _properties(self) -> dict[str, Any]:
        manifest = json.loads((self.folder / "manifest.json").read_text())
        found: dict[str, Any] = manifest["artifacts"][self.stack]["properties"]
        return found


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a deployment would do to the resources, a line for each kind of change."""
    added = [after[name] for name in after if name not in before]
    gone = [before[name] for name in before if name not in after]
    changed = [after[name] for name in after if name in before and after[name] != before[name]]
    words = (("make", added), ("change", changed), ("take away", gone))
    return [f"{word} {len(some)}: {_kinds(some)}" for word, some in words if some]


def _kinds(resources: list[Any]) -> str:
    counted = Counter(each["Type"].removeprefix("AWS::") for each in resources)
    most = counted.most_common(5)
    more = f", and {len(counted) - len(most)} kinds more" if len(counted) > len(most) else ""
    return ", ".join(f"{count} {kind}" for kind, count in most) + more


def import_template(declared: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The declared resources with these logical ids, without what leads out of them.

    They are kept if the import fails, whatever becomes of them later.
    """
    taken = [each for each in declared if each in names]
    resources = {
        each: {
            "Type": declared[each]["Type"],
            "Properties": {
                name: value
                for name, value in declared[each].get("Properties", {}).items()
                if set(references(value)) <= {*taken}
            },
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
        }
        for each in taken
    }
    return {"Resources": resources}


def references(value: object) -> Iterator[str]:
    """What a part of a template names: resources, parameters, conditions and mappings."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _named(name, each)
            yield from references(each)


def _named(function: str, value: Any) -> Iterator[str]:
    if function in ("Ref", "Condition"):  # in policies, a condition is no name
        yield from [value] if isinstance(value, str) and not value.startswith("AWS::") else []
    elif function == "Fn::GetAtt":
        yield value.split(".")[0] if isinstance(value, str) else value[0]
    elif function == "Fn::Sub":
        text, own = (value, {}) if isinstance(value, str) else value
        found = re.findall(r"\$\{([^!.}:]+)[.}]", text)
        yield from (each for each in found if each not in own)
    elif function in _NAMED_FIRST:
        yield value[0]


def write_import(assembly: Assembly, names: Mapping[str, Any], folder: Path) -> Assembly:
    """The assembly of the import template alone, for the CDK's command line."""
    manifest = json.loads((assembly.folder / "manifest.json").read_text())
    artifact = manifest["artifacts"][assembly.stack]
    # They lead to the files of functions, and to the whole template.
    for gone in ("dependencies", "additionalMetadataFile", "metadata"):
        artifact.pop(gone, None)
    for gone in ("additionalDependencies", "stackTemplateAssetObjectUrl"):
        artifact["properties"].pop(gone, None)
    manifest["artifacts"] = {assembly.stack: artifact}
    template = import_template(assembly.declared, names)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / artifact["properties"]["templateFile"]).write_text(json.dumps(template))
    return Assembly(folder, assembly.stack)
