"""The key of tokens, as the template has it."""

import pytest

from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth


def test_the_key_is_made_up_by_aws_and_long_enough_for_its_algorithm(cloud: Cloud) -> None:
    secret = cloud.resources("AWS::SecretsManager::Secret")[cloud.secret("tokens")]

    assert "SecretString" not in secret
    assert secret["GenerateSecretString"] == {"ExcludePunctuation": True, "PasswordLength": 64}


def test_functions_know_which_secret_it_is_and_nothing_of_its_value(cloud: Cloud) -> None:
    name = cloud.secret("tokens")

    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables["TOKEN_SECRET"] == {"Ref": name}
    template = cloud.template_file.read_text()
    assert template.count("resolve:secretsmanager") == 1  # CloudFront's own, see test_page.py


def test_the_key_is_kept_with_the_table(cloud: Cloud, synthesize: Synthesize) -> None:
    unprotected = synthesize({"deletionProtection": "false"})

    policies = []
    for each in (cloud, unprotected):
        name = each.secret("tokens")
        policies.append(each.template["Resources"][name]["DeletionPolicy"])
    assert policies == ["RetainExceptOnCreate", "Delete"]


def test_the_path_with_a_colon_is_a_resource_of_its_own(cloud: Cloud) -> None:
    paths = cloud.only("AWS::ApiGateway::RestApi")["Body"]["paths"]

    assert "/v1/inboxes/{inboxId}/token:rotate" in paths
