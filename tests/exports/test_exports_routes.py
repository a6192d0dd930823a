"""Exports over HTTP, and from a mail to the file on the real adapters."""

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.export_mail.handler import lambda_handler, make
from mayfly import limits
from mayfly.assembly import here
from mayfly.exports.models import ExportStatus
from mayfly.exports.sqs import SqsExportJobs
from tests import samples
from tests.deployments import Deployment
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.functions.owner import Owner
from tests.memory import Memory

INBOX, MAILBOX = "/v1/inboxes/{inboxId}/exports", "/api/user/mailbox/{mailboxId}/exports"
ACCOUNT = "/api/user/exports"
RAW = b"Subject: Welcome\r\n\r\nHello\r\n"


@pytest.fixture
def ann(flows: MemoryAssembly, api: Api) -> Owner:
    return Owner(flows, api)


def given_private(api: Api) -> tuple[str, str, dict[str, str]]:
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    return made["inbox_id"], made["email_address"], bearer(made["access_token"])


def work(memory: Memory, flows: MemoryAssembly) -> None:
    """The queue hands over what was given."""
    bodies = [json.dumps({"holder": job[0], "export": job[1]}) for job in memory.export_jobs.given]
    records = [{"messageId": str(at), "body": body} for at, body in enumerate(bodies)]
    assert make({"Records": records}, flows) == {"batchItemFailures": []}


def begun(reply: Reply) -> dict[str, Any]:
    assert reply.status == 202, reply.content
    shown: dict[str, Any] = reply.json
    assert shown["status"] == ExportStatus.QUEUED
    assert shown["downloadUrl"] is None
    assert reply.headers["Location"].endswith(f"/exports/{shown['id']}")
    return shown


def test_the_bearer_of_a_token_exports_the_inbox(
    api: Api, memory: Memory, flows: MemoryAssembly
) -> None:
    inbox, email, headers = given_private(api)
    flows.receive(RAW, email)

    shown = begun(api.call("POST", INBOX, inbox, body={"format": "mbox"}, headers=headers))
    work(memory, flows)

    done = api.call("GET", f"{INBOX}/{{exportId}}", inbox, shown["id"], headers=headers).json
    assert (done["status"], done["messages"], done["expected"]) == ("done", 1, 1)
    (content,) = memory.export_files.files.values()
    assert content.endswith(RAW + b"\n")
    assert done["size"] == len(content)
    assert done["downloadUrl"].startswith("https://")


def test_an_account_exports_a_mailbox_and_all_of_them(
    ann: Owner, api: Api, memory: Memory, flows: MemoryAssembly
) -> None:
    boxes = [
        api.call("POST", "/api/user/mailbox/create", body={}, headers=ann.headers).json
        for _ in range(2)
    ]
    for each in boxes:
        flows.receive(RAW, each["emailAddress"])

    one = begun(api.call("POST", MAILBOX, boxes[0]["id"], body={}, headers=ann.headers))
    everything = begun(api.call("POST", ACCOUNT, body={}, headers=ann.headers))
    work(memory, flows)

    path = f"{MAILBOX}/{{exportId}}"
    found = api.call("GET", path, boxes[0]["id"], one["id"], headers=ann.headers)
    assert found.json["messages"] == 1
    found = api.call("GET", f"{ACCOUNT}/{{exportId}}", everything["id"], headers=ann.headers)
    assert (found.json["messages"], found.json["format"]) == (2, "zip")


def test_nobody_else_sees_it(ann: Owner, api: Api, memory: Memory, flows: MemoryAssembly) -> None:
    bob = Owner(flows, api, "bob", "bobs.example")
    export = begun(api.call("POST", ACCOUNT, body={}, headers=ann.headers))["id"]
    work(memory, flows)

    assert api.call("GET", f"{ACCOUNT}/{{exportId}}", export, headers=bob.headers).status == 404
    inbox, _, headers = given_private(api)
    path = f"{INBOX}/{{exportId}}"
    assert api.call("GET", path, inbox, export, headers=headers).status == 404
    other, _, _ = given_private(api)
    assert api.call("POST", INBOX, other, body={}, headers=headers).status == 404
    assert api.call("POST", INBOX, inbox, body={}).status == 401


def test_what_cannot_be_asked_is_named(
    ann: Owner, api: Api, memory: Memory, flows: MemoryAssembly
) -> None:
    refused = api.call("POST", ACCOUNT, body={"format": "tar"}, headers=ann.headers)
    assert (refused.status, b"format" in refused.content) == (400, True)

    begun(api.call("POST", ACCOUNT, body={}, headers=ann.headers))
    assert api.call("POST", ACCOUNT, body={}, headers=ann.headers).status == 409
    work(memory, flows)
    again = api.call("POST", ACCOUNT, body={}, headers=ann.headers)
    assert again.status == 429
    assert again.headers["Retry-After"] == str(int(limits.EXPORT_EVERY.total_seconds()))
    assert b"EXPORT_EVERY" in again.content


@pytest.mark.parametrize("deployment", ["engine", "moto"], indirect=True)
def test_from_mails_to_a_zip_in_parts(deployment: Deployment) -> None:
    api = Api(here())
    inbox, email, headers = given_private(api)
    chance = random.Random(1)
    raws = {f"{n}": b"Subject: %d\r\n\r\n" % n + chance.randbytes(900_000) for n in range(13)}
    for name, raw in raws.items():
        deployment.put_raw(f"raw/{name}", raw)
        notice = samples.notice(name, email, received_at=here().now())
        here().receiving.receiver.receive(notice)
    sqs = deployment.clients["sqs"]
    url = sqs.create_queue(QueueName="exports")["QueueUrl"]
    here().adapters.export_jobs = SqsExportJobs(lambda: sqs, url)
    here().exports.maker = replace(here().exports.maker, part_bytes=5 * limits.MIB)

    export = begun(api.call("POST", INBOX, inbox, body={}, headers=headers))["id"]
    (told,) = sqs.receive_message(QueueUrl=url)["Messages"]
    record = {"messageId": "1", "body": told["Body"]}
    runs = 1
    while make({"Records": [record]}, here(), timedelta(0))["batchItemFailures"]:
        runs += 1
    assert lambda_handler({"Records": [record]}, deployment.context)["batchItemFailures"] == []

    assert runs > 1
    path = f"{INBOX}/{{exportId}}"
    done = api.call("GET", path, inbox, export, headers=headers).json
    assert (done["status"], done["messages"]) == ("done", 13)
    listed = deployment.clients["s3"].list_objects_v2(
        Bucket=deployment.settings.mail_bucket, Prefix="exports/"
    )
    (found,) = listed["Contents"]
    assert found["Size"] == done["size"]
    content = deployment.clients["s3"].get_object(
        Bucket=deployment.settings.mail_bucket, Key=found["Key"]
    )["Body"]
    with zipfile.ZipFile(io.BytesIO(content.read())) as file:
        bodies = [file.read(each) for each in file.namelist() if each.endswith(".eml")]
    assert sorted(bodies) == sorted(raws.values())
