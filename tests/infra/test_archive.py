"""The archive: there only where the deployer wants one, and nobody of ours can delete from it."""

import pytest

from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment
from mayfly.functions import ARCHIVE_MAIL
from tests.infra.conftest import Cloud, Synthesize

WANTED = {"domains": ["mail.test.org"], "archiveDays": "365"}


def test_there_is_none_unless_it_is_asked_for(cloud: Cloud) -> None:
    assert not [each for each in cloud.resources("AWS::S3::Bucket").values() if _locked(each)]
    assert ARCHIVE_MAIL.name not in cloud.functions()


@pytest.mark.parametrize("compliance", [False, True])
def test_the_bucket_keeps_what_comes_for_so_many_days(
    synthesize: Synthesize, compliance: bool
) -> None:
    there = synthesize(WANTED | {"archiveCompliance": str(compliance).lower()})

    (bucket,) = [each for each in there.resources("AWS::S3::Bucket").values() if _locked(each)]
    kept = {"Days": 365, "Mode": "COMPLIANCE" if compliance else "GOVERNANCE"}
    assert bucket["ObjectLockConfiguration"]["Rule"] == {"DefaultRetention": kept}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 366
    policies = {
        each["DeletionPolicy"]
        for each in there.template["Resources"].values()
        if each["Type"] == "AWS::S3::Bucket" and _locked(each["Properties"])
    }
    assert policies == {"RetainExceptOnCreate"}


def test_receiving_has_its_queue_as_before_and_the_archive_one_of_its_own(
    synthesize: Synthesize,
) -> None:
    there = synthesize(WANTED)

    subscriptions = there.resources("AWS::SNS::Subscription").values()
    assert len(subscriptions) == 2
    assert all("RedrivePolicy" in each for each in subscriptions)


@pytest.mark.parametrize(
    "given",
    [{"archiveDays": "36501"}, {"archiveDays": "-1"}, {"archiveCompliance": "true"}],
)
def test_what_cannot_be_is_named(given: dict[str, str]) -> None:
    with pytest.raises(InvalidContext, match="archive"):
        Deployment.from_context({"domains": ["mail.test.org"], **given})


def _locked(bucket: dict[str, object]) -> bool:
    return bool(bucket.get("ObjectLockEnabled"))
