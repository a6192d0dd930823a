"""What CloudFormation imports: a template of what an earlier stack has left, and nothing else.

It refuses one that names what is not in it, and what is to be imported may not come with what is to
be made. So what ties the kept resources to others comes with the deployment afterwards.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.deploying.assembly import Assembly

_NAMED_FIRST = ("Fn::If", "Fn::FindInMap")
"""They name a condition or a mapping, and the import has neither."""


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
