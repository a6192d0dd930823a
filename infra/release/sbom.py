"""What is in an artefact: the packages it needs, in the locked versions (CycloneDX 1.6, JSON).

Which package needs which, and under what licence, say the packages that are installed here; the
versions are those of the lock file, which the environment was made of.
"""

import tomllib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageMetadata, metadata, requires
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.lock_files import REQUIREMENTS, versions_here
from infra.release.version import ROOT, Refused, Release

_LICENCE_CHARS = 100  # of a name; some have the whole text there
_CLASSIFIER = "License :: OSI Approved :: "
_SPACE = uuid.UUID("9d3f5a52-1c39-4f7e-9a52-6a3d2f6c9b10")
"""In which serial numbers are made: one for each artefact of each commit."""

Needs = Mapping[str, frozenset[str]]
"""Every package, by its normal name, with those it needs itself."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """What the document is about, with our own list of what it needs and the lock file."""

    name: str
    kind: ComponentType
    extra: str
    lock_file: Path


FUNCTIONS = Artefact("mayfly-cloud", ComponentType.APPLICATION, "", REQUIREMENTS / "runtime.txt")
LAPTOP = Artefact("mayfly-mail", ComponentType.APPLICATION, "local", REQUIREMENTS / "local.txt")


def document(artefact: Artefact, release: Release) -> str:
    """The document. Refused if something that is needed is not locked."""
    needs = closure(artefact.extra)
    versions = versions_here(artefact.lock_file)
    missing = needs.keys() - versions.keys() - {""}
    if missing:
        raise Refused(f"{artefact.lock_file.name} does not lock {', '.join(sorted(missing))}")
    bom = Bom(serial_number=uuid.uuid5(_SPACE, f"{artefact.name} {release.commit}"))
    bom.metadata.timestamp = datetime.fromtimestamp(release.epoch, UTC)
    whole = Component(
        name=artefact.name,
        version=release.version,
        type=artefact.kind,
        bom_ref=artefact.name,
        licenses=[LicenseFactory().make_from_string("MIT")],
    )
    bom.metadata.component = whole
    components = {name: _component(name, versions[name]) for name in sorted(needs.keys() - {""})}
    for each in components.values():
        bom.components.add(each)
    for name, wanted in needs.items():
        bom.register_dependency(
            components[name] if name else whole, [components[each] for each in sorted(wanted)]
        )
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def closure(extra: str) -> Needs:
    """All that our package needs with this extra; what it needs itself is at ""."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    own = [*project["dependencies"], *project["optional-dependencies"].get(extra, [])]
    found: dict[str, frozenset[str]] = {}
    extras: dict[str, set[str]] = {}
    waiting = [("", own)]
    while waiting:
        name, listed = waiting.pop()
        wanted = list(_wanted(listed, extras.get(name, set())))
        known = found.get(name, frozenset())
        found[name] = known | {each for each, _ in wanted}
        for each, asked in wanted:
            if each not in found or asked - extras.get(each, set()):
                extras.setdefault(each, set()).update(asked)
                found.setdefault(each, frozenset())
                waiting.append((each, requires(each) or []))
    return found


def _wanted(listed: list[str], extras: set[str]) -> Iterator[tuple[str, set[str]]]:
    """What of it is needed on this machine, with which extras."""
    for each in map(Requirement, listed):
        marks = [each.marker is None or each.marker.evaluate({"extra": it}) for it in ("", *extras)]
        if any(marks):
            yield str(canonicalize_name(each.name)), set(each.extras)


def _component(name: str, version: str) -> Component:
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", None, name, version),
        bom_ref=f"{name}@{version}",
        licenses=[_licence(metadata(name))],
    )


def _licence(found: PackageMetadata) -> License:
    """As the package says it: an SPDX expression, a short name, or its classifier."""
    classifiers = [
        each.removeprefix(_CLASSIFIER)
        for each in found.get_all("Classifier") or []
        if each.startswith(_CLASSIFIER)
    ]
    said = (found.get_all(each) or [""] for each in ("License-Expression", "License"))
    names = [*(each[0] for each in said), *classifiers]
    short = [each for each in names if each and len(each) <= _LICENCE_CHARS and "\n" not in each]
    return LicenseFactory().make_from_string(short[0] if short else "unknown")
