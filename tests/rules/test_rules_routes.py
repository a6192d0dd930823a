"""Rules over HTTP, and the emails that they file."""

import pytest

from mayfly.inboxes.models import Access
from mayfly.messages.models import Verdicts
from mayfly.receiving.models import DropReason
from tests.functions.http import Reply
from tests.functions.mailbox_scene import ADDRESS, MAILBOX, MailboxScene
from tests.given_mailboxes import given_account, given_mailbox

RULES = f"{MAILBOX}/rules"
RAW = b"From: The Shop <orders@shop.example>\r\nSubject: Your receipt\r\n\r\nThank you."
RECEIPTS = {
    "name": "Receipts",
    "if": {"header": {"names": ["Subject"], "match": "contains", "values": ["RECEIPT"]}},
    "then": [{"fileinto": "archive"}, {"flag": ["seen"]}],
}


class Scene(MailboxScene):
    """Ann, her mailbox and its rules."""

    def put(self, *rules: object, **more: object) -> Reply:
        return self.ask("PUT", RULES, body={"rules": list(rules), **more})

    def mail(self, raw: bytes = RAW, *recipients: str, **notice: object) -> None:
        number = len(self.memory.rows.deliveries) + 1
        self.flows.receive(raw, *(recipients or (ADDRESS,)), name=f"mail-{number}", **notice)

    def listed(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.ask("GET", f"{MAILBOX}/messages").json["messages"]
        return found


@pytest.fixture
def scene() -> Scene:
    return Scene.of()


def test_an_email_lies_where_the_rules_say_from_the_first_moment(scene: Scene) -> None:
    assert scene.put(RECEIPTS).status == 200

    scene.mail()
    scene.mail(RAW.replace(b"receipt", b"parcel"))

    second, first = scene.listed()
    assert (first["folder"], first["isRead"]) == ("archive", True)
    assert (second["folder"], second["isRead"]) == ("inbox", False)


def test_an_inbox_without_rules_gets_its_mail_without_a_look_at_them(scene: Scene) -> None:
    scene.memory.rule_sets.failing = RuntimeError("nobody may ask")

    scene.mail()

    assert len(scene.listed()) == 1


def test_rules_are_shown_as_they_were_put(scene: Scene) -> None:
    empty = scene.ask("GET", RULES).json
    assert (empty["rules"], empty["updatedAt"], empty["spamPolicy"]) == ([], None, "hide")

    put = scene.put(RECEIPTS, spamPolicy="folder").json

    assert put == scene.ask("GET", RULES).json
    assert put["spamPolicy"] == "folder"
    assert put["rules"] == [{**RECEIPTS, "enabled": True}]


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"name": "a", "then": []}, "rules[0].then must be a list of 1 to 8 actions"),
        ({"name": "a", "then": [{}]}, "rules[0].then[0] must have exactly one of"),
        ({"name": "a", "then": [{"keep": True, "stop": True}]}, "rules[0].then[0] must have"),
        ({"name": "a", "then": [{"keep": False}]}, "rules[0].then[0].keep must be true"),
        ({"name": "a", "then": [{"redirect": "nobody"}]}, "rules[0].then[0].redirect: "),
        ({"name": "a", "then": [{"stop": True}], "if": {}}, "rules[0].if must have exactly one of"),
        (
            {
                "name": "a",
                "then": [{"stop": True}],
                "if": {"not": {"anyof": [{"exists": ["x"]}, {"size": {}}]}},
            },
            "rules[0].if.not.anyof[1].size must have exactly one of: over, under",
        ),
        (
            {
                "name": "a",
                "then": [{"stop": True}],
                "if": {"allof": [{"header": {"names": ["x"], "match": "regex", "values": ["y"]}}]},
            },
            "rules[0].if.allof[0].header.match must be one of: is, contains, matches",
        ),
    ],
)
def test_a_mistake_is_named_by_its_place(scene: Scene, rule: object, place: str) -> None:
    refused = scene.put(rule)

    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    assert place in refused.json["error"]["message"]


def test_a_discarded_email_is_a_drop_with_a_name_and_its_bytes_go(scene: Scene) -> None:
    scene.put({"name": "no", "then": [{"discard": True}]})

    scene.mail()

    tally = scene.memory.deliveries.tally()
    assert (tally.accepted, tally.stored) == (1, 0)
    assert tally.dropped[DropReason.DISCARDED] == 1
    assert scene.listed() == []
    assert scene.memory.raw_mails.objects == {}


def test_one_mailboxs_discard_is_not_anothers(scene: Scene) -> None:
    other = given_mailbox(scene.memory, scene.account, "bob@mayfly.example")
    scene.put({"name": "no", "then": [{"discard": True}]})

    scene.mail(RAW, ADDRESS, str(other.address))

    assert scene.memory.deliveries.tally().stored == 1
    assert len(scene.memory.raw_mails.objects) == 1


def test_rules_are_tried_with_a_message_and_with_a_raw_email_and_change_nothing(
    scene: Scene,
) -> None:
    scene.mail()
    before = scene.listed()

    kept = scene.ask("POST", f"{RULES}/test", body={"message": 1}).json
    tried = scene.ask("POST", f"{RULES}/test", body={"message": 1, "rules": [RECEIPTS]}).json
    raw = scene.ask("POST", f"{RULES}/test", body={"raw": RAW.decode(), "rules": [RECEIPTS]}).json

    assert (kept["outcome"], kept["folder"], kept["steps"]) == ("stored", "inbox", [])
    assert (tried["folder"], tried["isRead"]) == ("archive", True)
    assert tried["steps"] == raw["steps"]
    assert tried["steps"][0]["tests"] == [{"at": "rules[0].if.header", "held": True}]
    assert scene.listed() == before
    neither = scene.ask("POST", f"{RULES}/test", body={})
    assert neither.json["error"]["message"] == "send one of message, raw"


def test_spam_is_in_its_folder_and_no_rule_lets_a_virus_out(scene: Scene) -> None:
    scene.put({"name": "all", "then": [{"keep": True}]}, spamPolicy="folder")

    scene.mail(verdicts=Verdicts("FAIL", "PASS", "PASS", "PASS", "PASS"))
    scene.mail(verdicts=Verdicts("PASS", "FAIL", "PASS", "PASS", "PASS"))

    assert [each["folder"] for each in scene.listed()] == ["spam", "inbox"]


def test_who_sent_spam_is_rejected_from_then_on_but_not_those_whose_name_was_used(
    scene: Scene,
) -> None:
    scene.put(spamPolicy="reject")
    spam = Verdicts("FAIL", "PASS", "PASS", "PASS", "PASS")
    forged = Verdicts("FAIL", "PASS", "FAIL", "FAIL", "FAIL")
    bank = RAW.replace(b"orders@shop.example", b"service@bank.example")

    scene.mail(verdicts=spam)
    scene.mail(bank, verdicts=forged)
    scene.mail()
    scene.mail(bank)

    tally = scene.memory.deliveries.tally()
    assert (tally.stored, tally.dropped[DropReason.REJECTED_SENDER]) == (3, 1)
    assert scene.ask("GET", RULES).json["rejectedSenders"] == ["orders@shop.example"]


def test_the_rules_of_another_account_look_like_none(scene: Scene) -> None:
    theirs = given_mailbox(
        scene.memory, given_account(scene.memory, "eve@elsewhere.example"), "eve@mayfly.example"
    )
    scene.mailbox = theirs

    asked = [
        scene.ask("GET", RULES),
        scene.put(RECEIPTS),
        scene.ask("POST", f"{RULES}/test", body={"raw": RAW.decode()}),
        scene.ask("GET", f"{RULES}/sieve"),
    ]

    assert {each.status for each in asked} == {404}
    assert not scene.memory.inboxes.get(theirs.id).has_rules
    assert theirs.access is Access.OWNER
