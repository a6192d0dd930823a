"""What the laptop writes is for its owner only, whatever the umask and whatever was before."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.local.data.private_file import private_folder
from infra.local.engine.store import FILE, Store
from mayfly.errors import InvalidInput
from tests.local.conftest import until
from tests.local.mayfly import mayfly

TOKEN_KEY = "token-key"


def open_to_others(*folders: Path) -> list[str]:
    """What others could read or change, by name."""
    found = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return [str(path) for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.fixture
def careless() -> Iterator[None]:
    """The umask of somebody who hides nothing; processes that are started have it, too."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_nothing_that_is_written_can_be_read_by_others(tmp_path: Path) -> None:
    data, temporary = tmp_path / "new" / "data", tmp_path / "temporary"
    temporary.mkdir(mode=0o700)
    settings: dict[str, Any] = {"DATA": str(data), "TMPDIR": str(temporary)}
    with mayfly(**settings, SENDER_ADDRESS="no-reply@mayfly.example") as service:
        service.send(service.first_address, b"Subject: x\r\n\r\n" + b"x" * 500_000)
        service.messages(service.first_address)
        account = {"email": "a@example.com", "password": "a phrase for the tests"}
        service.ask("POST", "/api/users/register", account)
        assert until(lambda: any((data / "sent").glob("*.txt")))
        written = {path.name for path in data.rglob("*")}
        while_it_runs = open_to_others(data, temporary)
        service.end()

    assert {FILE, f"{FILE}-wal", TOKEN_KEY, "admin-key", "password-key", "sent"} <= written
    assert any((data / "objects").iterdir())
    assert while_it_runs == []
    assert open_to_others(data, temporary) == []


@pytest.mark.usefixtures("careless")
def test_sent_mail_without_data_is_in_a_folder_that_others_cannot_read(tmp_path: Path) -> None:
    with mayfly(TMPDIR=str(tmp_path)) as service:
        folders = list(tmp_path.glob("mayfly-sent-*"))

        assert len(folders) == 1
        assert open_to_others(*folders) == []
        service.end()


def test_a_folder_that_others_could_read_is_closed_and_that_is_said(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with mayfly(DATA=str(data)) as service:
        service.send(service.first_address, b"Subject: x\r\n\r\n" + b"x" * 500_000)
        service.end()
    (data / "sent").mkdir(exist_ok=True)
    (data / "sent" / "a.eml").write_text("secret")
    (data / "notes").write_text("of the owner")
    for path in (data, *data.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)

    with mayfly(DATA=str(data)) as service:
        said = service.said()
        service.end()

    assert "DATA was open to others" in said
    assert open_to_others(data) == [str(data / "notes")]


def test_a_folder_that_is_private_is_not_spoken_of(tmp_path: Path) -> None:
    with mayfly(DATA=str(tmp_path / "data")) as service:
        service.end()
    with mayfly(DATA=str(tmp_path / "data")) as service:
        said = service.said()

    assert "DATA" not in said


def test_what_a_link_in_the_folder_leads_to_is_left_alone(tmp_path: Path) -> None:
    elsewhere, data = tmp_path / "elsewhere", tmp_path / "data"
    elsewhere.write_text("of somebody else")
    elsewhere.chmod(0o644)
    data.mkdir()
    (data / "admin-key").symlink_to(elsewhere)

    private_folder(data)

    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o644
    assert open_to_others(data) == [str(data / "admin-key")]


def test_a_folder_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InvalidInput, match="DATA"):
        private_folder(tmp_path / "file" / "data")


def test_a_folder_that_is_shared_by_all_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)

    for folder in (shared, Path("/")):
        before = folder.stat().st_mode
        with pytest.raises(InvalidInput, match="DATA"):
            private_folder(folder)
        assert folder.stat().st_mode == before


@pytest.mark.usefixtures("careless")
def test_the_store_alone_is_private(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "data", "CREATE TABLE numbers (number INTEGER);")) as store:
        with store.writing() as file:
            file.execute("INSERT INTO numbers VALUES (1)")
        files = open_to_others(tmp_path / "data")

    assert (tmp_path / "data" / FILE).is_file()
    assert files == []
