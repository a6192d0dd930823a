"""The keywords of Robot Framework, without it."""

import pytest

from mayfly_client import NotFound
from mayfly_client.robot import MayflyLibrary
from tests.client.test_inboxes import mail
from tests.local.mayfly import Mayfly


def test_what_a_test_has_made_is_gone_at_its_end(laptop: Mayfly) -> None:
    library = MayflyLibrary(laptop.http)
    first, second = library.create_inbox(), library.create_inbox()
    inboxes = list(library._inboxes)
    laptop.send(second, mail("Verify"))

    assert first != second
    assert library.wait_for_code(subject="verify") == "482913"
    assert library.wait_for_message().subject == "Verify"

    library._end_test(None, None)
    for each in inboxes:
        with pytest.raises(NotFound):
            each.messages()
    library._close()


def test_without_an_inbox_a_keyword_says_what_comes_first() -> None:
    with pytest.raises(AssertionError, match="`Create Inbox` comes first"):
        MayflyLibrary("http://127.0.0.1:9").wait_for_code()
