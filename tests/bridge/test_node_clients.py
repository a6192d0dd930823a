"""Node.js's clients of today: imapflow and node-pop3."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.filled import Filled
from tests.local.mayfly import Mayfly
from tests.node import installed as packages
from tests.node import last_json, node

NODE = Path(__file__).parent / "node"
LETTERS = [b"From: a@garden.example\r\nSubject: %d\r\n\r\nText.\r\n" % each for each in range(7)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked versions from the registry."""
    return packages(NODE, tmp_path_factory.mktemp("node"))


def read(folder: Path, filled: Filled) -> Any:
    ports = map(str, (filled.laptop.imap_port, filled.laptop.pop3_port))
    return last_json(node(folder, "read.js", filled.address, "x", *ports))


def test_imapflow_reads_every_mail_byte_for_byte(
    installed: Path, laptop: Mayfly, mails: list[bytes]
) -> None:
    filled = Filled.with_mails(laptop, mails)

    found = read(installed, filled)["imap"]

    assert found["folders"] == ["INBOX"]
    assert [each["hash"] for each in found["messages"]] == [
        sha256(each).hexdigest() for each in filled.raws
    ]
    assert [each["size"] for each in found["messages"]] == list(map(len, filled.raws))
    assert all(each["parts"] for each in found["messages"])
    assert found["status"]["unseen"] == len(filled.raws) - 1


def test_node_pop3_reads_names_and_mails(installed: Path, laptop: Mayfly) -> None:
    letters = Filled.with_mails(laptop, LETTERS)

    found = read(installed, letters)["pop3"]

    assert len({name for _, name in found["names"]}) == len(LETTERS)
    assert found["hashes"] == [sha256(each).hexdigest() for each in letters.raws[:5]]
    assert "Subject: 0" in found["top"]
