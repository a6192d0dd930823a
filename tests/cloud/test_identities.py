"""Identities that others have in the account of a deployment, and what its functions may do."""

import copy
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cloud.inside import Inside
from tests.cloud.owners import DOMAINS, Owner, member
from tests.cloud.target import Target
from tests.cloud.test_permissions import Role

pytestmark = [pytest.mark.cloud, pytest.mark.needs("inside"), pytest.mark.changes_the_stack]


def brought(target: Target, inside: Inside, name: str) -> Owner:
    """With a domain of this name, whose proof is published."""
    account, token = member(target)
    claimed = target.ask("POST", DOMAINS, {"name": name}, token).json
    owner = Owner(target, inside, account, token, name, claimed["id"])
    owner.publish(claimed["verification"])
    return owner


def verified(owner: Owner) -> str:
    """What SES says once the domain is verified."""
    return str(owner.ask("POST", f"{owner.path}/verify").json["domain"]["mailService"])


def new_name() -> str:
    return f"{secrets.token_hex(6)}.example"


@pytest.mark.parametrize("tags", [[], [{"Key": "mayfly:stack", "Value": "Another"}]])
def test_an_identity_of_others_stays_as_it_is(
    target: Target, inside: Inside, tags: list[dict[str, str]]
) -> None:
    name = new_name()
    inside.client("sesv2").create_email_identity(EmailIdentity=name, Tags=tags)
    before = inside.identities()

    owner = brought(target, inside, name)
    service = verified(owner)
    removed = owner.ask("DELETE", owner.path)

    assert (service, removed.status) == ("refused", 200)
    assert inside.identities() == before


def test_what_is_made_has_the_stacks_tag_and_goes_with_the_domain(
    target: Target, inside: Inside
) -> None:
    before = inside.identities()

    owner = brought(target, inside, new_name())
    claimed = inside.identities()
    service = verified(owner)
    tags = inside.identities()[owner.name]["Tags"]
    owner.ask("DELETE", owner.path)

    assert claimed == before
    assert (service, tags) == ("verified", [{"Key": "mayfly:stack", "Value": "Mayfly"}])
    assert inside.identities() == before


@contextmanager
def judged_for_another_stack(inside: Inside, *actions: str) -> Iterator[None]:
    """What the API may do with identities is what another stack's API may."""
    role = Role.of("http_api", inside)
    other = copy.deepcopy(role.document)
    for each in other["Statement"]:
        if set(actions) & set(
            each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
        ):
            each["Condition"] = json.loads(json.dumps(each["Condition"]).replace("Mayfly", "Other"))
    assert other != role.document
    role._put(other)
    try:
        yield
    finally:
        role._put(role.document)


@pytest.mark.parametrize("action", ["ses:CreateEmailIdentity", "ses:TagResource"])
def test_no_function_makes_an_identity_of_another_stack(
    target: Target, inside: Inside, action: str
) -> None:
    owner = brought(target, inside, new_name())

    with judged_for_another_stack(inside, action):
        service = verified(owner)
        made = owner.name in inside.identities()

    assert (service, made) == ("refused", False)
    assert verified(owner) == "verified"


def test_no_function_sees_or_removes_an_identity_of_another_stack(
    target: Target, inside: Inside
) -> None:
    owner = brought(target, inside, new_name())
    verified(owner)
    before = inside.identities()

    with judged_for_another_stack(inside, "ses:GetEmailIdentity", "ses:DeleteEmailIdentity"):
        service = verified(owner)
        owner.ask("DELETE", owner.path)

    assert service == "refused"
    assert inside.identities() == before
