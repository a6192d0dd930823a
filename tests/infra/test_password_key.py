"""The key of passwords, as the template has it."""

import pytest

from mayfly import limits
from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth


def test_the_key_rotates_and_functions_know_which_it_is(cloud: Cloud) -> None:
    (name,) = cloud.resources("AWS::KMS::Key")

    assert cloud.only("AWS::KMS::Key")["EnableKeyRotation"] is True
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables["PASSWORD_KEY"] == {"Fn::GetAtt": [name, "Arn"]}
    assert cloud.only("AWS::KMS::Alias")["AliasName"] == "alias/Mayfly-passwords"


def test_the_key_is_kept_with_the_table(cloud: Cloud, synthesize: Synthesize) -> None:
    unprotected = synthesize({"deletionProtection": "false"})

    policies = []
    for each in (cloud, unprotected):
        (name,) = each.resources("AWS::KMS::Key")
        policies.append(each.template["Resources"][name]["DeletionPolicy"])
    assert policies == ["RetainExceptOnCreate", "Delete"]


def test_nobody_but_the_api_may_use_it_and_webhooks_for_their_own_secrets(cloud: Cloud) -> None:
    (name,) = cloud.resources("AWS::KMS::Key")

    statements = [
        (policy["Roles"], statement)
        for policy in cloud.resources("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if name in str(statement["Resource"])
    ]
    api = [{"Ref": cloud.functions()["http_api"]["Role"]["Fn::GetAtt"][0]}]
    webhooks = [{"Ref": cloud.functions()["webhooks"]["Role"]["Fn::GetAtt"][0]}]
    assert [roles for roles, _ in statements] == [api, api, api, api, webhooks]
    encrypts = [e["Condition"]["Null"] for _, e in statements if e["Action"] == "kms:Encrypt"]
    assert encrypts == [
        {f"kms:EncryptionContext:{kind}": "false"} for kind in ("domain", "inbox", "webhook")
    ]
    assert statements[-1][1]["Action"] == "kms:Decrypt"
    assert statements[-1][1]["Condition"]["Null"] == {"kms:EncryptionContext:webhook": "false"}


def test_the_login_path_with_a_colon_is_a_resource_of_its_own(cloud: Cloud) -> None:
    paths = cloud.only("AWS::ApiGateway::RestApi")["Body"]["paths"]

    assert {"/v1/inboxes", "/v1/inboxes:login"} <= set(paths)


def test_the_bucket_keeps_mails_for_as_long_as_generated_inboxes_may(cloud: Cloud) -> None:
    rules = cloud.named("AWS::S3::Bucket", "Mail")["LifecycleConfiguration"]["Rules"]

    days = {rule["Id"]: rule.get("ExpirationInDays", 0) for rule in rules}
    assert days["raw"] == days["content"]
    assert days["raw"] >= limits.MAX_ADMIN_TOKEN_LIFETIME.days + 14
