"""What a synthesis has written: the template, and what it asks of the account."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


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
