"""The load at a small size, with the same code; no times are judged here."""

import pytest

from bench.letters import number_of, numbered_letter
from bench.load.__main__ import under_load
from bench.load.clients import Size
from bench.load.tally import Faults, Seen, Tally, faults
from mayfly.limits import MIME
from mayfly.mail.mime.parser import parse

SMALL = Size(mails=200, senders=4, inboxes=20, readers=10, sockets=10, seconds=900)


def test_nothing_is_lost_doubled_or_out_of_order_under_load() -> None:
    run = under_load(SMALL)

    assert (len(run.tally.accepted_at), run.tally.refused) == (SMALL.mails, 0)
    for clients in (run.inboxes, run.readers, run.sockets):
        assert run.faults(clients) == Faults()
    assert sum(len(each.seen) for each in run.inboxes) == SMALL.mails
    assert sum(len(each.seen) for each in run.sockets) == SMALL.mails / 2
    assert len(list(run.figures())) == 9
    assert run.pings.figures["pings"] > 0


@pytest.mark.parametrize(
    ("seen", "wrong"),
    [
        ([Seen(7, 1), Seen(8, 2)], Faults()),
        ([Seen(8, 1), Seen(7, 2)], Faults()),
        ([Seen(7, 1)], Faults(loss=1)),
        ([Seen(7, 1), Seen(8, 2), Seen(8, 3)], Faults(duplicates=1)),
        ([Seen(7, 1), Seen(8, 2), Seen(9, 3)], Faults(duplicates=1)),
        ([Seen(7, 1), Seen(8, 2), Seen(None, 3)], Faults(duplicates=1)),
        ([Seen(7, 1), Seen(8, 3)], Faults(gaps=1)),
        ([Seen(7, 2), Seen(8, 1)], Faults(gaps=2)),
        ([], Faults(loss=2)),
    ],
)
def test_what_is_wrong_is_counted(seen: list[Seen], wrong: Faults) -> None:
    assert faults([7, 8], seen) == wrong
    assert bool(wrong) == (wrong != Faults())


def test_the_number_of_a_mail_is_read_from_its_subject() -> None:
    mail = parse(numbered_letter("a@mayfly.example", 42), MIME)

    assert number_of(mail.subject) == 42
    assert number_of("Your order") is None


def test_a_mail_seen_before_its_250_took_no_time() -> None:
    tally = Tally()
    tally.accept(1, "a@mayfly.example")

    delays = tally.delays({1: tally.accepted_at[1] - 1, 2: 5.0})

    assert delays == [0.0]


def test_sizes_are_words_and_a_wrong_one_is_named() -> None:
    assert Size.read(["MAILS=300", "SENDERS=2"]) == Size(mails=300, senders=2)

    with pytest.raises(SystemExit, match="MAILS=none"):
        Size.read(["MAILS=none"])
