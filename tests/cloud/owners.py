"""Accounts with a mail domain of their own, and what they send."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mayfly.kit.dynamodb.keys import outgoing_key
from mayfly.sending import sqs as order
from mayfly.sending.ports import SendJob
from tests.cloud.inside import Inside
from tests.cloud.target import DEADLINE, Answer, Target, until
from tests.file_form import posted
from tests.given_domains import shown_records

V1 = "/api/v1"
DOMAINS = f"{V1}/domains"
_PASSWORD = "a phrase for the tests"
_LATER = timedelta(hours=1)  # what is due within 15 minutes waits in SQS


def simulated(fate: str) -> str:
    """A new address of SES's mailbox simulator: of `success`, `bounce` or `complaint`."""
    return f"{fate}+{secrets.token_hex(4)}@simulator.amazonses.com"


@dataclass(frozen=True)
class Owner:
    """Logged in; `account` is its id, `name` and `domain` are its domain's name and id."""

    target: Target
    inside: Inside
    account: str
    token: str
    name: str
    domain: str

    @classmethod
    def new(cls, target: Target, inside: Inside, above: str = "example") -> "Owner":
        """Of a new account, with a domain that is verified."""
        account, token = member(target)
        name = f"{secrets.token_hex(6)}.{above}"
        claimed = target.ask("POST", DOMAINS, {"name": name}, token).json
        owner = cls(target, inside, account, token, name, claimed["id"])
        owner.publish(claimed["verification"])
        verified = owner.ask("POST", f"{owner.path}/verify").json
        assert verified["verified"] is True, verified
        return owner

    @property
    def path(self) -> str:
        return f"{DOMAINS}/{self.domain}"

    @property
    def relay_path(self) -> str:
        return f"{V1}/smtp/domains/{self.domain}"

    def publish(self, record: dict[str, Any]) -> None:
        """Put the record where the functions look for it."""
        self.inside.zone.publish(shown_records([record]))

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        return self.target.ask(method, path, body, self.token)

    def send(self, to: str, **changes: Any) -> str:
        """The id of a mail that was accepted."""
        wish = {"from": f"me@{self.name}", "to": [to], "subject": "Hello", "text": "the text"}
        answer = self.ask("POST", f"{V1}/emails", wish | changes)
        assert answer.status == 202, answer
        return str(answer.json["id"])

    def upload(self, content: bytes) -> str:
        """The id of a file that was sent to the bucket."""
        told = {"filename": "a.bin", "size": len(content)}
        room = self.ask("POST", f"{V1}/emails/attachments", told).json
        assert posted(room, content, "https://page.example", self.target.trust)[0] == 204
        return str(room["uploadId"])

    def show(self, mail: str) -> Any:
        return self.target.get(f"{V1}/emails/{mail}", self.token)

    def becomes(self, mail: str, status: str, seconds: float = DEADLINE) -> Any:
        """The mail, once it has this status."""
        shown: Any = None

        def has_become() -> bool:
            nonlocal shown
            shown = self.show(mail)
            return bool(shown["status"] == status)

        assert until(has_become, seconds), shown
        return shown

    def later(self, to: str, **changes: Any) -> str:
        """The id of a mail that waits in the scheduler."""
        at = (datetime.now(UTC) + _LATER).isoformat(timespec="seconds")
        return self.send(to, scheduledAt=at, **changes)

    def make_due(self, mail: str) -> None:
        """As if the time had come for which it was scheduled; nobody is told."""
        self.inside.change_row(outgoing_key(self.account, mail), due_at=0)

    def order(self, mail: str) -> str:
        """The order to send it, as it is in the queue."""
        return order.write_job(SendJob(self.account, mail, 1, datetime.now(UTC)))

    def carried_out(self, mail: str) -> Any:
        """What `send_mail` answers when it is told to send this mail, and its status then."""
        self.make_due(mail)
        answer = records(self.inside, "send_mail", self.order(mail))
        return [answer, self.show(mail)["status"]]


def member(target: Target) -> tuple[str, str]:
    """A new account: its id and its token."""
    who = {"email": f"{secrets.token_hex(8)}@elsewhere.example", "password": _PASSWORD}
    target.ask("POST", "/api/users/register", who)
    answer = target.ask("POST", "/api/users/login", who).json
    return str(answer["user"]["id"]), str(answer["token"])


def records(inside: Inside, function: str, *bodies: str) -> Any:
    """Which of these records of a queue the function wants to see again; `error` if it fails."""
    told = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    return inside.invoke(function, {"Records": told}).get("batchItemFailures", "error")
