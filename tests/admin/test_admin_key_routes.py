"""The function that makes the admin key, on moto, with a real URL for its answers."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from functions.admin_key.handler import lambda_handler, logger
from mayfly.admin.dynamodb import DynamoAdminKeys
from mayfly.admin.service import AdminAuthenticator
from mayfly.errors import Unauthenticated
from tests.aws import AWS_SIDES
from tests.deployments import Deployment
from tests.functions.cloudformation import CloudFormation, listening
from tests.functions.http import Reply, event, unpacked

SECRET = {"Secret": "arn:of-the-secret"}


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    with listening() as listener:
        yield listener


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What the function logs."""
    stream = io.StringIO()
    listener = logging.StreamHandler(stream)
    listener.setFormatter(logger.registered_formatter)
    logger.addHandler(listener)
    yield stream
    logging.getLogger("admin_key").removeHandler(listener)


def key_of(deployment: Deployment) -> str:
    client = deployment.clients["secretsmanager"]
    key: str = client.get_secret_value(SecretId=deployment.settings.admin_secret)["SecretString"]
    return key


def gate(deployment: Deployment) -> AdminAuthenticator:
    """Of an instance that has read nothing yet."""
    return AdminAuthenticator(
        DynamoAdminKeys(deployment.assembly.adapters.table, deployment.assembly.now)
    )


def rows(deployment: Deployment) -> str:
    found = deployment.clients["dynamodb"].scan(TableName=deployment.settings.table_name)
    return json.dumps(found["Items"])


def test_a_new_stack_has_a_key_that_only_the_secret_shows(
    deployment: Deployment, cloudformation: CloudFormation, said: io.StringIO
) -> None:
    answer = cloudformation.ask(lambda_handler, "Create", SECRET)

    key = key_of(deployment)
    assert answer["Status"] == "SUCCESS"
    assert len(key) == 43  # 256 bits
    gate(deployment).admit(key)
    assert "Settled" in said.getvalue()
    assert key not in json.dumps(answer) + rows(deployment) + said.getvalue()


def test_an_update_keeps_the_key(deployment: Deployment, cloudformation: CloudFormation) -> None:
    done = cloudformation.ask(lambda_handler, "Create", SECRET)["PhysicalResourceId"]
    key = key_of(deployment)

    answer = cloudformation.ask(lambda_handler, "Update", SECRET, done)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", done)
    assert key_of(deployment) == key
    gate(deployment).admit(key)


def test_an_update_makes_the_key_that_is_missing(
    deployment: Deployment, cloudformation: CloudFormation
) -> None:
    cloudformation.ask(lambda_handler, "Update", SECRET, "admin-key")

    gate(deployment).admit(key_of(deployment))


def test_another_secret_gets_a_key_of_its_own(
    deployment: Deployment, cloudformation: CloudFormation
) -> None:
    cloudformation.ask(lambda_handler, "Create", SECRET)
    key = key_of(deployment)

    cloudformation.ask(lambda_handler, "Update", SECRET, "admin-key", {"Secret": "arn:another"})

    assert key_of(deployment) != key
    gate(deployment).admit(key_of(deployment))


def test_deleting_changes_nothing(deployment: Deployment, cloudformation: CloudFormation) -> None:
    done = cloudformation.ask(lambda_handler, "Create", SECRET)["PhysicalResourceId"]
    key = key_of(deployment)

    answer = cloudformation.ask(lambda_handler, "Delete", SECRET, done)

    assert answer["Status"] == "SUCCESS"
    assert key_of(deployment) == key


def test_whoever_may_invoke_it_replaces_the_key(
    deployment: Deployment, cloudformation: CloudFormation, said: io.StringIO
) -> None:
    cloudformation.ask(lambda_handler, "Create", SECRET)
    old = key_of(deployment)

    answer = lambda_handler({"rotate": True}, deployment.context)

    new = key_of(deployment)
    assert answer == {"rotated": True}
    assert "replaced" in said.getvalue()
    assert new not in said.getvalue()
    gate(deployment).admit(new)
    with pytest.raises(Unauthenticated):
        gate(deployment).admit(old)


@pytest.mark.parametrize("sent", [{}, {"rotate": False}, {"rotate": "yes"}])
def test_nothing_is_replaced_unasked(deployment: Deployment, sent: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="rotate"):
        lambda_handler(sent, deployment.context)

    assert rows(deployment) == "[]"


@pytest.mark.parametrize("deployment", ["moto"], indirect=True)  # the engine has no such call
def test_a_failure_is_answered_and_leaves_no_key_that_nobody_can_read(
    deployment: Deployment, cloudformation: CloudFormation
) -> None:
    client = deployment.clients["secretsmanager"]
    client.delete_secret(SecretId=deployment.settings.admin_secret, ForceDeleteWithoutRecovery=True)

    answer = cloudformation.ask(lambda_handler, "Create", SECRET)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "nothing")
    assert rows(deployment) == "[]"


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_the_real_functions_let_the_key_in(
    deployment: Deployment, cloudformation: CloudFormation
) -> None:
    from functions.http_api.handler import lambda_handler as http_api

    cloudformation.ask(lambda_handler, "Create", SECRET)

    def listed(key: str) -> Reply:
        asked = event("GET", "/v1/admin/domains", headers={"X-Admin-Key": key})
        return unpacked(http_api(asked, deployment.context))

    assert listed(key_of(deployment)).json["domains"][0]["domain"] == "mayfly.example"
    assert listed("another").status == 401
