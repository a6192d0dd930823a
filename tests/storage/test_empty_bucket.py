"""The mail bucket, emptied before it goes, on moto's S3."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.empty_bucket.handler import Emptying, MailIsLeft, lambda_handler, settled
from mayfly.settings import Settings
from tests.aws import on_moto
from tests.functions.cloudformation import listening

BUCKET = Settings().mail_bucket


@dataclass
class Around:
    """The bucket, what happens while the function waits, and how much time is left to it."""

    s3: Any
    seconds: float = 900.0
    waits: list[float] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)

    def put(self, *keys: str) -> None:
        for key in keys:
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")

    def keys(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [each["Key"] for each in listed]

    def ask(self, request: str, done: str = "nothing", bucket: str = BUCKET) -> str:
        event = {"RequestType": request, "ResourceProperties": {"Bucket": bucket}}
        return settled(event, done, Emptying(self.s3, bucket, self._wait, lambda: self.seconds))

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()


@pytest.fixture
def around() -> Iterator[Around]:
    with on_moto(Settings()) as clients:
        yield Around(clients["s3"])


def test_an_empty_bucket_that_came_to_us_is_emptied_when_it_goes(around: Around) -> None:
    done = around.ask("Create")
    around.put("raw/AMAZON_SES_SETUP_NOTIFICATION", "content/1", "files/1/2")

    assert around.ask("Delete", done) == done == f"emptied/{BUCKET}"
    assert around.keys() == []


def test_a_bucket_with_mail_in_it_is_no_failed_creations_and_is_left_alone(around: Around) -> None:
    around.put("raw/a")
    done = around.ask("Create")

    assert around.ask("Delete", done) == done == f"left/{BUCKET}"
    assert around.keys() == ["raw/a"]


def test_an_update_changes_nothing_about_that(around: Around) -> None:
    empty = around.ask("Create")
    around.put("raw/a")

    assert around.ask("Update", empty) == empty
    assert around.ask("Update", f"left/{BUCKET}") == f"left/{BUCKET}"
    assert around.keys() == ["raw/a"]


def test_another_bucket_is_looked_at_anew(around: Around) -> None:
    around.s3.create_bucket(Bucket="another")

    assert around.ask("Update", f"left/{BUCKET}", "another") == "emptied/another"


def test_a_creation_that_failed_before_it_looked_has_nothing_to_empty(around: Around) -> None:
    around.put("raw/a")

    assert around.ask("Delete", "nothing") == "nothing"
    assert around.keys() == ["raw/a"]


def test_mail_that_is_still_under_way_is_waited_for(around: Around) -> None:
    done = around.ask("Create")
    around.put("raw/a")
    around.meanwhile += [lambda: around.put("raw/b"), lambda: around.put("raw/c"), lambda: None]

    around.ask("Delete", done)

    assert around.keys() == []
    assert len(around.waits) == 3


def test_a_bucket_that_is_too_full_for_one_time_says_so(around: Around) -> None:
    done = around.ask("Create")
    around.put(*(f"raw/{number}" for number in range(1001)))
    around.seconds = 30.0

    with pytest.raises(MailIsLeft, match=r"1000 objects .* again"):
        around.ask("Delete", done)

    around.seconds = 900.0
    around.ask("Delete", done)
    assert around.keys() == []


def test_cloudformation_is_answered(around: Around) -> None:
    with listening() as cloudformation:
        made = cloudformation.ask(lambda_handler, "Create", {"Bucket": BUCKET})
        failed = cloudformation.ask(lambda_handler, "Create", {"Bucket": "not-there"})

    assert (made["Status"], made["PhysicalResourceId"]) == ("SUCCESS", f"emptied/{BUCKET}")
    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", "nothing")
