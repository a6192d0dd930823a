"""A whole release: everything in it belongs together, and depends on its commit alone."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from infra.cloud import node
from infra.cloud.functions.vendor import LayerMissing
from infra.release.__main__ import SUMS, build, main
from infra.release.archive import zipped
from infra.release.cloud import cloud_zip
from infra.release.sbom import FUNCTIONS, LAPTOP, closure, document
from infra.release.template import assets
from infra.release.version import Release
from tests.release.conftest import ROOT, SECONDS

pytestmark = pytest.mark.synth

RELEASE = Release("0.2.0", "abc", 1_700_000_000, "- A thing")
TOP = "mayfly-cloud-0.2.0"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not node.is_there():
        pytest.skip("the CDK needs Node.js, which is not on this machine")
    layer = tmp_path_factory.mktemp("vendor")
    (layer / "python" / "somebody").mkdir(parents=True)
    (layer / "python" / "somebody" / "__init__.py").write_text("A = 1\n")
    folder = tmp_path_factory.mktemp("release") / "dist"
    build(RELEASE, folder, layer)
    return folder


@pytest.fixture(scope="module")
def inside(dist: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((dist / f"{TOP}.zip").read_bytes()))


def test_whatever_is_handed_out_has_its_licence(dist: Path) -> None:
    licence = (ROOT / "LICENSE").read_bytes()

    for file in [*dist.glob("*.whl"), *dist.glob("*.zip")]:
        with zipfile.ZipFile(file) as archive:
            found = [each for each in archive.namelist() if each.endswith("/LICENSE")]
            assert [archive.read(each) for each in found] == [licence], file.name
    for file in [*dist.glob("*.tgz"), *dist.glob("*.tar.gz")]:
        with tarfile.open(file) as packed:
            there = [each for each in packed if each.name.endswith("/LICENSE")]
            contents = [member.read() for member in map(packed.extractfile, there) if member]
            assert contents == [licence], file.name


def test_a_zip_depends_on_what_is_in_it_and_the_time_of_the_commit(tmp_path: Path) -> None:
    files = {"b": b"2", "a/c.zip": b"3", "run": b"4"}
    backwards = dict(reversed(files.items()))

    first = zipped(files, RELEASE.epoch, runnable="run")

    assert zipped(backwards, RELEASE.epoch, runnable="run") == first
    assert zipped(files, RELEASE.epoch + 2, runnable="run") != first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


def test_a_document_depends_on_the_commit_alone(dist: Path) -> None:
    written = (dist / "mayfly-mail-0.2.0.cdx.json").read_text()

    assert document(LAPTOP, RELEASE) == written
    assert document(LAPTOP, replace(RELEASE, commit="def")) != written


def test_the_sums_are_of_all_files(dist: Path) -> None:
    lines = [each.split("  ") for each in (dist / SUMS).read_text().splitlines()]

    assert {name for _, name in lines} == {each.name for each in dist.iterdir()} - {SUMS}
    for digest, name in lines:
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest


def test_every_file_that_the_template_names_is_in_the_zip(inside: zipfile.ZipFile) -> None:
    named = assets(json.loads(inside.read(f"{TOP}/template.json")))
    there = {name for name in inside.namelist() if "/assets/" in name}

    assert {f"{TOP}/assets/{each}" for each in named} == there
    files = [zipfile.ZipFile(io.BytesIO(inside.read(each))).namelist() for each in there]
    assert any("functions/http_api/handler.py" in each for each in files)
    assert any("python/mayfly/assembly.py" in each for each in files)
    assert any("python/somebody/__init__.py" in each for each in files)
    assert any("web/index.html" in each for each in files)


def test_the_script_is_a_shells_and_names_the_version(
    inside: zipfile.ZipFile, tmp_path: Path
) -> None:
    script = tmp_path / "deploy.sh"
    script.write_bytes(inside.read(f"{TOP}/deploy.sh"))
    shell = shutil.which("dash") or "sh"

    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0
    assert b"@" not in script.read_bytes().replace(b"@example.org", b"")
    assert b"mayfly-0.2.0/" in script.read_bytes()
    assert inside.getinfo(f"{TOP}/deploy.sh").external_attr >> 16 & 0o111


def test_the_script_asks_for_a_bucket_copies_and_deploys(
    inside: zipfile.ZipFile, tmp_path: Path
) -> None:
    """With a stand-in for AWS's command line, which says what it was asked."""
    inside.extractall(tmp_path)
    called = tmp_path / "called"
    program = tmp_path / "bin" / "aws"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$*" >> {called}\n'
        'case "$*" in *get-caller*) echo 123456789012;; *head-bucket*) exit 1;;'
        ' *Parameters*) echo "${KNOWN-}";; esac\n'
    )
    program.chmod(0o755)
    environment = {"PATH": f"{program.parent}:{os.defpath}", "AWS_REGION": "eu-west-1"}

    def deploying(
        environment: dict[str, str], *alarm_mail: str
    ) -> "subprocess.CompletedProcess[str]":
        called.write_text("")
        return subprocess.run(
            ["sh", str(tmp_path / TOP / "deploy.sh"), "mail.example.org", *alarm_mail],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    done = deploying(environment)
    asked = called.read_text()
    deploying(environment, "you@example.org")
    with_alarm_mail = called.read_text()
    deploying(environment, "")
    with_none = called.read_text()
    elsewhere = deploying(environment | {"AWS_REGION": "xx-west-1"})
    another = deploying(environment | {"KNOWN": "old.example.org"})

    assert (done.returncode, done.stderr) == (0, "")
    assert (
        "head-bucket --bucket mayfly-code-123456789012-eu-west-1 --expected-bucket-owner 1" in asked
    )
    assert "s3 mb s3://mayfly-code-123456789012-eu-west-1" in asked
    assert "s3 sync assets s3://mayfly-code-123456789012-eu-west-1/mayfly-0.2.0/" in asked
    assert "MailDomain=mail.example.org AssetsBucket=mayfly-code-1" in asked
    assert "AlarmMail" not in asked  # which an update leaves as it is
    assert "AssetsPrefix=mayfly-0.2.0/ AlarmMail=you@example.org\n" in with_alarm_mail
    assert "AssetsPrefix=mayfly-0.2.0/ AlarmMail=\n" in with_none
    assert (elsewhere.returncode, "xx-west-1" in elsewhere.stderr) == (2, True)
    assert (another.returncode, "old.example.org" in another.stderr) == (2, True)


@pytest.mark.parametrize("artefact", [FUNCTIONS, LAPTOP], ids=lambda each: each.name)
def test_what_is_in_it_is_written_down_as_cyclonedx_has_it(dist: Path, artefact: object) -> None:
    name = FUNCTIONS.name if artefact is FUNCTIONS else LAPTOP.name
    text = (dist / f"{name}-0.2.0.cdx.json").read_text()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    names = {each["name"] for each in document["components"]}
    assert {"boto3", "botocore", "cffi"} <= names
    assert ("aiohttp" in names) == (artefact is LAPTOP)
    assert all(each["licenses"] and each["purl"] for each in document["components"])
    edges = {each["ref"]: each.get("dependsOn", []) for each in document["dependencies"]}
    assert any(each.startswith("botocore@") for each in edges[next(filter(_is_boto, edges))])


def _is_boto(reference: str) -> bool:
    return reference.startswith("boto3@")


def test_what_functions_need_is_what_their_layer_is_made_of() -> None:
    locked = FUNCTIONS.lock_file.read_text()
    pinned = {line.partition("==")[0] for line in locked.splitlines() if "==" in line}

    assert closure("").keys() - {""} == pinned


def test_without_the_layer_there_is_no_zip(tmp_path: Path) -> None:
    with pytest.raises(LayerMissing):
        cloud_zip(RELEASE, tmp_path, tmp_path / "nothing")


def test_a_release_of_what_is_not_tagged_is_refused_and_leaves_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in ("kept", SUMS):
        (tmp_path / each).touch()

    code = main(["--dist", str(tmp_path)])

    assert code == 1
    assert capsys.readouterr().err.startswith("No release: ")
    assert (tmp_path / "kept").exists()


def test_a_folder_with_other_things_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").touch()

    assert main(["--snapshot", "--dist", str(tmp_path)]) == 1

    assert capsys.readouterr().err.endswith("has other things than one, and is kept\n")
    assert (tmp_path / "kept").exists()
