"""Attachments that are uploaded before the mails that they go with."""

import base64
import email
import email.policy
from typing import Any

import pytest

from mayfly import limits
from mayfly.sending.ports import Form
from mayfly.settings import Settings
from tests.functions.http import Reply
from tests.sending.test_sending_routes import EMAILS, Sending

UPLOADS = "/api/v1/emails/attachments"
CONTENT = b"\x00" * 5_000_000  # more than a request may have


@pytest.fixture
def sending() -> Sending:
    return Sending()


def announce(sending: Sending, size: int = len(CONTENT), **changes: object) -> Reply:
    told = {"filename": "catalogue.pdf", "contentType": "application/pdf", "size": size}
    return sending.api.call("POST", UPLOADS, body=told | changes, headers=sending.headers)


def upload(sending: Sending, content: bytes = CONTENT, **changes: object) -> str:
    """Announce a file, and send it."""
    told = announce(sending, len(content), **changes).json
    sending.memory.uploaded_files.take(Form(told["url"], told["fields"]), content)
    return str(told["uploadId"])


def sent(sending: Sending) -> Any:
    sending.work()
    ((_, raw),) = sending.memory.mailer.sent
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_file_larger_than_a_request_goes_with_a_mail(sending: Sending) -> None:
    reply = sending.send(attachments=[{"uploadId": upload(sending)}])

    assert reply.status == 202
    shown = sending.show(reply.json["id"])
    (file,) = sent(sending).iter_attachments()
    assert shown["attachments"] == [
        {"filename": "catalogue.pdf", "contentType": "application/pdf", "size": len(CONTENT)}
    ]
    assert (file.get_filename(), file.get_content_type()) == ("catalogue.pdf", "application/pdf")
    assert file.get_content() == CONTENT


def test_files_of_both_kinds_go_together_and_html_shows_them(sending: Sending) -> None:
    logo = upload(sending, b"logo", filename="logo.png", contentType="image/png")
    inline = {"filename": "a.txt", "content": base64.b64encode(b"text").decode()}

    sending.send(
        html="<img src=cid:logo>",
        attachments=[{"uploadId": logo, "contentId": "logo"}, inline, {"uploadId": logo}],
    )

    mail = sent(sending)
    names = [each.get_filename() for each in mail.iter_attachments()]
    shown = [each for each in mail.walk() if each["Content-ID"]]
    assert names == ["a.txt", "logo.png"]
    assert [(each["Content-ID"], each.get_content()) for each in shown] == [("<logo>", b"logo")]


def test_several_mails_may_take_one_file(sending: Sending) -> None:
    attachments = [{"uploadId": upload(sending)}]

    assert [sending.send(attachments=attachments).status for _ in range(2)] == [202, 202]


@pytest.mark.parametrize("whose", ["nobody's", "another account's", "one that has expired"])
def test_an_upload_that_is_not_there_is_named(sending: Sending, whose: str) -> None:
    wanted = "019b76da-a800-7000-8000-000000000001" if whose == "nobody's" else upload(sending)
    if whose == "another account's":
        sending.headers, account = sending.log_in("eve@elsewhere.example")
        sending.memory.sendable_domains.owners["mine.example"] = account
    if whose == "one that has expired":
        sending.memory.clock.advance(hours=1)

    reply = sending.send(attachments=[{"uploadId": wanted}])

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert wanted in reply.json["error"]["message"]
    assert sending.memory.orders.waiting == []


def test_a_mail_waits_for_no_file_that_was_not_sent_yet(sending: Sending) -> None:
    told = announce(sending).json
    attachments = [{"uploadId": told["uploadId"]}]

    early = sending.send(attachments=attachments)
    sending.memory.uploaded_files.take(Form(told["url"], told["fields"]), CONTENT)
    late = sending.send(attachments=attachments)

    assert (early.status, early.code, late.status) == (409, "CONFLICT", 202)


def test_a_repeat_with_the_key_of_before_needs_no_upload_any_more(sending: Sending) -> None:
    attachments = [{"uploadId": upload(sending)}]
    first = sending.send(key="once", attachments=attachments)
    sending.memory.clock.advance(hours=2)

    again = sending.send(key="once", attachments=attachments)

    assert (again.status, again.json["id"]) == (202, first.json["id"])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"size": limits.MAX_FILE_BYTES}, 201),
        ({"size": limits.MAX_FILE_BYTES + 1}, 413),
        ({"size": 0}, 201),
        ({"size": -1}, 400),
        ({"size": True}, 400),
        ({"size": "9"}, 400),
        ({"filename": "run.exe"}, 400),
        ({"filename": ""}, 400),
        ({"filename": "a" * 201}, 400),
        ({"filename": "a\r\nb"}, 400),
        ({"filename": "\ud800.pdf"}, 400),
        ({"filename": None}, 400),
        ({"contentType": "message/rfc822"}, 400),
        ({"contentType": "pdf"}, 400),
        ({"contentType": 7}, 400),
        ({"content": ""}, 400),
    ],
)
def test_what_no_mail_takes_need_not_be_sent(
    sending: Sending, changes: dict[str, Any], status: int
) -> None:
    assert announce(sending, **{"size": 9} | changes).status == status


def test_all_files_of_a_mail_together_have_one_limit(sending: Sending) -> None:
    inline = {"filename": "a.txt", "content": base64.b64encode(bytes(2_000_000)).decode()}
    large = upload(sending, bytes(limits.MAX_FILE_BYTES - 1_000_000))
    sending.memory.uploaded_files.files.clear()  # so nothing was read

    reply = sending.send(attachments=[inline, {"uploadId": large}])

    assert (reply.status, reply.code) == (413, "PAYLOAD_TOO_LARGE")


def test_who_sends_too_much_at_once_is_told_of_uploads(sending: Sending) -> None:
    inline = {"filename": "a.pdf", "content": base64.b64encode(CONTENT).decode()}

    reply = sending.send(attachments=[inline])

    assert reply.status == 413
    assert f"POST {UPLOADS}" in reply.json["error"]["message"]


def test_an_account_has_a_share_of_each_hour(sending: Sending) -> None:
    sending = Sending(
        settings=Settings(sending=True, sending_needs_approval=False, max_attachment_size=10)
    )

    within = {announce(sending, 10).status for _ in range(limits.UPLOADED_MAILS)}
    over = announce(sending, 10)
    sending.headers, _ = sending.log_in("eve@elsewhere.example")
    others = announce(sending, 10).status
    sending.memory.clock.advance(hours=1)
    sending.headers, _ = sending.log_in("ann@elsewhere.example")

    assert (within, over.status, others) == ({201}, 429, 201)
    assert 0 < int(over.headers["Retry-After"]) <= 3600
    assert announce(sending, 10).status == 201


def test_a_file_that_the_hour_has_no_room_for_takes_none_from_a_smaller_one() -> None:
    settings = Settings(sending=True, sending_needs_approval=False, max_attachment_size=10)
    sending = Sending(settings=settings)
    for _ in range(limits.UPLOADED_MAILS - 1):
        announce(sending, 10)
    announce(sending, 5)

    over = announce(sending, 6)

    assert (over.status, over.json["error"]["details"]) == (429, ["UPLOADED_MAILS"])
    assert announce(sending, 5).status == 201


def test_nothing_is_uploaded_while_sending_is_off() -> None:
    assert announce(Sending(settings=Settings())).status == 403


@pytest.mark.parametrize(
    "attachment",
    [
        {"uploadId": "no id"},
        {"uploadId": 7},
        {"uploadId": None},
        {"uploadId": "019b76da-a800-7000-8000-000000000001", "content": "AAAA"},
        {"uploadId": "019b76da-a800-7000-8000-000000000001", "filename": "run.exe"},
    ],
)
def test_an_attachment_that_makes_no_sense_is_refused(
    sending: Sending, attachment: dict[str, object]
) -> None:
    assert sending.send(attachments=[attachment]).status == 400


def test_more_attachments_than_a_mail_may_have_are_not_looked_for(sending: Sending) -> None:
    one = {"uploadId": "019b76da-a800-7000-8000-000000000001"}

    reply = sending.api.call(
        "POST",
        EMAILS,
        body={"from": "a@mine.example", "attachments": [one] * (limits.SENT_FILES + 1)},
        headers=sending.headers,
    )

    assert (reply.status, str(limits.SENT_FILES) in reply.json["error"]["message"]) == (400, True)
