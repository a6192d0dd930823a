"""The simulation of deliveries that meet on counters."""

import random

from bench.conflicts import BY_MAIL, OWN, Run, figures

MAILS = 5000


def conflicts(scheme: object, rate: float) -> float:
    return Run(scheme, rate, random.Random(1)).conflicts(MAILS)  # type: ignore[arg-type]


def test_deliveries_do_not_conflict_where_each_process_has_a_row_of_its_own() -> None:
    assert conflicts(OWN, 100) < 0.1
    assert conflicts(OWN, 1000) < 2


def test_they_did_where_the_mail_chose_the_row() -> None:
    assert 5 < conflicts(BY_MAIL, 100) < 15
    assert conflicts(BY_MAIL, 1000) > 50


def test_the_same_figures_come_each_time() -> None:
    assert list(figures()) == list(figures())
