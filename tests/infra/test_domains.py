"""Domains that come, go and change places in the list."""

import re
from typing import Any

import pytest

from infra.cloud.context import InvalidContext
from tests.infra.conftest import Cloud, MakeApp, Synthesize

pytestmark = pytest.mark.synth
KINDS = ("AWS::SES::EmailIdentity", "AWS::Route53::RecordSet")
ZONE = {"hostedZoneId": "Z1", "hostedZoneName": "test.org"}


def parts_of(cloud: Cloud, domain: str) -> dict[str, Any]:
    """What the template has for the domain, by logical id: whole resources, and outputs."""
    both = {**cloud.template["Resources"], **cloud.template["Outputs"]}
    identities = {
        name
        for name, each in cloud.resources("AWS::SES::EmailIdentity").items()
        if each["EmailIdentity"] == domain
    }
    return {
        name: each
        for name, each in both.items()
        if name in identities
        or (
            (each.get("Type") in KINDS or "Publish" in each.get("Description", ""))
            and (
                f"'{domain}'" in str(each)
                or f"{domain} " in str(each)
                or any(f"'{identity}'" in str(each) for identity in identities)
            )
        )
    }


@pytest.mark.parametrize("zone", [{}, ZONE], ids=["outputs", "records"])
def test_a_domain_is_the_same_wherever_it_stands(
    synthesize: Synthesize, zone: dict[str, object]
) -> None:
    lists = ("a.test.org,b.test.org", "b.test.org,a.test.org", "b.test.org", "B.Test.org.")

    found = [parts_of(synthesize({"domains": each, **zone}), "b.test.org") for each in lists]

    assert len(found[0]) == 5  # the identity, its MX record and three of DKIM
    assert found == [found[0]] * len(lists)


def test_names_that_are_alike_without_their_punctuation_are_two(synthesize: Synthesize) -> None:
    long = ".".join(["x" * 60] * 3 + ["y" * 50])
    names = ["a-b.test", "ab.test", "a.b.test", "xn--ab-test", f"1.{long}", f"2.{long}"]
    names[3] += ".test"

    cloud = synthesize({"domains": names})

    identities = cloud.resources("AWS::SES::EmailIdentity")
    assert sorted(each["EmailIdentity"] for each in identities.values()) == sorted(names)
    assert all(len(name) <= 255 for name in identities)


def test_a_domain_that_is_named_twice_is_one(synthesize: Synthesize) -> None:
    cloud = synthesize({"domains": "bücher.test, xn--bcher-kva.test, BÜCHER.test"})

    assert cloud.only("AWS::SES::EmailIdentity")["EmailIdentity"] == "xn--bcher-kva.test"


def test_identity_and_records_outlive_the_stack_unless_it_is_to_throw_away(
    synthesize: Synthesize,
) -> None:
    kept, thrown = (
        {
            each.get("DeletionPolicy")
            for each in synthesize({"domains": "test.org", **ZONE, **more})
            .template["Resources"]
            .values()
            if each["Type"] in KINDS
        }
        for more in ({}, {"deletionProtection": "false"})
    )

    assert kept == {"RetainExceptOnCreate"}
    assert thrown == {"Delete"}


@pytest.mark.parametrize("zone", [{}, ZONE], ids=["outputs", "records"])
def test_more_domains_than_a_stack_has_room_for_are_refused_and_so_many_are_not(
    make_app: MakeApp, synthesize: Synthesize, zone: dict[str, object]
) -> None:
    names = [f"d{number}.test.org" for number in range(120)]

    with pytest.raises(
        InvalidContext, match=r"domains: 120 are too many, .* room for \d+:"
    ) as refused:
        make_app({"domains": names, **zone})

    room = int(re.findall(r"room for (\d+)", str(refused.value))[0])
    template = synthesize({"domains": names[:room], **zone}).template
    assert room >= 25
    assert len(template["Resources"]) <= 500 and len(template["Outputs"]) <= 200
    assert len(template["Resources"]) > 495 or len(template["Outputs"]) > 196


def test_a_domain_goes_only_if_somebody_says_so(synthesize: Synthesize) -> None:
    cloud = synthesize({"domains": "b.test.org", "removeDomains": "a.test.org"})

    guard = cloud.only("Custom::DeploymentGuard")
    assert (guard["Domains"], guard["DomainsToRemove"]) == (["b.test.org"], ["a.test.org"])
