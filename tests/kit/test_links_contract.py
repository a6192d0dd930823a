"""The hosts that presigned links and forms lead to: one that answers at once, in every region."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from infra.cloud.name_checks import RECEIVING_REGIONS
from mayfly.kit.aws import Clients
from mayfly.sending.models import Upload
from mayfly.sending.s3 import S3UploadedFiles
from mayfly.settings import Settings
from tests import samples

BUCKET = "mayfly-storagemail0a1b2c3d-4e5f6g7h8i9j"


@pytest.fixture(params=RECEIVING_REGIONS)
def region(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_DEFAULT_REGION", request.param)
    found: str = request.param
    return found


def test_a_link_leads_to_the_bucket_in_its_own_region(region: str) -> None:
    link = urlsplit(Clients(Settings(mail_bucket=BUCKET)).bucket.link("raw/a", "a.eml", "x/y"))

    signed = parse_qs(link.query)
    assert link.scheme == "https"
    assert link.netloc == f"{BUCKET}.s3.{region}.amazonaws.com"
    assert link.path == "/raw/a"
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert f"/{region}/s3/aws4_request" in signed["X-Amz-Credential"][0]


def test_a_form_leads_there_too(region: str) -> None:
    files = S3UploadedFiles(Clients(Settings(mail_bucket=BUCKET)).bucket, "outgoing/")

    upload = Upload("ann", "1", "a.pdf", "application/pdf", 10, samples.NOW)
    form = files.form(upload, timedelta(minutes=5))

    assert urlsplit(form.url).netloc == f"{BUCKET}.s3.{region}.amazonaws.com"


def test_every_region_that_receives_is_one_of_s3s() -> None:
    assert set(RECEIVING_REGIONS) <= set(boto3.Session().get_available_regions("s3"))


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:5999", "https://127.0.0.1:4566"])
def test_on_the_laptop_links_lead_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)

    link = Clients(Settings(mail_bucket=BUCKET)).bucket.link("raw/a", "a.eml", "x/y")

    assert link.startswith(f"{endpoint}/{BUCKET}/raw/a?")
