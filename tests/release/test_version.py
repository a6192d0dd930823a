"""Which commit is a release, and its notes."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from infra.release.changelog import notes, sections
from infra.release.packages import check_versions
from infra.release.version import Checkout, Refused, checkout, release, snapshot

TAGGED = Checkout("abc", 1_700_000_000, ["v1.2.3"], [])
CHANGELOG = """# Changelog

Words.

## [Unreleased]

## [1.2.3] - 2026-12-01

### Added

- A thing ([docs/thing.md](docs/thing.md#how), [why](docs/decisions/1.md), [elsewhere](https://x.example)).

## [1.2.2] - 2026-11-01

- An older thing.
"""


def test_a_tag_that_fits_is_a_release() -> None:
    made = release(TAGGED, CHANGELOG, "1.2.3")

    assert (made.version, made.commit, made.epoch) == ("1.2.3", "abc", 1_700_000_000)
    assert made.notes.startswith("### Added")
    assert "older" not in made.notes


@pytest.mark.parametrize(
    ("found", "changelog", "program", "says"),
    [
        (replace(TAGGED, changed=[" M app.py"]), CHANGELOG, "1.2.3", "1 files are not as comm"),
        (replace(TAGGED, tags=[]), CHANGELOG, "1.2.3", "HEAD has no tag: git tag v1.2.3"),
        (replace(TAGGED, tags=["nightly"]), CHANGELOG, "1.2.3", "HEAD has no tag"),
        (replace(TAGGED, tags=["v1.2.3", "v1.2.4"]), CHANGELOG, "1.2.3", "v1.2.3, v1.2.4"),
        (TAGGED, CHANGELOG, "1.2.4", "The tag is v1.2.3, mayfly.__version__ is 1.2.4"),
        (
            replace(TAGGED, tags=["v1.2.4"]),
            CHANGELOG,
            "1.2.4",
            "newest heading of CHANGELOG.md is 1.2.3",
        ),
        (TAGGED, CHANGELOG.replace("[Unreleased]", "[Unreleased]\n\n- New"), "1.2.3", "Unreleased"),
        (TAGGED, "# Changelog\n", "1.2.3", "The newest heading of CHANGELOG.md is None"),
    ],
)
def test_what_is_no_release_is_refused(
    found: Checkout, changelog: str, program: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        release(found, changelog, program)


def test_a_snapshot_needs_no_tag_and_has_what_is_unreleased() -> None:
    changelog = CHANGELOG.replace("[Unreleased]", "[Unreleased]\n\n- New")

    made = snapshot(replace(TAGGED, tags=[], changed=["?? x"]), changelog, "1.2.3")

    assert (made.is_snapshot, made.notes) == (True, "- New")


def test_notes_name_files_of_the_repository_and_link_to_the_rest() -> None:
    page = notes(
        "1.2.3", sections(CHANGELOG)["1.2.3"], "- `a.whl`", commit="abc", is_snapshot=False
    )

    assert page.startswith("# Mayfly 1.2.3\n\nCommit abc.\n\n- `a.whl`\n")
    assert "(docs/thing.md, why: docs/decisions/1.md, [elsewhere](https://x.example))" in page


def test_packages_of_other_versions_are_no_release(tmp_path: Path) -> None:
    for name in ("a-1.2.3-py3-none-any.whl", "a-1.2.3.tar.gz", "a-1.2.3.tgz"):
        (tmp_path / name).touch()
    check_versions(tmp_path, "1.2.3")

    (tmp_path / "b-1.2.34.tgz").touch()

    with pytest.raises(Refused, match=r"not of version 1\.2\.3: b-1\.2\.34\.tgz"):
        check_versions(tmp_path, "1.2.3")


def test_git_is_asked_for_tags_time_and_changes(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    git("commit", "--allow-empty", "--no-gpg-sign", "-m", "first")
    git("tag", "v1.2.3")
    clean = checkout(tmp_path)
    (tmp_path / "new").touch()

    assert (list(clean.tags), list(clean.changed)) == (["v1.2.3"], [])
    assert checkout(tmp_path).changed == ["?? new"]
    assert len(clean.commit) == 40


def test_without_git_there_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="git"):
        checkout(tmp_path)
