"""What outlives the stack, and how another takes it in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.deploying.assembly import Assembly, references, write_import
from infra.deploying.stack import Kept, can_go, mapping_of
from tests.infra.conftest import Cloud, Synthesize


def kept_by(cloud: Cloud) -> list[Kept]:
    return [
        Kept(name, each["Type"], "x")
        for name, each in cloud.template["Resources"].items()
        if each.get("DeletionPolicy", "Delete") != "Delete"
        and not each["Type"].startswith("Custom::")
    ]


def named_anywhere(template: dict[str, Any]) -> Iterator[str]:
    yield from references(template)
    for each in template["Resources"].values():
        needed = each.get("DependsOn", [])
        yield from [needed] if isinstance(needed, str) else needed


@pytest.mark.synth
def test_without_protection_all_goes_but_what_is_the_accounts(synthesize: Synthesize) -> None:
    kept = kept_by(synthesize({"deletionProtection": "false"}))

    assert len(kept) == 2
    assert can_go(kept) == []


@pytest.mark.synth
@pytest.mark.parametrize("sending", [False, True])
def test_the_import_of_a_synthesized_stack_names_only_what_is_in_it(
    synthesize: Synthesize, tmp_path: Path, sending: bool
) -> None:
    cloud = synthesize({"sending": sending})
    names = mapping_of(kept_by(cloud))

    written = write_import(Assembly(cloud.folder, cloud.stack), names, tmp_path)

    template = json.loads((tmp_path / f"{cloud.stack}.template.json").read_text())
    assert set(named_anywhere(template)) <= set(template["Resources"]) == set(names)
    assert set(template) == {"Resources"}
    assert {each["Type"] for each in template["Resources"].values()} == {
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
        "AWS::KMS::Key",
        "AWS::SES::EmailIdentity",
    }
    manifest = json.loads((written.folder / "manifest.json").read_text())
    assert set(manifest["artifacts"]) == {cloud.stack}
