"""One exercise per function: it needs every permission the function has, and tells what it saw.

What it saw is the same each time, as long as nothing is missing.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.emulator.cdk import STACK
from infra.local.ses.accept import Acceptance, Submission
from mayfly.forwarding.models import ForwardOrder
from mayfly.forwarding.sqs import write_order
from mayfly.inboxes.ids import InboxId, MessageId, mail_key
from mayfly.kit.dynamodb.keys import forward_key
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.limits import ADMIN_READ_AGE
from mayfly.receiving.notice import read
from mayfly.webhooks.models import HookOwner, Kind
from mayfly.webhooks.ports import ExpiryLook, Wake
from mayfly.webhooks.sqs import write_job
from tests.cloud.letters import LARGE, LONG, a_mail
from tests.cloud.owners import Owner, member, records
from tests.cloud.sending_exercises import SendingExercises
from tests.cloud.target import in_thread, until
from tests.pop3.scripted import KIND, scripted

NOWHERE = "https://nobody.invalid/hook"
_SECRET = "AWS::SecretsManager::Secret"
PATIENCE = 8.0  # seconds for what a function does on its own


class Overheard:
    """A topic that keeps what is published to it."""

    def __init__(self) -> None:
        self.notices: list[str] = []

    def publish(self, *, TopicArn: str, Message: str) -> None:
        self.notices.append(Message)


@dataclass(frozen=True)
class Exercises(SendingExercises):
    """What a function can do, tried on a deployment."""

    def of(self, function: str) -> Callable[[], Any] | None:
        """Its exercise; None if there is none."""
        found: Callable[[], Any] | None = getattr(self, function, None)
        return found

    def http_api(self) -> list[Any]:
        return list(self._requests())

    def inbound_mail(self) -> list[Any]:
        """A mail for two, one of whom is nobody; one for a full inbox; one whose object is gone."""
        first, full = (self.target.new_address()["email"] for _ in range(2))
        self.inside.change_inbox(full, held_messages=10**9)
        before = self.inside.objects()
        answers = [self._settle(self._accepted(first, f"nobody@{self.target.domain}"))]
        new = sorted(key.partition("/")[0] for key in self.inside.objects() - before)
        before = self.inside.objects()
        gone = self._accepted(full)
        answers += [self._settle(gone), self._settle(gone)]
        listed = [len(self.target.get(f"/api/emails/{each}/messages")) for each in (first, full)]
        return [answers, new, listed, len(self.inside.objects() - before)]

    def send_mail(self) -> list[Any]:
        """And one that a rule forwards."""
        return [*super().send_mail(), *self._forwarded()]

    def websocket(self) -> list[Any]:
        made = self.target.new_inbox()
        wish = {"type": "subscribe", "email": made["email_address"], "token": made["access_token"]}
        account = {"type": "subscribe", "account": True, "token": self._member()}
        open_before = self._connections()

        async def talk() -> list[Any]:
            heard = []
            async with self.target.socket() as socket:
                heard.append((await socket.say(**wish))["type"])
                heard.append((await socket.say(**wish, after=0))["type"])
                leave = {"type": "unsubscribe", "email": made["email_address"]}
                heard.append((await socket.say(**leave))["type"])
                heard.append((await socket.say(**wish))["type"])
                heard.append((await socket.say(**account))["type"])
            return heard

        heard: list[Any] = asyncio.run(talk())
        return [*heard, until(lambda: self._connections() <= open_before, PATIENCE)]

    def _member(self) -> str:
        """The token of a new account with a mailbox."""
        _, token = member(self.target)
        self.target.ask("POST", "/api/user/mailbox/create", {}, token)
        return token

    def table_events(self) -> list[Any]:
        """Mail is announced and replayed; a deleted inbox loses its watchers and every object."""
        before, made = self.inside.objects(), self.target.new_address()
        address = made["email"]

        async def watch() -> list[str]:
            async with self.target.socket() as socket:
                await socket.say(type="subscribe", email=address)
                await in_thread(self.target.send, a_mail(attached=LARGE, html=LONG), address)
                heard = [(await socket.next(PATIENCE))["type"]]
                await socket.connection.send_json(
                    {"type": "subscribe", "email": address, "after": 0}
                )
                heard += sorted([(await socket.next(PATIENCE))["type"] for _ in range(2)])
                await in_thread(self._fetch_attachment, address)
                path, token = f"/api/emails/{address}", made["access_token"]
                await in_thread(self.target.ask, "DELETE", path, None, token)
                rows = self.inside.rows
                await in_thread(until, lambda: rows(address) == {"inbox"}, PATIENCE)
                return heard

        heard = asyncio.run(watch())
        gone = until(lambda: self.inside.objects() <= before, PATIENCE)
        return [*heard, gone, sorted(self.inside.rows(address))]

    def sweep(self) -> list[Any]:
        """A mail whose notice was lost is replayed; one that everybody is done with is cleared.

        And a day that has cost too much takes our rule out of service, until it is put back.
        """
        self._emptied()
        tripped = self._tripped()
        address = self.target.new_address()["email"]
        self.inside.change_inbox(address, held_messages=10**9)
        over = self._accepted(address)
        self._settle(over)
        key = json.loads(over)["receipt"]["action"]["objectKey"]
        self._aged(key, a_mail(html=LONG))
        self.inside.keep_content(key.partition("/")[2])
        self._aged(f"raw/{secrets.token_hex(20)}", a_mail("lost"))
        before = self.inside.objects()
        found = self.inside.invoke("sweep", {"round": "now"})
        seen = [
            {name: found.get(name) for name in ("mails", "recovered", "cleared", "errorType")},
            key in self.inside.objects(),
            sorted(each.partition("/")[0] for each in before - self.inside.objects()),
            until(lambda: self.inside.waiting("NoticesQueue") == 0, PATIENCE),
            sorted(self.inside.rows_of(f"mail#{mail_key(key)}")),
        ]
        self._emptied()
        return [*seen, *tripped]

    def _tripped(self) -> list[Any]:
        """Nobody asks the API meanwhile: its functions would remember not to answer."""
        for wish in ("reset", "look"):
            self.inside.breaker(wish)
        self.inside.count_requests(200_000)
        self.inside.breaker("look")
        closed = self.inside.intakes()
        self.inside.breaker("reset")
        return [closed, self.inside.intakes()]

    def export_mail(self) -> list[Any]:
        """Mails that make more than one part, one with content of its own; one is gone since."""
        made = self.target.new_inbox()
        inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
        for _ in range(3):
            mail = a_mail(attached=secrets.token_bytes(7_000_000), html=LONG)
            self.target.send(mail, made["email_address"])
        until(lambda: len(self.target.get(f"{inbox}/messages", token)["messages"]) == 3, PATIENCE)
        before = self.inside.objects()
        begun = self.target.ask("POST", f"{inbox}/exports", {"format": "zip"}, token)
        export = begun.json["id"]
        path, told = (
            f"{inbox}/exports/{export}",
            {"holder": f"inbox/{made['inbox_id']}", "export": export},
        )
        answer = records(self.inside, "export_mail", json.dumps(told))
        # The queue has woken the function as well: whoever was first has made it.
        until(lambda: self.target.get(path, token)["status"] in ("done", "failed"), 3 * PATIENCE)
        shown = self.target.get(path, token)
        lying = sorted(each.partition("/")[0] for each in self.inside.objects() - before)
        self.target.ask("DELETE", inbox, token=token)
        names = ("status", "messages", "missing")
        return [begun.status, answer, [shown[each] for each in names], lying]

    def webhooks(self) -> list[Any]:
        """A message is told to a receiver that is nowhere; an inbox's end is to be looked at."""
        made = self.target.new_inbox()
        inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
        hook = self.target.ask("POST", f"{inbox}/webhooks", {"url": NOWHERE}, token)
        path = f"{inbox}/webhooks/{hook.json['id']}"
        self.target.send(a_mail(html=LONG), made["email_address"])

        def attempts() -> list[Any]:
            log = self.target.get(f"{path}/deliveries", token)["deliveries"]
            return [each for delivery in log for each in delivery["attempts"]]

        tried = until(lambda: bool(attempts()))
        troubles = {each["trouble"] for each in attempts()}
        wake = Wake(HookOwner(Kind.INBOX, made["inbox_id"]), hook.json["id"])
        jobs = (wake, ExpiryLook(made["inbox_id"]))
        answers = [records(self.inside, "webhooks", write_job(each)) for each in jobs]
        self.target.ask("DELETE", inbox, token=token)
        return [hook.status, tried, sorted(troubles), answers]

    def admin_key(self) -> list[Any]:
        before = self.inside.admin_key
        answer = self.inside.invoke("admin_key", {"rotate": True})
        update = self._told(
            "admin_key", "Update", {"Secret": self.inside.find(_SECRET, "AdminKey")}
        )
        key = self.inside.admin_key

        def opens() -> bool:  # the API knows a key for some seconds
            return self.target.ask("GET", "/v1/admin/domains", admin_key=key).status == 200

        return [answer, update, key != before, until(opens, ADMIN_READ_AGE.total_seconds() + 5)]

    def rule_set(self) -> str:
        """What CloudFormation is told; the active set is made another first."""
        ses = self.inside.client("ses")
        ses.set_active_receipt_rule_set()
        wish = {"RuleSetName": STACK, "RuleName": f"{STACK}-receive"}
        told = self._told("rule_set", "Update", wish | {"IfAnotherIsActive": "refuse"})
        ses.set_active_receipt_rule_set(RuleSetName=STACK)
        return told

    def page_files(self) -> list[Any]:
        """A file that is none of the page's goes, and the page itself comes back."""
        s3, bucket = self.inside.client("s3"), self.inside.find("AWS::S3::Bucket", "PageFiles")
        s3.put_object(Bucket=bucket, Key="page/stray.js", Body=b"")
        config = s3.get_object(Bucket=bucket, Key="page/config.json")["Body"].read()
        distributions = [
            self.inside.find("AWS::CloudFront::Distribution", f"Page{name}")
            for name in ("Distribution", "MailFrame")
        ]
        wish = {"Bucket": bucket, "Distributions": distributions, "Config": json.loads(config)}
        told = self._told("page_files", "Update", wish)
        listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
        return [told, "page/stray.js" in {each["Key"] for each in listed}]

    def empty_bucket(self) -> list[Any]:
        """All of the bucket goes."""
        bucket = self.inside.bucket
        self.inside.client("s3").put_object(Bucket=bucket, Key="raw/stray", Body=b"")
        told = self._told("empty_bucket", "Delete", {"Bucket": bucket}, f"emptied/{bucket}")
        return [told, "raw/stray" in self.inside.objects()]

    def _told(
        self, function: str, request: str, properties: dict[str, Any], done: str = "nothing"
    ) -> str:
        """What the function tells CloudFormation."""
        s3, place = self.inside.client("s3"), {"Bucket": self.inside.bucket, "Key": "answer"}
        url = s3.generate_presigned_url("put_object", {**place, "ContentType": ""})
        event = {
            **{"RequestType": request, "ResponseURL": url, "LogicalResourceId": "x"},
            **{"StackId": "x", "RequestId": "x", "PhysicalResourceId": done},
            "ResourceProperties": properties,
        }
        self.inside.invoke(function, event)
        answer = json.loads(s3.get_object(**place)["Body"].read())
        s3.delete_object(**place)
        return str(answer["Status"])

    def _fetched(self) -> list[Any]:
        """A message of a POP3 mailbox, whose content is kept, and credentials that are changed."""
        raw = a_mail(attached=LARGE, html=LONG)
        mailbox = {
            "UIDL": b"+OK\r\n1 one\r\n.\r\n",
            "LIST 1": b"+OK 1 %d\r\n" % len(raw),
            "RETR 1": b"+OK\r\n%s\r\n.\r\n" % raw.replace(b"\r\n.", b"\r\n..").rstrip(b"\r\n"),
        }
        with scripted({**KIND, **mailbox}) as server:
            where = {"pop3_host": "127.0.0.1", "pop3_port": server.port, "pop3_tls": False}
            who = {"email_address": "user@example.com", "pop3_password": "secret"}
            wish = {"mode": "external", **where, **who}
            made = self.target.ask("POST", "/v1/inboxes", wish).json
            inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
            listed = self.target.ask("GET", f"{inbox}/messages", token=token).json
            body = {"pop3_password": "another"}
            changed = self.target.ask("PUT", f"{inbox}/credentials", body, token).status
        return [[each["pop3_uidl"] for each in listed["messages"]], changed]

    def _requests(self) -> Iterator[Any]:
        yield self._fetched()
        ask, made = self.target.ask, self.target.new_inbox()
        public = self.target.new_address()
        inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
        for before, mail in enumerate((a_mail(), a_mail(attached=LARGE, html=LONG))):
            self.target.send(mail, made["email_address"])
            yield from self._arrived(inbox, token, before)
        for path in ("", "/messages", "/messages/2", "/messages/1/raw"):
            yield ask("GET", inbox + path, token=token).status
        yield len(self.target.fetch(f"{inbox}/messages/2/raw", token)) > len(LARGE)
        (attachment,) = self.target.get(f"{inbox}/messages/2", token)["attachments"]
        path = f"{inbox}/messages/2/attachments/{attachment['id']}"
        yield self.target.fetch(path, token) == LARGE
        yield ask("PATCH", f"{inbox}/messages/2", {"is_read": True}, token).status
        yield ask("DELETE", f"{inbox}/messages/1", token=token).status
        yield ask("POST", f"{inbox}/sample", token=token).status
        wait = f"{inbox}/wait?after=2&require=code&timeout=10"
        yield ask("GET", wait, token=token).json["where"]
        self.inside.lose_raw_mails()
        yield ask("GET", f"{inbox}/messages/2/raw", token=token).status
        yield ask("POST", f"{inbox}/token:rotate", token=token).status
        yield b"mayfly_queue_depth" in ask("GET", "/metrics").content
        yield ask("GET", "/health/ready").status
        page = self.target.page
        through = self.target.visit(f"{page}/api/emails", "POST").headers["Location"]
        yield through.startswith(page)
        yield from self._administered()
        yield from self._hosted()
        token = public["access_token"]
        yield ask("DELETE", f"/api/emails/{public['email']}", token=token).status

    def _administered(self) -> Iterator[Any]:
        key = self.inside.admin_key
        made = self.target.ask("POST", "/v1/admin/generate", {"count": 2}, admin_key=key)
        yield made.status
        for path in ("/v1/admin/export", "/v1/admin/domains", "/v1/admin/stats"):
            yield self.target.ask("GET", path, admin_key=key).status

    def _arrived(self, inbox: str, token: str, before: int) -> Iterator[int]:
        path = f"{inbox}/messages?since_uid={before}&wait=10"
        answer = self.target.ask("GET", path, token=token)
        yield answer.status

    def _fetch_attachment(self, address: str) -> None:
        (listed,) = self.target.messages(address)
        (attachment,) = self.target.get(f"/api/messages/{listed['id']}")["attachments"]
        self.target.fetch(f"/api/messages/{listed['id']}/attachments/{attachment['id']}")

    def _forwarded(self) -> Iterator[Any]:
        owner, whom = Owner.new(self.target, self.inside), "one@elsewhere.example"
        made = owner.ask("POST", "/api/user/mailbox/create", {}).json
        agreed = {"proof": "-", "created_at": 0, "expires_at": 0, "confirmed_at": 1}
        row = forward_key(owner.account, whom) | agreed | {"with_lists": False}
        self.inside.client("dynamodb").put_item(TableName=self.inside.table, Item=encode_row(row))
        path = f"/api/user/mailbox/{made['id']}"
        rules = {"rules": [{"name": "all", "then": [{"redirect": whom}]}]}
        yield owner.ask("PUT", f"{path}/rules", rules).status
        notice = self._accepted(made["emailAddress"])
        yield self._settle(notice)
        message = MessageId(InboxId.parse(made["id"]), 1, read(notice).mail)
        yield records(self.inside, "send_mail", write_order(ForwardOrder(message)))
        (told,) = owner.ask("GET", f"{path}/messages/1").json["forwarded"]
        yield [told["to"], told["reason"], bool(told["emailId"])]

    def _accepted(self, *recipients: str) -> str:
        """The notice of a mail that is stored and not announced to anybody."""
        topic = Overheard()
        s3, bucket = self.inside.client("s3"), self.inside.bucket
        accept = Acceptance(s3, topic, bucket, "raw/", "a topic", lambda: datetime.now(UTC)).accept
        accept(Submission("s@example.org", recipients, a_mail(html=LONG), "c", "127.0.0.1", "SMTP"))
        return topic.notices[0]

    def _settle(self, notice: str) -> Any:
        return records(self.inside, "inbound_mail", notice)

    def _aged(self, key: str, mail: bytes) -> None:
        stored = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.inside.client("s3").put_object(
            Bucket=self.inside.bucket, Key=key, Body=mail, Metadata={"stored-at": stored}
        )

    def _emptied(self) -> None:
        s3 = self.inside.client("s3")
        for key in self.inside.objects():
            s3.delete_object(Bucket=self.inside.bucket, Key=key)

    def _connections(self) -> int:
        return len(self.inside.rows_of("connections"))
