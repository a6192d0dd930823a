"""The short part of fuzzing; `make fuzz` goes on for as long as one likes."""

from itertools import islice

import pytest

from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from tests.fuzz.promises import (
    agrees_with_the_standard_library,
    costs_little_memory,
    keeps_its_promises,
)
from tests.fuzz.seeds import damaged_mails, seeds
from tests.mail.test_corpus import CORPUS
from tests.mail.test_mime_properties import OWN_MAILS

MAILS = 1500
TRACED = 100


def test_damaged_mails_keep_every_promise() -> None:
    for octets in islice(damaged_mails(OWN_MAILS, seed=1), MAILS):
        keeps_its_promises(octets)


def test_damaged_mails_cost_little_memory() -> None:
    for octets in islice(damaged_mails(OWN_MAILS, seed=2), TRACED):
        costs_little_memory(octets)


def test_well_formed_text_is_read_as_the_standard_library_reads_it() -> None:
    agreed = sum(agrees_with_the_standard_library(each) for each in seeds())

    assert agreed >= (500 if CORPUS.is_dir() else 3)


def test_damaged_text_is_read_so_too_while_it_is_well_formed() -> None:
    mails = islice(damaged_mails(OWN_MAILS, seed=3), 2 * MAILS)

    assert sum(map(agrees_with_the_standard_library, mails)) > 50


def test_a_mail_that_the_standard_library_gives_up_on_is_not_compared() -> None:
    mail = b"Content-Type: text/plain; charset*=a\x01\x00''us-ascii\r\n\r\nwords\r\n"

    keeps_its_promises(mail)

    assert agrees_with_the_standard_library(mail) is False


def test_a_parser_that_disagrees_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    read = mime.read
    monkeypatch.setattr(mime, "read", lambda *a: replace(read(*a), text="other", defects=()))

    with pytest.raises(AssertionError):
        agrees_with_the_standard_library(b"Subject: x\r\n\r\nwords\r\n")
    assert read(b"", MIME).text == ""
