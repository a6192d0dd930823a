"""What headers tell about a mail's journey."""

import logging
from datetime import UTC, datetime

import pytest

from mayfly.mail import diagnostics
from mayfly.mail.diagnostics import Hop, diagnose

JOURNEY = b"""\
Received: from mx.example.org (mx.example.org [192.0.2.7])
 by inbound.example.net with ESMTPS id abc123
 for <b@example.net>; Sat, 21 Nov 2026 13:00:05 +0000 (UTC)
Received: from laptop ([10.0.0.1]) by mx.example.org with ESMTP; Sat, 21 Nov 2026 13:00:00 +0000
From: A <a@example.org>
To: b@example.net
Date: Sat, 21 Nov 2026 12:59:59 +0000
Content-Type: multipart/mixed; boundary=x
Subject: hello
"""


def test_hops_are_listed_from_the_sender_to_us() -> None:
    found = diagnose(JOURNEY)

    assert found.hops == (
        Hop(
            "laptop ([10.0.0.1])",
            "mx.example.org",
            "ESMTP",
            datetime(2026, 11, 21, 13, 0, 0, tzinfo=UTC),
            0.0,
        ),
        Hop(
            "mx.example.org (mx.example.org [192.0.2.7])",
            "inbound.example.net",
            "ESMTPS",
            datetime(2026, 11, 21, 13, 0, 5, tzinfo=UTC),
            5.0,
        ),
    )
    assert found.defects == ()


def test_ambiguous_sender_is_a_defect() -> None:
    found = diagnose(b"From: a@example.org <b@example.org> <c@example.org>\r\n\r\n")

    assert found.hops == ()
    assert any("from[0]" in defect for defect in found.defects)


def test_body_is_not_looked_at() -> None:
    assert diagnose(JOURNEY + b"\n--x\n\nReceived: from body\n") == diagnose(JOURNEY)


def test_headers_without_received_have_no_hops() -> None:
    assert diagnose(b"Subject: x\r\n\r\n").hops == ()


@pytest.mark.parametrize("header_block", [b"", b"\0" * 1000, b"\xff: \xff\r\n", b"Received:" * 99])
def test_any_bytes_have_diagnostics(header_block: bytes) -> None:
    assert len(diagnose(header_block).defects) <= diagnostics.MAX_DEFECTS


def test_hops_over_the_limit_are_those_nearest_to_the_sender_left_out() -> None:
    line = b"Received: from a%d by b with c; Sat, 21 Nov 2026 13:00:00 +0000\r\n"

    found = diagnose(b"".join(line % number for number in reversed(range(80))))

    assert [found.hops[0].from_, found.hops[-1].from_] == ["a30", "a79"]


def test_nothing_of_the_mail_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    diagnose(b"From: =?utf-8?b?secret!?= <a@example.org>\r\nSubject: =?x?q?secret?=\r\n\r\n")

    assert "secret" not in caplog.text
