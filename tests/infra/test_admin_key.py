"""The admin key, as the template has it."""

import pytest

from tests.infra.conftest import Cloud

pytestmark = pytest.mark.synth


def test_the_template_holds_no_key_and_makes_none_up(cloud: Cloud) -> None:
    secret = cloud.resources("AWS::SecretsManager::Secret")[cloud.secret("admin key")]

    assert set(secret) == {"Description"}


def test_a_function_makes_the_key_while_the_stack_is_made(cloud: Cloud) -> None:
    made = cloud.only("Custom::AdminKey")

    assert made["Secret"] == {"Ref": cloud.secret("admin key")}
    variables = cloud.functions()["admin_key"]["Environment"]["Variables"]
    assert variables["ADMIN_SECRET"] == made["Secret"]


def test_nobody_but_that_function_may_do_anything_with_the_secret(cloud: Cloud) -> None:
    statements = [
        (each["Roles"], statement)
        for each in cloud.resources("AWS::IAM::Policy").values()
        for statement in each["PolicyDocument"]["Statement"]
        if cloud.secret("admin key") in str(statement["Resource"])
    ]

    ((roles, statement),) = statements
    assert roles == [{"Ref": cloud.functions()["admin_key"]["Role"]["Fn::GetAtt"][0]}]
    assert statement["Action"] == "secretsmanager:PutSecretValue"


def test_the_outputs_lead_to_the_key_and_to_who_replaces_it(cloud: Cloud) -> None:
    outputs = cloud.template["Outputs"]

    assert outputs["AdminKeySecretArn"]["Value"] == {"Ref": cloud.secret("admin key")}
    alias = outputs["AdminKeyFunctionArn"]["Value"]["Ref"]
    assert cloud.template["Resources"][alias]["Type"] == "AWS::Lambda::Alias"
