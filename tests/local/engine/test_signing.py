"""Links and forms: signed as botocore signs them."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.config import Config

from infra.local.engine.signing import STAMP, Signer
from tests.aws import session

ENDPOINT = "http://127.0.0.1:4999"
SIGNER = Signer("AKIAEXAMPLE", "a secret of /+ kinds", ENDPOINT)
BUCKET = "mayfly-mail"


@pytest.fixture(scope="module")
def botocore_s3() -> Any:
    return session().client(
        "s3",
        aws_access_key_id=SIGNER.id,
        aws_secret_access_key=SIGNER.secret,
        endpoint_url=ENDPOINT,
        config=Config(signature_version="s3v4"),
    )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("key", ["a", "files/a b+é.bin", "x~y/a//b", "a?b=c&d#e%20", "'()*!$:,@;"])
@pytest.mark.parametrize(
    "named",
    [
        {},
        {"ResponseContentType": "text/plain; charset=utf-8"},
        {
            "ResponseContentType": "a/b+c",
            "ResponseContentDisposition": "attachment; filename=\"a b\"; filename*=UTF-8''%C3%A9",
        },
    ],
)
def test_a_link_is_the_one_that_botocore_makes(
    botocore_s3: Any, method: str, key: str, named: dict[str, str]
) -> None:
    call = {"GET": "get_object", "HEAD": "head_object"}[method]
    theirs = botocore_s3.generate_presigned_url(
        call, Params={"Bucket": BUCKET, "Key": key} | named, ExpiresIn=77
    )

    names = {
        "ResponseContentType": "response-content-type",
        "ResponseContentDisposition": "response-content-disposition",
    }
    query = {names[name]: value for name, value in named.items()}
    ours = SIGNER.link(method, BUCKET, key, query, 77, signed_at(theirs))

    assert ours == theirs


def signed_at(link: str) -> datetime:
    (stamp,) = parse_qs(urlsplit(link).query)["X-Amz-Date"]
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)


def test_a_form_is_signed_as_botocore_signs_it(botocore_s3: Any) -> None:
    theirs = botocore_s3.generate_presigned_post(
        BUCKET, "outgoing/é", Conditions=[["content-length-range", 5, 5]], ExpiresIn=300
    )
    fields = theirs["fields"]
    when = datetime.strptime(fields["x-amz-date"], STAMP).replace(tzinfo=UTC)

    ours = SIGNER.form(BUCKET, "outgoing/é", [["content-length-range", 5, 5]], 300, when)

    assert ours["url"] == theirs["url"]
    assert ours["fields"].keys() == fields.keys()
    # Its expiry, and so the policy, may be of the second after.
    assert SIGNER.signature(fields["policy"], fields["x-amz-date"]) == fields["x-amz-signature"]
    varying = ("policy", "x-amz-signature")
    for name in fields.keys() - varying:
        assert ours["fields"][name] == fields[name]
