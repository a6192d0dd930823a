"""`make audit`, against snapshots and a service of our own. All advisories here are made up."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.audit.__main__ import MOST_DAYS, NPM_LOCK, main
from infra.audit.snapshot import Snapshot, locked, reduced
from infra.lock_files import REQUIREMENTS

TODAY = date(2026, 12, 1)
VERSIONS = dict(locked())


def record(identifier: str, package: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    """As OSV has it, with what is not kept."""
    return {
        "id": identifier,
        "summary": "words",
        "affected": [
            {
                "package": {"name": package, "ecosystem": "PyPI"},
                "ranges": [
                    {"type": "GIT", "events": [{"introduced": "abc"}]},
                    {"type": "ECOSYSTEM", "events": list(events)},
                ],
            },
            {"package": {"name": package, "ecosystem": "npm"}, "versions": ["1"]},
        ],
        **more,
    }


def kept(file: Path, *records: dict[str, Any], fetched: date = TODAY) -> Path:
    found = [each for each in map(reduced, records) if each is not None]
    Snapshot("made up", fetched, frozenset(VERSIONS), found).write(file)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "advisories.json"


def test_every_locked_package_is_compared() -> None:
    assert {"boto3", "nh3", "atheris", "pytest"} <= {name for name, _ in locked()}


@pytest.mark.parametrize(
    ("version", "events", "is_hit"),
    [
        ("1.5", [{"introduced": "0"}], True),
        ("1.5", [{"introduced": "0"}, {"fixed": "1.5"}], False),
        ("1.5", [{"introduced": "0"}, {"fixed": "1.10"}], True),
        ("1.5", [{"introduced": "0"}, {"last_affected": "1.5"}], True),
        ("1.5", [{"introduced": "0"}, {"last_affected": "1.4"}], False),
        ("1.5", [{"introduced": "1.6"}], False),
        ("1.5", [{"fixed": "1.2"}, {"introduced": "1.4"}, {"introduced": "0"}], True),
        ("1.5rc1", [{"introduced": "0"}, {"fixed": "1.5"}], True),
        ("1.5", [], False),
    ],
)
def test_ranges_mean_what_osv_says(
    version: str, events: list[dict[str, str]], is_hit: bool
) -> None:
    advisory = reduced(record("A-1", "Some_Thing", *events))
    assert advisory is not None
    snapshot = Snapshot("made up", TODAY, frozenset(["some-thing"]), [advisory])

    assert snapshot.hits([("some-thing", version)]) == (
        [f"some-thing {version}: A-1"] if is_hit else []
    )
    assert snapshot.hits([("other", version)]) == []


def test_versions_that_are_listed_are_affected_and_withdrawn_advisories_are_not_kept() -> None:
    listed = {"package": {"name": "x", "ecosystem": "PyPI"}, "versions": ["1.0"]}

    advisory = reduced({"id": "A-1", "affected": [listed]})
    assert advisory is not None

    assert Snapshot("", TODAY, frozenset("x"), [advisory]).hits([("x", "1.0")]) == ["x 1.0: A-1"]
    assert reduced({"id": "A-1", "affected": [listed], "withdrawn": "2026-01-01"}) is None


def test_a_known_vulnerability_fails_and_is_named(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = {"introduced": "0"}
    kept(file, record("A-2", "nh3", everything), record("A-1", "nh3", everything))

    assert main([], TODAY, file) == 1

    said = capsys.readouterr().out
    assert f"nh3 {VERSIONS['nh3']}: A-1, A-2\n" in said
    assert f"{len(locked())} packages, 1 with" in said


def test_nothing_known_says_of_which_day_that_is(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], TODAY, kept(file, fetched=date(2026, 11, 21))) == 0

    said = capsys.readouterr().out
    assert "knew on 2026-11-21 (10 days ago)" in said
    assert "Not audited" not in said
    assert "older than" not in said


def test_it_says_that_npms_packages_are_not_looked_at(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([], TODAY, kept(file))

    assert f"not looked at: {NPM_LOCK}\n" in capsys.readouterr().out
    assert (REQUIREMENTS.parent / NPM_LOCK).is_file()


def test_an_old_snapshot_is_spoken_of(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], TODAY, kept(file, fetched=date(2026, 10, 1))) == 0

    assert f"older than {MOST_DAYS} days" in capsys.readouterr().out


def test_a_snapshot_of_a_day_to_come_fails(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], TODAY, kept(file, fetched=date(2026, 12, 2))) == 1

    assert "Not audited: advisories.json is of 2026-12-02" in capsys.readouterr().out


def test_packages_that_the_snapshot_does_not_know_are_named(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Snapshot("made up", TODAY, frozenset(VERSIONS) - {"nh3", "boto3"}, []).write(file)

    main([], TODAY, file)

    assert "Not audited: the snapshot does not know boto3, nh3." in capsys.readouterr().out


def test_without_a_snapshot_it_says_that_nobody_looked(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], TODAY, file) == 0

    said = capsys.readouterr().out
    assert said.startswith("Not audited: ")
    assert "make audit ARGS=snapshot" in said


def snapshot_with(advisory: str, packages: str = '["nh3"]') -> str:
    head = f'"source": "x", "fetched": "{TODAY}", "packages": {packages}'
    return f'{{{head}, "advisories": [{advisory}]}}'


BROKEN = [
    "",
    "[]",
    "{}",
    '{"fetched": "x"}',
    "[" * 100_000,
    snapshot_with("", packages='"nh3"'),
    snapshot_with("{}"),
    snapshot_with('{"id": "A", "affected": {"package": "nh3"}}'),
    snapshot_with('{"id": "A", "affected": [{"package": "nh3"}]}'),
    snapshot_with(
        '{"id": "A", "affected": [{"package": "nh3", "versions": [], "ranges": [[{}]]}]}'
    ),
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_snapshot_fails(file: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(text)

    assert main([], TODAY, file) == 1

    assert capsys.readouterr().out.startswith("Not audited: advisories.json is no snapshot")


class Osv(BaseHTTPRequestHandler):
    """Answers as OSV does, a page at a time."""

    known: dict[str, list[dict[str, Any]]]
    asked: list[Any]

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, query))
        left = self.known.get(query["package"]["name"], [])[int(query.get("page_token", 0)) :]
        answer: dict[str, Any] = {"vulns": left[:1]} if left else {}
        if len(left) > 1:
            answer["next_page_token"] = str(int(query.get("page_token", 0)) + 1)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[tuple[str, type[Osv]]]:
    handler = type("OneOsv", (Osv,), {"known": {}, "asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_snapshot_has_every_page_of_every_package(
    osv: tuple[str, type[Osv]], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, service = osv
    service.known = {
        "nh3": [record(each, "nh3", {"introduced": "0"}) for each in ("A-1", "A-2", "A-3")]
    }

    assert main(["snapshot"], TODAY, file, url) == 1

    assert "A-1, A-2, A-3\n" in capsys.readouterr().out
    assert {query["package"]["name"] for _, query in service.asked} == set(VERSIONS)
    assert {path for path, _ in service.asked} == {"/v1/query"}
    again = Snapshot.read(file)
    assert (again.fetched, again.packages) == (TODAY, frozenset(VERSIONS))
    assert "summary" not in file.read_text()


def test_without_the_internet_the_old_snapshot_stays(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    before = kept(file).read_bytes()

    assert main(["snapshot"], TODAY, file, f"http://127.0.0.1:{port}") == 1

    assert capsys.readouterr().out.startswith("No snapshot: ")
    assert file.read_bytes() == before


def test_another_word_is_refused(file: Path) -> None:
    assert main(["everything"], TODAY, file) == 2
