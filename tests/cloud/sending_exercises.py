"""Exercises of the functions that have to do with domains of accounts, and with what these send."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, rate_key
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.sending.ses_events import ACCOUNT_TAG, MAIL_TAG, ROUND_TAG
from tests.cloud.inside import Inside
from tests.cloud.owners import DOMAINS, V1, Owner, records, simulated
from tests.cloud.target import Target
from tests.mail_relay import PASSWORD, USER, relay

_ZONE = "hosted.example"
_KEPT = {"records": [{"type": "A", "name": "@", "value": "192.0.2.1"}]}
_BUSY_SECONDS = 25  # as many as DynamoDB writes at a time
_BUSY = 5  # recipients a second: more than SES takes in its sandbox, less than it takes here


@dataclass(frozen=True)
class SendingExercises:
    """What these functions can do, tried on a deployment."""

    target: Target
    inside: Inside

    def send_mail(self) -> list[Any]:
        """By SES in busy seconds; by a relay that takes a mail for one, and not now for another."""
        owner, relayed = (Owner.new(self.target, self.inside) for _ in range(2))
        self._make_busy()
        seen = [owner.carried_out(owner.later("one@elsewhere.example"))]
        with relay(self.inside.trusted()) as (port, taken):
            taken.refusals["late@elsewhere.example"] = "451 later"
            relayed.ask("PUT", f"{relayed.relay_path}/config", _login(port))
            mail = relayed.later("one@elsewhere.example", cc=["late@elsewhere.example"])
            seen += [relayed.carried_out(mail), len(taken.mails)]
        relayed.ask("DELETE", f"{V1}/emails/{mail}")
        return seen

    def mail_events(self) -> list[Any]:
        """A mail arrives, another bounces."""
        owner, whom = Owner.new(self.target, self.inside), "one@elsewhere.example"
        seen = []
        for kind, about in (
            ("Delivery", {"recipients": [whom]}),
            ("Bounce", {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": whom}]}),
        ):
            mail = owner.later(whom)
            owner.carried_out(mail)
            event = _event(owner, mail, whom, kind, about)
            seen += [records(self.inside, "mail_events", event), owner.show(mail)["status"]]
        listed = owner.ask("GET", f"{V1}/suppressions").json["suppressions"]
        return [*seen, [each["address"] for each in listed]]

    def domain_check(self) -> list[Any]:
        """A claim lapses, a domain goes with its account, SES is asked of one, and told of one."""
        gone, owner, unknown = (self._hosted_owner() for _ in range(3))
        gone.ask("PUT", f"{gone.path}/dns", _KEPT)
        lapsed = self._brought(owner, f"a-{owner.name}")
        self.inside.change_claim(lapsed, claimed_at=0)
        for due in (gone, owner, unknown):
            self.inside.change_claim(due.domain, checked_at=0)
        self.inside.lose_account(gone.account)
        self.inside.client("sesv2").delete_email_identity(EmailIdentity=unknown.name)
        found = self.inside.invoke("domain_check")
        seen = [found.get(name) for name in ("lapsed", "removed", "failed", "errorType")]
        for who, each in ((owner, lapsed), (owner, owner.domain), (unknown, unknown.domain)):
            shown = who.ask("GET", f"{DOMAINS}/{each}").json
            seen += [shown.get("status"), shown.get("mailService")]
            who.ask("DELETE", f"{DOMAINS}/{each}")
        seen += [self._in_zone(gone), gone.name in self.inside.identities()]
        path = f"/v1/admin/domains/{gone.domain}"
        self.target.ask("DELETE", path, admin_key=self.inside.admin_key)
        return seen

    def _brought(self, owner: Owner, name: str) -> str:
        return str(owner.ask("POST", DOMAINS, {"name": name}).json["id"])

    def _hosted(self) -> Iterator[Any]:
        """The part of `http_api`: a domain, its records, its relay and its mail."""
        owner = self._hosted_owner()
        yield owner.ask("GET", owner.path).json["mailService"]
        yield owner.ask("POST", f"{owner.path}/verify").json["domain"]["mailService"]
        yield owner.ask("PUT", f"{owner.path}/dns", _KEPT).status
        yield self._in_zone(owner)
        yield owner.ask("PUT", f"{owner.relay_path}/config", _login(2525)).status
        yield owner.ask("DELETE", f"{owner.relay_path}/config").status
        owner.send(simulated("success"))
        file = {"uploadId": owner.upload(b"file")}
        mail = owner.later(simulated("success"), attachments=[file])
        for _ in range(2):  # called back, then removed
            yield owner.ask("DELETE", f"{V1}/emails/{mail}").json.get("deleted")
        yield owner.ask("GET", f"{V1}/emails/stats").json["limits"]
        yield owner.ask("DELETE", owner.path).status
        yield self._in_zone(owner)

    def _hosted_owner(self) -> Owner:
        """With a domain in the zone that the deployment may write to."""
        self.inside.make_zone(_ZONE)
        return Owner.new(self.target, self.inside, above=_ZONE)

    def _in_zone(self, owner: Owner) -> int:
        """How many sets of records the zone has of the owner's domain."""
        return len([each for each in self.inside.zone_names() if each.endswith(f"{owner.name}.")])

    def _make_busy(self) -> None:
        now = int(time.time())
        row = {"sends": _BUSY, TTL_ATTRIBUTE: now + 60}
        rows = [rate_key("ses", now + each) | row for each in range(_BUSY_SECONDS)]
        puts = [{"PutRequest": {"Item": encode_row(each)}} for each in rows]
        self.inside.client("dynamodb").batch_write_item(RequestItems={self.inside.table: puts})


def _login(port: int) -> dict[str, Any]:
    where = {"host": "localhost", "port": port, "secure": False}
    return where | {"username": USER, "password": PASSWORD}


def _event(owner: Owner, mail: str, whom: str, kind: str, about: dict[str, Any]) -> str:
    """What SES says of a mail of the owner's."""
    now = datetime.now(UTC).isoformat()
    tags = {ACCOUNT_TAG: [owner.account], MAIL_TAG: [mail], ROUND_TAG: ["1"]}
    told = {"timestamp": now, "messageId": "one", "destination": [whom], "tags": tags}
    return json.dumps({"eventType": kind, "mail": told, kind.lower(): {"timestamp": now, **about}})
