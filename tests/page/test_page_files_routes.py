"""The function that puts the page's files where CloudFront serves them, on moto."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.page_files import handler
from functions.page_files.handler import Shelf, lambda_handler, page_files
from mayfly.page import files as page
from tests.functions.cloudformation import CloudFormation, listening

BUCKET = "the-page"
CONFIG = {"socketUrl": "wss://socket.example/live", "mailOrigin": "https://frame.example"}


@pytest.fixture
def aws() -> Iterator[dict[str, Any]]:
    with mock_aws():
        clients = {name: boto3.client(name) for name in ("s3", "cloudfront")}
        clients["s3"].create_bucket(Bucket=BUCKET)
        yield clients


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    with listening() as listener:
        yield listener


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "icons").mkdir()
    for name in ("index.html", "app.js", "icons/icon.png", "mail.html", "mail.js", "notes.md"):
        (tmp_path / name).write_text(f"this is {name}")
    monkeypatch.setattr(handler, "WEB", tmp_path)
    return tmp_path


def wish(aws: dict[str, Any]) -> dict[str, Any]:
    """What the stack asks for, with two distributions that are there."""
    distributions = [_distribution(aws["cloudfront"], name) for name in ("page", "frame")]
    return {"Bucket": BUCKET, "Distributions": distributions, "Config": CONFIG, "Version": "1"}


def _distribution(cloudfront: Any, name: str) -> str:
    origin = {"Id": "files", "DomainName": f"{BUCKET}.s3.amazonaws.com"}
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": name,
            "Comment": name,
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [origin | {"S3OriginConfig": {"OriginAccessIdentity": ""}}],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "files",
                "ViewerProtocolPolicy": "https-only",
            },
        }
    )
    return str(made["Distribution"]["Id"])


def lying(aws: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What lies in the bucket."""
    listed = aws["s3"].list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {each["Key"]: aws["s3"].get_object(Bucket=BUCKET, Key=each["Key"]) for each in listed}


def test_a_new_stack_has_every_file_with_its_type_where_its_origin_serves_it(
    aws: dict[str, Any], cloudformation: CloudFormation, web: Path
) -> None:
    answer = cloudformation.ask(lambda_handler, "Create", wish(aws))

    found = lying(aws)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", BUCKET)
    assert {key: each["ContentType"] for key, each in found.items()} == {
        "page/index.html": "text/html; charset=utf-8",
        "page/app.js": "text/javascript; charset=utf-8",
        "page/icons/icon.png": "image/png",
        "page/config.json": "application/json",
        "mail/mail.html": "text/html; charset=utf-8",
        "mail/mail-images.html": "text/html; charset=utf-8",
        "mail/mail.js": "text/javascript; charset=utf-8",
    }
    assert {each["CacheControl"] for each in found.values()} == {page.CACHE_CONTROL}
    assert found["page/app.js"]["Body"].read() == b"this is app.js"
    assert json.loads(found["page/config.json"]["Body"].read()) == CONFIG


def test_an_update_takes_away_what_the_page_has_no_more_and_tells_the_edges(
    aws: dict[str, Any], cloudformation: CloudFormation, web: Path
) -> None:
    wanted = wish(aws)
    cloudformation.ask(lambda_handler, "Create", wanted)
    (web / "app.js").unlink()
    (web / "index.html").write_text("changed")

    answer = cloudformation.ask(lambda_handler, "Update", wanted, done=BUCKET)

    found = lying(aws)
    assert answer["Status"] == "SUCCESS"
    assert found["page/index.html"]["Body"].read() == b"changed"
    assert "page/app.js" not in found
    for each in wanted["Distributions"]:
        told = aws["cloudfront"].list_invalidations(DistributionId=each)["InvalidationList"]
        got = aws["cloudfront"].get_invalidation(DistributionId=each, Id=told["Items"][0]["Id"])
        assert got["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] == ["/*"]


def test_the_page_comes_after_what_it_names() -> None:
    put: list[str] = []

    class S3:
        def put_object(self, **what: Any) -> None:
            put.append(what["Key"])

    Shelf(S3(), BUCKET).fill({"index.html": b"", "app.js": b"", "z.css": b"", "mail.html": b""})

    assert put[-1] == "page/index.html"


def test_with_the_stack_all_files_go(
    aws: dict[str, Any], cloudformation: CloudFormation, web: Path
) -> None:
    wanted = wish(aws)
    cloudformation.ask(lambda_handler, "Create", wanted)

    answer = cloudformation.ask(lambda_handler, "Delete", wanted, done=BUCKET)

    assert answer["Status"] == "SUCCESS"
    assert lying(aws) == {}


def test_what_failed_halfway_is_cleared_as_well(
    aws: dict[str, Any], cloudformation: CloudFormation, web: Path
) -> None:
    wanted = wish(aws) | {"Distributions": ["not-there"]}
    failed = cloudformation.ask(lambda_handler, "Create", wanted)

    cloudformation.ask(lambda_handler, "Delete", wanted, done=failed["PhysicalResourceId"])

    assert failed["Status"] == "FAILED"
    assert lying(aws) == {}


def test_only_files_of_the_page_are_files_of_the_page(web: Path) -> None:
    found = page_files(web)

    assert "notes.md" not in found
    assert found["icons/icon.png"] == b"this is icons/icon.png"
