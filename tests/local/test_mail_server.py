"""The SMTP server, by real clients over loopback."""

import inspect
import json
import smtplib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.account import NOTICE_QUEUE, queue_url, topic_arn
from infra.local.engine.cloud import EngineCloud
from infra.local.ses.accept import Acceptance, Submission
from infra.local.smtp.policy import MailPolicy, Post
from infra.local.smtp.protocol import is_here
from infra.local.smtp.server import MailServer, tls_context
from mayfly.errors import InvalidInput
from mayfly.limits import MAX_LINE_BYTES, MAX_RECIPIENTS
from mayfly.mail.address import Address
from mayfly.receiving.notice import read
from mayfly.settings import Settings
from mayfly_client.bridge.errors import WrongSetting
from mayfly_client.bridge.tls import from_files
from tests.certificates import authority
from tests.local.conftest import DEADLINE, Loop, listener

ALICE = "alice@mayfly.example"
MAIL = (
    b"From: a@b.example\r\nTo: alice@mayfly.example\r\nSubject: =?utf-8?q?H=C3=A9?=\r\n\r\nbody\r\n"
)
KNOWN = {"alice", "bob", "b ob", "zoë"}

Serve = Callable[..., Any]


ADDED = "alice@added.example"  # at a domain that admins added: the settings do not name it


def is_known(address: Address) -> bool:
    if address.domain not in ("mayfly.example", "other.example"):
        return str(address) == ADDED
    return address.local in KNOWN or address.local.startswith("many")


class Kept:
    """Accepts into memory; can be told to fail or to wait."""

    def __init__(self) -> None:
        self.mails: list[Submission] = []
        self.trouble: Exception | None = None
        self.entered = threading.Event()
        self.proceed = threading.Event()
        self.proceed.set()

    def accept(self, mail: Submission) -> str:
        self.entered.set()
        self.proceed.wait(DEADLINE)
        if self.trouble:
            raise self.trouble
        self.mails.append(mail)
        return f"id{len(self.mails)}"


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def serve(loop: Loop, settings: Settings, kept: Kept) -> Serve:
    """Serves on a free port; keyword arguments go to the server."""

    @contextmanager
    def serving(tls: ssl.SSLContext | None = None, **limits: Any) -> Iterator[int]:
        socket_ = listener()
        server = MailServer(
            settings.domains,
            Post(is_known, kept.accept),
            settings.max_mail_bytes,
            "Mayfly test",
            tls,
        )
        with loop.inside(server.serving(socket_, **limits)):
            yield socket_.getsockname()[1]

    return serving


@contextmanager
def smtp(port: int) -> Iterator[smtplib.SMTP]:
    connection = smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE)
    connection.ehlo("client.example")
    try:
        yield connection
    finally:
        connection.close()


def codes(refused: smtplib.SMTPRecipientsRefused) -> list[bytes]:
    return [b"%d %s" % (code, text) for code, text in refused.recipients.values()]


def test_the_mail_keeps_every_byte(serve: Serve, kept: Kept) -> None:
    odd = (
        MAIL
        + b"\x00\xff bare\rCR and bare\nLF\r\n..two dots\r\n.\x2edot\r\n"
        + b"x" * 5000
        + b"\r\n"
    )

    with serve() as port, smtp(port) as connection:
        connection.mail("s@example.org")
        connection.rcpt(ALICE)
        connection.docmd("DATA")
        connection.send(odd.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        answer = connection.getreply()

    assert answer == (250, b"2.0.0 OK id1")
    assert kept.mails[0].content == odd
    assert kept.mails[0].sender == "s@example.org"
    assert kept.mails[0].client_name == "client.example"


def test_the_envelope_is_kept_as_it_was_given(serve: Serve, kept: Kept) -> None:
    recipients = [ALICE, '"B ob"@other.example']

    with serve() as port, smtp(port) as connection:
        connection.sendmail("", recipients, MAIL)

    assert kept.mails[0].recipients == tuple(recipients)
    assert kept.mails[0].sender == ""


def test_mail_in_utf8_is_taken(serve: Serve, kept: Kept) -> None:
    with serve() as port, smtp(port) as connection:
        connection.sendmail(
            "é@example.org", ["zoë@mayfly.example"], MAIL, ["SMTPUTF8", "BODY=8BITMIME"]
        )

    assert kept.mails[0].recipients == ("zoë@mayfly.example",)


@pytest.mark.parametrize(
    ("recipient", "answer"),
    [
        ("nobody@mayfly.example", b"550 5.1.1"),
        ("alice@elsewhere.example", b"550 5.7.1"),
        ("postmaster", b"553 5.1.3"),
        ("@mayfly.example", b"553 5.1.3"),
    ],
)
def test_mail_for_nobody_is_refused_and_says_why(
    serve: Serve, kept: Kept, recipient: str, answer: bytes
) -> None:
    with serve() as port, smtp(port) as connection:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            connection.sendmail("s@example.org", [recipient], MAIL)
        connection.sendmail("s@example.org", [ALICE], MAIL)

    assert codes(refused.value)[0].startswith(answer)
    assert len(kept.mails) == 1


def test_an_inbox_gets_its_mail_whatever_the_settings_say_of_its_domain(
    serve: Serve, kept: Kept
) -> None:
    with serve() as port, smtp(port) as connection:
        connection.sendmail("s@example.org", [ADDED], MAIL)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            connection.sendmail("s@example.org", ["bob@added.example"], MAIL)

    assert kept.mails[0].recipients == (ADDED,)
    assert codes(refused.value)[0].startswith(b"550 5.7.1")


def test_unknown_recipients_do_not_keep_the_mail_from_the_known(serve: Serve, kept: Kept) -> None:
    with serve() as port, smtp(port) as connection:
        refused = connection.sendmail("s@example.org", ["nobody@mayfly.example", ALICE], MAIL)

    assert list(refused) == ["nobody@mayfly.example"]
    assert kept.mails[0].recipients == (ALICE,)


def test_size_is_announced_and_believed(serve: Serve, settings: Settings, kept: Kept) -> None:
    with serve() as port, smtp(port) as connection:
        announced = connection.esmtp_features["size"]
        code, text = connection.mail("s@example.org", [f"size={settings.max_mail_bytes + 1}"])

    assert announced == str(settings.max_mail_bytes)
    assert (code, text[:5]) == (552, b"5.3.4")


def test_a_mail_larger_than_it_said_is_refused_at_its_end(
    serve: Serve, settings: Settings, kept: Kept
) -> None:
    line = b"x" * 998 + b"\r\n"
    exact = line * (settings.max_mail_bytes // len(line))

    with serve() as port, smtp(port) as connection:
        connection.mail("s@example.org", ["size=10"])
        connection.rcpt(ALICE)
        refused = connection.data(exact + b".\r\n")
        connection.sendmail("s@example.org", [ALICE], exact)

    assert (refused[0], refused[1][:5]) == (552, b"5.3.4")
    assert [len(mail.content) for mail in kept.mails] == [settings.max_mail_bytes]


def test_long_lines_are_taken_up_to_the_limit(serve: Serve, kept: Kept) -> None:
    fits = b"x" * (MAX_LINE_BYTES - 2) + b"\r\n"

    with serve() as port, smtp(port) as connection:
        connection.sendmail("s@example.org", [ALICE], fits)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            connection.sendmail("s@example.org", [ALICE], b"x" + fits)

    assert kept.mails[0].content == fits
    assert refused.value.smtp_code == 500


def test_too_many_recipients_are_asked_to_come_in_another_mail(serve: Serve, kept: Kept) -> None:
    recipients = [f"many{n}@mayfly.example" for n in range(MAX_RECIPIENTS + 1)]

    with serve() as port, smtp(port) as connection:
        refused = connection.sendmail("s@example.org", recipients, MAIL)

    assert [code for code, _ in refused.values()] == [452]
    assert len(kept.mails[0].recipients) == MAX_RECIPIENTS


def test_a_failure_of_ours_asks_the_client_to_come_again(serve: Serve, kept: Kept) -> None:
    kept.trouble = RuntimeError("the store is down")

    with serve() as port, smtp(port) as connection:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            connection.sendmail("s@example.org", [ALICE], MAIL)
        kept.trouble = None
        connection.sendmail("s@example.org", [ALICE], MAIL)

    assert (refused.value.smtp_code, refused.value.smtp_error[:5]) == (451, b"4.3.0")
    assert len(kept.mails) == 1


def test_a_bare_line_feed_smuggles_no_second_mail(serve: Serve, kept: Kept) -> None:
    second = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<bob@mayfly.example>\r\nDATA\r\nevil\r\n"

    with serve() as port, smtp(port) as connection:
        connection.mail("s@example.org")
        connection.rcpt(ALICE)
        connection.docmd("DATA")
        connection.send(MAIL + b"\n.\n" + second + b"\r\n.\r\n")
        answer = connection.getreply()
        connection.docmd("NOOP")

    assert answer[0] == 250
    assert [mail.recipients for mail in kept.mails] == [(ALICE,)]
    assert second in kept.mails[0].content


# https://sec-consult.com/blog/detail/smtp-smuggling-spoofing-e-mails-worldwide/
FALSE_ENDS = [
    *(b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r.\r", b"\n.\r"),
    *(b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\n. \r\n", b"\r\r\n.\r\r\n", b"\r\n.\r\r\n"),
    *(b"\x0b.\x0b", b"\x85.\x85", b"\xe2\x80\xa8.\xe2\x80\xa8", b"\r\n..\r\n"),
]


@pytest.mark.parametrize("end", FALSE_ENDS, ids=ascii)
def test_what_another_server_takes_for_an_end_is_none(serve: Serve, kept: Kept, end: bytes) -> None:
    second = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<bob@mayfly.example>\r\nDATA\r\nevil\r\n"

    with serve() as port, smtp(port) as connection:
        connection.mail("s@example.org")
        connection.rcpt(ALICE)
        connection.docmd("DATA")
        connection.send(MAIL + b"x" + end + second + b"\r\n.\r\n")
        answer = connection.getreply()
        afterwards = connection.docmd("NOOP")

    assert (answer[0], afterwards[0]) == (250, 250)
    assert [mail.recipients for mail in kept.mails] == [(ALICE,)]
    unstuffed = end.replace(b"\r\n.", b"\r\n")
    assert kept.mails[0].content.endswith(unstuffed + second + b"\r\n")


@pytest.mark.parametrize(
    "command",
    [
        b"MAIL FROM:<s@example.org\nRCPT TO:<bob@mayfly.example>>",
        b"MAIL FROM:<s@example.org>\rRCPT TO:<bob@mayfly.example>",
        b"MAIL FROM:<s@example.org> BODY=8BITMIME\0",
        b"EHLO evil\rMAIL FROM:<s@example.org>",
    ],
)
def test_a_command_within_a_command_is_not_obeyed(serve: Serve, kept: Kept, command: bytes) -> None:
    with serve() as port, smtp(port) as connection:
        connection.send(command + b"\r\n")
        connection.getreply()
        connection.send(b"RSET\r\nNOOP\r\n")
        refused = connection.docmd("DATA")

    assert refused[0] != 354
    assert kept.mails == []


def test_commands_sent_in_one_piece_are_all_answered(serve: Serve, kept: Kept) -> None:
    envelope = b"MAIL FROM:<s@example.org>\r\nRCPT TO:<alice@mayfly.example>\r\nDATA\r\n"

    with serve() as port, socket.create_connection(("127.0.0.1", port), DEADLINE) as raw:
        raw.sendall(b"EHLO me\r\n" + 2 * (envelope + MAIL + b".\r\n") + b"QUIT\r\n")
        answers = b""
        while block := raw.recv(65536):
            answers += block

    assert answers.count(b"250 2.0.0 OK id") == 2
    assert answers.endswith(b"221 Bye\r\n")
    assert [mail.content for mail in kept.mails] == [MAIL, MAIL]


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
def test_any_name_and_password_are_taken(serve: Serve, kept: Kept, mechanism: str) -> None:
    with serve() as port, smtp(port) as connection:
        connection.user, connection.password = "dev", "any"
        name = mechanism.removeprefix("auth_").upper()
        code, _ = connection.auth(name, getattr(connection, mechanism))
        connection.sendmail("s@example.org", [ALICE], MAIL)

    assert connection.esmtp_features["auth"].split() == ["LOGIN", "PLAIN"]
    assert (code, len(kept.mails)) == (235, 1)


def test_nobody_has_to_log_in(serve: Serve, kept: Kept) -> None:
    with serve() as port, smtp(port) as connection:
        connection.sendmail("s@example.org", [ALICE], MAIL)

    assert len(kept.mails) == 1


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        (["AUTH plain AGRldgBkZXY="], 235),
        (["AUTH PLAIN", "AGRldgBkZXY="], 235),
        (["AUTH PLAIN", "*"], 501),
        (["AUTH PLAIN ***"], 501),
        (["AUTH PLAIN AAAA"], 501),
        (["AUTH LOGIN", "ZGV2", "ZGV2"], 235),
        (["AUTH LOGIN ZGV2", "ZGV2"], 235),
        (["AUTH LOGIN", "*"], 501),
        (["AUTH CRAM-MD5"], 504),
        (["AUTH"], 501),
        (["AUTH PLAIN AGRldgBkZXY=", "AUTH PLAIN AGRldgBkZXY="], 503),
        (["MAIL FROM:<s@example.org>", "AUTH PLAIN AGRldgBkZXY="], 503),
    ],
)
def test_what_is_sent_to_log_in_is_answered_by_its_form(
    serve: Serve, commands: list[str], code: int
) -> None:
    with serve() as port, smtp(port) as connection:
        answers = [connection.docmd(each)[0] for each in commands]
        after = connection.noop()[0]

    assert (answers[-1], after) == (code, 250)


def test_no_password_is_longer_than_a_line(serve: Serve) -> None:
    with serve() as port, smtp(port) as connection:
        connection.docmd("AUTH", "PLAIN")
        code, _ = connection.docmd("A" * (2 * MAX_LINE_BYTES))
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            connection.noop()

    assert code == 500


@pytest.mark.parametrize(
    ("peer", "needs_tls"),
    [("127.0.0.1", False), ("::1", False), ("192.0.2.7", True), ("2001:db8::7", True), ("x", True)],
)
def test_who_is_elsewhere_sends_no_password_in_the_clear(peer: str, needs_tls: bool) -> None:
    assert is_here((peer, 1)) is not needs_tls


def said(port: int, commands: bytes) -> bytes:
    """What a client hears that sends everything at once, ends its side and reads on."""
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        connection.sendall(commands)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("end", [b"QUIT\r\n", b"", b"QUIT", b"NOOP\r\nNOOP\r\n"])
def test_who_sends_no_more_hears_that_the_mail_is_kept(
    serve: Serve, kept: Kept, end: bytes
) -> None:
    envelope = b"EHLO c.example\r\nMAIL FROM:<s@example.org>\r\nRCPT TO:<%s>\r\nDATA\r\n"

    with serve() as port:
        answers = said(port, envelope % ALICE.encode() + MAIL + b".\r\n" + end)

    assert b"\r\n250 2.0.0 OK id1\r\n" in answers
    assert b"451" not in answers
    assert [mail.content for mail in kept.mails] == [MAIL]


@pytest.mark.parametrize(
    "after", [b"", b"MAIL FROM:<s@example.org>\r\nRCPT TO:<%s>\r\nDATA\r\nHalf"]
)
def test_what_ends_before_its_mail_does_keeps_nothing(
    serve: Serve, kept: Kept, after: bytes
) -> None:
    with serve() as port:
        answers = said(port, b"EHLO c.example\r\n" + after.replace(b"%s", ALICE.encode()))

    assert answers.startswith(b"220 ")
    assert kept.mails == []


def test_encoded_words_in_an_envelope_are_letters_as_any_others(serve: Serve, kept: Kept) -> None:
    sender = "=?utf-8?q?ada=40orchard?=@orchard.example"

    with serve() as port, smtp(port) as connection:
        connection.docmd(f"MAIL FROM:<{sender}>")
        codes = [
            connection.docmd(f"RCPT TO:<{name}@mayfly.example>")[0]
            for name in ("=?x?q?alice?=", '"=?x?q?alice?="', "alice")
        ]
        connection.data(MAIL)

    (mail,) = kept.mails
    assert codes == [550, 550, 250]
    assert (mail.sender, mail.recipients) == (sender, (ALICE,))


@pytest.mark.parametrize("parameters", ["RET=HDRS", "ENVID=a1", "RET=FULL ENVID=a1"])
def test_parameters_of_what_is_not_offered_are_refused_as_such(
    serve: Serve, parameters: str
) -> None:
    with serve() as port, smtp(port) as connection:
        mail = connection.docmd(f"MAIL FROM:<s@example.org> {parameters}")
        connection.docmd("MAIL FROM:<s@example.org>")
        rcpt = connection.docmd(f"RCPT TO:<{ALICE}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{ALICE}")

    assert "dsn" not in connection.esmtp_features
    assert (mail[0], rcpt[0]) == (555, 555)


@pytest.mark.parametrize(
    "parameter",
    ["AUTH=<>", "auth=a@b.example", "AUTH=e+3Dmc2@b.example SIZE=9", "AUTH=" + "x" * 490],
)
def test_who_a_client_says_it_mails_for_is_taken_and_ignored(
    serve: Serve, kept: Kept, parameter: str
) -> None:
    with serve() as port, smtp(port) as connection:
        connection.ehlo()
        mail = connection.docmd(f"MAIL FROM:<s@example.org> {parameter}")
        rcpt = connection.docmd(f"RCPT TO:<{ALICE}> AUTH=<>")

    assert (mail[0], rcpt[0]) == (250, 555)


@pytest.mark.parametrize("parameter", ["AUTH", "AUTH=", "AUTH=a+zz", "AUTH=a=b"])
def test_who_a_client_mails_for_has_to_be_xtext(serve: Serve, parameter: str) -> None:
    with serve() as port, smtp(port) as connection:
        connection.ehlo()
        assert connection.docmd(f"MAIL FROM:<s@example.org> {parameter}")[0] == 501


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    files = str(folder / "cert.pem"), str(folder / "key.pem")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1"
        " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-out", files[0], "-keyout", files[1]], check=True, capture_output=True
    )
    return files


def test_starttls_protects_the_rest_of_the_session(
    serve: Serve, kept: Kept, certificate: tuple[str, str]
) -> None:
    trusted = ssl.create_default_context(cafile=certificate[0])

    with serve(tls=tls_context(*certificate)) as port:
        connection = smtplib.SMTP("localhost", port, timeout=DEADLINE)
        connection.starttls(context=trusted)
        connection.ehlo("client.example")
        connection.sendmail("s@example.org", [ALICE], MAIL * 2000)
        offered = set(connection.esmtp_features)
        connection.quit()

    assert kept.mails[0].protocol == "ESMTPS"
    assert kept.mails[0].content == MAIL * 2000
    assert offered & {"auth", "starttls"} == {"auth"}


def test_what_came_before_tls_is_not_obeyed_within_it(
    serve: Serve, kept: Kept, certificate: tuple[str, str]
) -> None:
    with serve(tls=tls_context(*certificate)) as port, smtp(port) as connection:
        connection.send(b"STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n")
        connection.getreply()
        context = ssl.create_default_context(cafile=certificate[0])
        assert connection.sock is not None
        connection.sock = context.wrap_socket(connection.sock, server_hostname="localhost")
        connection.file = None
        connection.helo("client.example")
        code, _ = connection.rcpt(ALICE)

    assert code == 503


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"SMTP_TLS_CERT.*nothing\.pem"):
        tls_context(str(tmp_path / "nothing.pem"), "")


def test_nobody_is_asked_for_the_password_of_a_key(tmp_path: Path) -> None:
    authority().server(tmp_path, "mx.example.org", password=b"secret")
    (file,) = map(str, tmp_path.iterdir())

    with pytest.raises(InvalidInput, match="SMTP_TLS_KEY: the key is encrypted"):
        tls_context(file, "")
    with pytest.raises(WrongSetting, match="the key is encrypted"):
        from_files(file, "")


def test_one_connection_too_many_is_told_so(serve: Serve) -> None:
    with (
        serve(max_connections=1) as port,
        smtp(port),
        pytest.raises(smtplib.SMTPConnectError) as refused,
    ):
        smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE)

    assert refused.value.smtp_code == 421


def test_a_mail_under_way_is_finished_before_the_server_ends(serve: Serve, kept: Kept) -> None:
    kept.proceed.clear()
    serving = serve()
    port = serving.__enter__()
    idle = smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE)
    with smtp(port) as connection:
        connection.mail("s@example.org")
        connection.rcpt(ALICE)
        connection.docmd("DATA")
        connection.send(MAIL + b".\r\n")
        kept.entered.wait(DEADLINE)
        ending = threading.Thread(target=serving.__exit__, args=(None, None, None))
        ending.start()
        goodbye = idle.getreply()
        kept.proceed.set()
        answer = connection.getreply()
        afterwards = connection.getreply()
    ending.join(DEADLINE)
    idle.close()

    assert goodbye[0] == 421
    assert answer == (250, b"2.0.0 OK id1")
    assert afterwards[0] == 421
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_the_log_says_what_happens_and_not_to_whom(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    with serve() as port, smtp(port) as connection:
        connection.sendmail("sender@example.org", [ALICE], MAIL)
        connection.quit()

    events = [each.message.split()[0] for each in caplog.records if each.name == "mayfly.smtp"]
    assert events == ["connect", "mailFrom", "rcptTo", "data", "close"]
    assert not any(word in caplog.text for word in ("alice", "sender", "Subject", "body"))


def test_an_accepted_mail_is_in_the_bucket_and_its_notice_in_the_queue(
    acceptance: Acceptance, cloud: EngineCloud, settings: Settings
) -> None:
    envelope = (ALICE, "hidden@mayfly.example")
    submission = Submission("s@example.org", envelope, MAIL, "evil\r> (x)", "127.0.0.1", "ESMTP")

    mail_id = acceptance.accept(submission)

    (message,) = cloud.client("sqs").receive_message(QueueUrl=queue_url(NOTICE_QUEUE))["Messages"]
    notice = read(message["Body"])
    assert notice.recipients == envelope
    assert notice.bucket == settings.mail_bucket
    assert notice.object_key == settings.raw_prefix + mail_id
    found = cloud.client("s3").get_object(Bucket=notice.bucket, Key=notice.object_key)
    stored = found["Body"].read()
    assert stored.endswith(MAIL)
    trace = stored.removesuffix(MAIL)
    assert trace.startswith(b"Return-Path: <s@example.org>\r\nReceived: from evil????x? ([127.")
    assert b"hidden" not in trace and b" for " not in trace
    told = json.loads(message["Body"])
    assert told["mail"]["commonHeaders"]["to"] == [ALICE]
    assert told["mail"]["headersTruncated"] is False
    assert told["receipt"]["spamVerdict"] == {"status": "DISABLED"}


def test_a_mail_that_cannot_be_announced_leaves_nothing(
    acceptance: Acceptance, cloud: EngineCloud, settings: Settings
) -> None:
    lonely = replace(acceptance, topic_arn=topic_arn("nobody-made-it"))
    submission = Submission("", (ALICE,), MAIL, "me", "127.0.0.1", "ESMTP")

    with pytest.raises(ClientError, match="Topic does not exist"):
        lonely.accept(submission)

    listing = cloud.client("s3").list_objects_v2(Bucket=settings.mail_bucket)
    assert listing["KeyCount"] == 0


def test_the_headers_of_a_notice_are_cut_where_ses_cuts_them(
    acceptance: Acceptance, cloud: EngineCloud
) -> None:
    long = b"Subject: x\r\n" + b"X-Filler: " + b"y" * 20_000 + b"\r\n\r\n"

    acceptance.accept(Submission("", (ALICE,), long, "me", "127.0.0.1", "ESMTP"))

    (message,) = cloud.client("sqs").receive_message(QueueUrl=queue_url(NOTICE_QUEUE))["Messages"]
    assert json.loads(message["Body"])["mail"]["headersTruncated"] is True
    assert len(message["Body"]) < 12_000


def test_what_a_web_page_posts_is_no_mail(serve: Serve, kept: Kept) -> None:
    body = f"EHLO me\r\nMAIL FROM:<s@example.org>\r\nRCPT TO:<{ALICE}>\r\nDATA\r\nhi\r\n.\r\n"
    sent = ("Connection: keep-alive", "User-Agent: x", "Content-Type: text/plain", "Accept: */*")
    with serve() as port, socket.create_connection(("127.0.0.1", port), DEADLINE) as page:
        head = "\r\n".join(["POST / HTTP/1.1", f"Host: 127.0.0.1:{port}", *sent, "", ""])
        page.sendall((head + body).encode())
        said = b""
        try:
            while block := page.recv(65536):
                said += block
        except ConnectionError:
            pass

    assert b"354" not in said
    assert kept.mails == []


def test_whoever_looks_at_the_policy_can_read_all_of_it() -> None:
    """aiosmtpd does so at each connection, with whatever Python there is."""
    policy = MailPolicy.__new__(MailPolicy)

    assert "handle_RCPT" in dict(inspect.getmembers(policy))
