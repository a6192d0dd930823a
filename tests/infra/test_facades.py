"""The cloud has the paths of other services only where they are set."""

import json

import pytest

from mayfly.api import ROUTES
from mayfly.facades.facade import facade_routes
from mayfly.facades.settings import NAMES
from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth


def paths(cloud: Cloud) -> set[str]:
    return set(cloud.only("AWS::ApiGateway::RestApi")["Body"]["paths"])


def behaviours(cloud: Cloud) -> set[str]:
    found = cloud.named("AWS::CloudFront::Distribution", "Distribution")
    return {each["PathPattern"] for each in found["DistributionConfig"]["CacheBehaviors"]}


def test_by_default_there_is_none(cloud: Cloud) -> None:
    assert paths(cloud) == {route.path for route in ROUTES}
    assert not [each for each in behaviours(cloud) if each[1:].partition("/")[0] in NAMES]
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables.get("FACADES", "") == ""


@pytest.mark.parametrize("names", sorted({NAMES[:1], NAMES}), ids=",".join)
def test_those_that_are_set_have_their_paths_and_are_told_to_the_function(
    synthesize: Synthesize, names: tuple[str, ...]
) -> None:
    cloud = synthesize({"facades": ",".join(names)})

    assert paths(cloud) == {route.path for route in (*ROUTES, *facade_routes(names))}
    assert {f"/{name}/*" for name in names} <= behaviours(cloud)
    assert len(behaviours(cloud)) < 25  # of one distribution, by CloudFront's quota
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables["FACADES"] == ",".join(names)
    assert len(json.dumps(cloud.template)) < 1_000_000  # CloudFormation's limit
