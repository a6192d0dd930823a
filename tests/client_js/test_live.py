"""What the other tests here lean on: work is asked of who makes an inbox, and one that is there
takes mail. And what only a running service shows: sessions, large files, two waits at once.
"""

from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.client_js.inboxes import is_gone
from tests.client_js.node import HERE
from tests.local.mayfly import Mayfly
from tests.node import node, ran


def test_the_laptop_asks_for_work(laptop: Mayfly) -> None:
    with pytest.raises(HTTPError) as refused:
        laptop.new_address()

    with refused.value as answer:
        assert answer.code == 403
        assert b"PROOF_OF_WORK_REQUIRED" in answer.read()


def test_an_inbox_that_is_there_is_not_gone(laptop: Mayfly) -> None:
    assert not is_gone(laptop, laptop.first_address)


def test_the_client_does_what_a_running_service_takes(project: Path, laptop: Mayfly) -> None:
    program = HERE / "live" / "service.test.js"
    (project / program.name).write_text(program.read_text())
    given = {"MAYFLY_URL": laptop.http, "SMTP_PORT": str(laptop.smtp_port)}

    sign_up = str(HERE / "live" / "sign_up.js")
    said = ran(
        node(project, "--import", sign_up, "--test", "--test-reporter=tap", program.name, **given)
    )

    assert "\n# fail 0\n" in said
    assert "\n# skipped 0\n" in said
