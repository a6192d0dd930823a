"""What the prices assume of the deployment is what the deployment is."""

from dataclasses import fields
from datetime import timedelta

from bench.cost import prices
from infra.cloud import deployment
from infra.cloud.storage import days_kept
from mayfly import limits
from mayfly.receiving.dynamodb import REMEMBERED
from mayfly.settings import Settings
from tests.infra.conftest import Cloud, Synthesize

TTL_DELAY = timedelta(days=2)
DEFAULTS = {each.name: each.default for each in fields(deployment.Deployment)}


def test_it_counts_all_alarms(cloud: Cloud) -> None:
    assert len(cloud.resources("AWS::CloudWatch::Alarm")) == prices.ALARMS


def test_it_counts_all_secrets_and_keys(cloud: Cloud) -> None:
    assert len(cloud.resources("AWS::SecretsManager::Secret")) == prices.SECRETS
    assert len(cloud.resources("AWS::KMS::Key")) == 1


def test_it_keeps_mails_and_rows_as_long() -> None:
    settings = Settings()

    assert days_kept(settings.longest_message_lifetime) == prices.RAW_DAYS
    assert (settings.message_lifetime + TTL_DELAY).days == prices.MESSAGE_DAYS
    assert (REMEMBERED + TTL_DELAY).days == prices.DELIVERY_DAYS
    assert (limits.OUTGOING_KEPT + TTL_DELAY).days == prices.SENT_ROW_DAYS
    assert days_kept(2 * limits.OUTGOING_KEPT) == prices.SENT_DAYS


def test_it_counts_what_is_there_where_mail_goes_out(cloud: Cloud, synthesize: Synthesize) -> None:
    sends = synthesize({"domains": ["mail.test.org"], "sending": "true"})

    more = {
        kind: len(sends.resources(kind)) - len(cloud.resources(kind))
        for kind in ("AWS::CloudWatch::Alarm", "AWS::Lambda::EventSourceMapping")
    }
    assert more["AWS::CloudWatch::Alarm"] == prices.SENDING_ALARMS
    assert more["AWS::Lambda::EventSourceMapping"] == prices.SENDING_QUEUES


def test_it_knows_our_own_limits() -> None:
    assert DEFAULTS["log_sample"] == prices.LOG_SAMPLE
