"""SES's notice of a received mail."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.errors import ForeignNotice, NotAMail
from mayfly.messages.models import Verdicts
from mayfly.receiving.notice import read, write
from tests import samples

# The shape of AWS's own example, values changed.
SES: dict[str, Any] = {
    "notificationType": "Received",
    "receipt": {
        "timestamp": "2026-01-01T12:00:00.333Z",
        "processingTimeMillis": 222,
        "recipients": ["alice@mayfly.example", "bcc@mayfly.example"],
        "spamVerdict": {"status": "PASS"},
        "virusVerdict": {"status": "PROCESSING_FAILED"},
        "spfVerdict": {"status": "FAIL"},
        "dkimVerdict": {"status": "GRAY"},
        "dmarcVerdict": {"status": "SOMETHING_NEW"},
        "dmarcPolicy": "reject",
        "action": {
            "type": "S3",
            "topicArn": "arn:aws:sns:us-east-1:012345678912:example-topic",
            "bucketName": "mayfly-mail",
            "objectKey": "raw/o3vrnil0e2ic28tr",
        },
    },
    "mail": {
        "timestamp": "2026-01-01T12:00:00.111Z",
        "source": "",
        "messageId": "o3vrnil0e2ic28tr",
        "destination": ["alice@mayfly.example"],
        "headersTruncated": True,
        "headers": [{"name": "From", "value": "x@y.example"}],
        "commonHeaders": {"to": ["alice@mayfly.example"], "subject": "Hi"},
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    return SES | changes


def in_sns(message: str, kind: str = "Notification") -> str:
    return json.dumps({"Type": kind, "MessageId": "1", "TopicArn": "arn", "Message": message})


@pytest.mark.parametrize("body", [json.dumps(SES), in_sns(json.dumps(SES))], ids=["raw", "sns"])
def test_a_notice_names_the_object_the_envelope_and_the_verdicts(body: str) -> None:
    notice = read(body)

    assert (notice.bucket, notice.object_key) == ("mayfly-mail", "raw/o3vrnil0e2ic28tr")
    assert notice.recipients == ("alice@mayfly.example", "bcc@mayfly.example")
    assert notice.received_at == datetime(2026, 1, 1, 12, 0, 0, 111000, tzinfo=UTC)
    assert notice.verdicts == Verdicts("PASS", "PROCESSING_FAILED", "FAIL", "GRAY", "SOMETHING_NEW")
    assert not notice.recovered


def test_a_notice_without_verdicts_is_a_notice() -> None:
    receipt = {k: v for k, v in SES["receipt"].items() if not k.endswith("Verdict")}

    assert read(json.dumps(changed(receipt=receipt))).verdicts == Verdicts()


def test_what_is_written_reads_back() -> None:
    notice = samples.notice("mail-1", "a@mayfly.example", "b@mayfly.example", recovered=True)

    assert read(write(notice)) == notice


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(changed(mail=SES["mail"] | {"messageId": "AMAZON_SES_SETUP_NOTIFICATION"})),
        in_sns("You have chosen to subscribe", "SubscriptionConfirmation"),
        in_sns("Bye", "UnsubscribeConfirmation"),
    ],
    ids=["SES set-up", "SNS confirmation", "SNS farewell"],
)
def test_what_announces_no_mail_is_told_apart(body: str) -> None:
    with pytest.raises(NotAMail):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "null",
        "[" * 100_000,
        "{}",
        json.dumps({"Records": []}),
        in_sns("not json"),
        json.dumps(changed(notificationType="Bounce")),
        json.dumps(changed(receipt={})),
        json.dumps(changed(receipt=SES["receipt"] | {"recipients": "alice"})),
        json.dumps(changed(receipt=SES["receipt"] | {"action": {"type": "Lambda"}})),
        json.dumps(changed(mail=SES["mail"] | {"timestamp": "yesterday"})),
        json.dumps(changed(mail=[])),
    ],
)
def test_foreign_records_are_named_as_such(body: str) -> None:
    with pytest.raises(ForeignNotice):
        read(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*SES, "Type"]), inner),
        max_leaves=10,
    )
)
def test_no_json_breaks_the_reading(told: object) -> None:
    with pytest.raises((ForeignNotice, NotAMail)):
        read(json.dumps(told))
