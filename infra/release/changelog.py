"""CHANGELOG.md by version, and the notes of one."""

import re

UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## \[([^\]]+)\].*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)([^)]+)\)")


def sections(text: str) -> dict[str, str]:
    """What stands below each heading, the newest first; "" for headings without anything."""
    headings = list(_HEADING.finditer(text))
    ends = [*(each.start() for each in headings[1:]), len(text)]
    pairs = zip(headings, ends, strict=False)  # without headings there is no part either
    return {each[1]: text[each.end() : end].strip() for each, end in pairs}


def notes(version: str, changes: str, files: str, *, commit: str, is_snapshot: bool) -> str:
    """The page that goes with the files; links into the repository become words."""
    title = f"# Mayfly {version}"
    if is_snapshot:
        title = f"# A snapshot of Mayfly after {version}: no release, for trials"
    plain = _LINK.sub(lambda it: it[1] if it[2].startswith(it[1]) else f"{it[1]}: {it[2]}", changes)
    return f"{title}\n\nCommit {commit}.\n\n{files}\n\n{plain or 'Nothing is new.'}\n"
