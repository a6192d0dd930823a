"""What the cost model assumes of the deployment is what the deployment is."""

from dataclasses import fields

from bench import cost_assumptions, cost_quotas
from bench.cost_model import raw_days
from infra.cloud import deployment
from infra.cloud.concurrency import OF_A_NEW_ACCOUNT, shares_of
from infra.cloud.storage import days_kept
from mayfly.blueprint import limits
from mayfly.blueprint.settings import Settings
from tests.infra.conftest import Cloud, Synthesize


def test_it_counts_all_alarms(cloud: Cloud) -> None:
    assert len(cloud.resources("AWS::CloudWatch::Alarm")) == cost_assumptions.ALARMS


def test_it_counts_all_secrets_and_keys(cloud: Cloud) -> None:
    assert len(cloud.resources("AWS::SecretsManager::Secret")) == cost_assumptions.SECRETS
    assert len(cloud.resources("AWS::KMS::Key")) == 1


def test_it_keeps_raw_mails_as_long() -> None:
    settings = Settings()

    assert raw_days(settings) == days_kept(settings.longest_message_lifetime)


def test_it_counts_what_is_there_where_mail_goes_out(cloud: Cloud, synthesize: Synthesize) -> None:
    sends = synthesize({"domains": ["mail.test.org"], "sending": "true"})

    more = {
        kind: len(sends.resources(kind)) - len(cloud.resources(kind))
        for kind in ("AWS::CloudWatch::Alarm", "AWS::Lambda::EventSourceMapping")
    }
    assert more["AWS::CloudWatch::Alarm"] == cost_assumptions.SENDING_ALARMS
    assert more["AWS::Lambda::EventSourceMapping"] == cost_assumptions.SENDING_QUEUES


def test_it_keeps_mails_that_went_out_as_long() -> None:
    assert days_kept(2 * limits.OUTGOING_KEPT) == cost_assumptions.SENT_DAYS


def test_it_knows_our_own_limits() -> None:
    defaults = {each.name: each.default for each in fields(deployment.Deployment)}

    assert defaults["request_rate"] == cost_quotas.REQUEST_RATE
    assert shares_of(OF_A_NEW_ACCOUNT).notices == cost_quotas.NOTICE_CONCURRENCY
