"""Templates over HTTP, and emails that are written by them."""

import email
import email.policy
from dataclasses import dataclass
from typing import Any

import pytest

from mayfly import limits
from tests.deployments import Deployment
from tests.functions.http import Api, Reply, bearer
from tests.sending.test_sending_routes import Sending

TEMPLATES, TEMPLATE = "/api/v1/templates", "/api/v1/templates/{templateId}"
PREVIEW, BATCH = f"{TEMPLATE}/preview", "/api/v1/emails/batch"
SOURCE: dict[str, Any] = {
    "name": "order confirmation",
    "subject": "Order {{ order.number }}",
    "text": "Hello {{ name }}!"
    "{% for line in order.lines %}\n{{ line.count }} {{ line.what }}{% endfor %}",
    "html": "<p>Hello <b title='{{ name }}'>{{ name }}</b></p>",
}
ORDER = {"number": 4711, "lines": [{"count": 2, "what": "roses"}, {"count": 1, "what": "fern"}]}
VARIABLES: dict[str, Any] = {"name": "Ann & <Bob>", "order": ORDER}
MJML = """<mjml>
  <mj-body>
    <mj-section><mj-column>
      <mj-text>Hello {{ name }}</mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>
"""


@dataclass
class Writing(Sending):
    """An account that has templates."""

    def make(self, **changes: object) -> Reply:
        body = {name: each for name, each in (SOURCE | changes).items() if each is not None}
        return self.ask("POST", TEMPLATES, body=body)

    def template(self, **changes: object) -> str:
        return str(self.make(**changes).json["id"])

    def send_by(self, template: str, key: str = "", **more: object) -> Reply:
        written = dict.fromkeys(("subject", "text", "html"))
        return self.send(key, **written | {"templateId": template} | more)

    def batch(
        self, template: str, *recipients: dict[str, Any], key: str = "", **more: Any
    ) -> Reply:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        body = {"from": "sender@mine.example", "templateId": template, "recipients": recipients}
        return self.api.call("POST", BATCH, body=body | more, headers=headers)

    def sent(self) -> list[Any]:
        self.work()
        parsed = [
            email.message_from_bytes(raw, policy=email.policy.default)
            for _, raw in self.memory.mailer.sent
        ]
        return sorted(parsed, key=lambda mail: str(mail["To"]))


@pytest.fixture
def writing() -> Writing:
    return Writing()


def error_of(reply: Reply) -> str:
    assert reply.status == 400, reply.content
    return str(reply.json["error"]["message"])


def test_a_template_is_kept_with_the_variables_that_it_reads(writing: Writing) -> None:
    made = writing.make()

    assert made.status == 201
    assert made.headers["Location"].endswith(f"{TEMPLATES}/{made.json['id']}")
    assert made.json["variables"] == [
        *("order.number", "order.lines[].count", "order.lines[].what", "name"),
    ]
    shown = writing.ask("GET", TEMPLATE, made.json["id"])
    assert shown.json == made.json
    assert {name: shown.json[name] for name in SOURCE} == SOURCE
    (listed,) = writing.ask("GET", TEMPLATES).json["templates"]
    assert (listed["id"], listed["version"]) == (made.json["id"], 1)


def test_a_change_is_another_version_and_the_ones_before_are_read_and_sent(
    writing: Writing,
) -> None:
    id = writing.template()

    changed = writing.ask("PUT", TEMPLATE, id, body=SOURCE | {"subject": "Thank you, {{ name }}"})
    again = writing.ask("PUT", TEMPLATE, id, body=SOURCE | {"subject": "Thank you, {{ name }}"})

    assert changed.json == again.json
    assert [each["version"] for each in changed.json["versions"]] == [1, 2]
    assert writing.ask("GET", TEMPLATE, id, version=1).json["subject"] == SOURCE["subject"]
    assert writing.ask("GET", TEMPLATE, id, version=3).status == 404
    writing.send_by(id, variables=VARIABLES)
    writing.send_by(id, variables=VARIABLES, templateVersion=1)
    assert {str(each["Subject"]) for each in writing.sent()} == {
        "Thank you, Ann & <Bob>",
        "Order 4711",
    }


def test_a_deleted_template_is_gone_and_what_was_accepted_is_sent(writing: Writing) -> None:
    id = writing.template()
    writing.send_by(id, variables=VARIABLES)

    assert writing.ask("DELETE", TEMPLATE, id).json == {"id": id, "deleted": True}

    assert writing.ask("GET", TEMPLATE, id).status == 404
    assert "templateId" in error_of(writing.send_by(id, variables=VARIABLES))
    assert len(writing.sent()) == 1


def test_an_email_is_written_by_a_template_and_escaped_in_html_alone(writing: Writing) -> None:
    reply = writing.send_by(writing.template(), variables=VARIABLES)

    assert reply.status == 202
    (mail,) = writing.sent()
    assert mail["Subject"] == "Order 4711"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert text.splitlines() == ["Hello Ann & <Bob>!", "2 roses", "1 fern"]
    escaped = "Ann &amp; &lt;Bob&gt;"
    assert html.strip() == f"<p>Hello <b title='{escaped}'>{escaped}</b></p>"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "`order` is undefined"),
        ({"order": ORDER}, "`name` is undefined"),
        ({"name": None, "order": ORDER}, "`name` is undefined"),
        ({"name": "Ann", "order": {"number": 1}}, "`order.lines` is undefined"),
        ({"name": "Ann", "order": {"number": 1, "lines": [{}]}}, "`line.count` is undefined"),
    ],
)
def test_a_variable_that_is_missing_is_named_and_nothing_is_sent(
    writing: Writing, variables: dict[str, Any], named: str
) -> None:
    reply = writing.send_by(writing.template(), variables=variables)

    assert named in error_of(reply)
    assert writing.sent() == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"subject": "Hi"}, "subject comes from the template"),
        ({"html": ""}, "html comes from the template"),
        ({"templateId": None}, "need templateId"),
        ({"templateVersion": 9}, "templateVersion"),
        ({"templateVersion": 0}, "templateVersion must be"),
        ({"templateId": "x"}, "templateId: no such template"),
    ],
)
def test_an_email_is_written_by_itself_or_by_a_template_that_is_there(
    writing: Writing, changes: dict[str, Any], named: str
) -> None:
    assert named in error_of(
        writing.send_by(writing.template(), **{"variables": VARIABLES} | changes)
    )


def test_a_line_break_in_a_variable_does_not_get_into_the_header(writing: Writing) -> None:
    id = writing.template(subject="Hello {{ name }}")

    for name in ("Ann\r\nBcc: eve@evil.example", "Ann\nX: y", "=?utf-8?q?a=0D=0ABcc:_x?="):
        reply = writing.send_by(id, variables=VARIABLES | {"name": name})
        assert "subject" in error_of(reply)
        preview = writing.ask("POST", PREVIEW, id, body={"variables": VARIABLES | {"name": name}})
        assert "subject" in error_of(preview)


def test_the_same_request_again_sends_nothing_even_if_the_template_has_changed(
    writing: Writing,
) -> None:
    id = writing.template()
    first = writing.send_by(id, "order-1", variables=VARIABLES)
    writing.ask("PUT", TEMPLATE, id, body=SOURCE | {"subject": "Other"})

    second = writing.send_by(id, "order-1", variables=VARIABLES)
    other = writing.send_by(id, "order-1", variables=VARIABLES | {"name": "Bob"})
    writing.ask("DELETE", TEMPLATE, id)
    third = writing.send_by(id, "order-1", variables=VARIABLES)

    assert first.json["id"] == second.json["id"] == third.json["id"]
    assert other.status == 409
    assert len(writing.sent()) == 1


def test_a_preview_is_made_of_samples_or_of_what_is_given(writing: Writing) -> None:
    id = writing.template()

    sample = writing.ask("POST", PREVIEW, id, body={}).json
    given = writing.ask("POST", PREVIEW, id, body={"variables": VARIABLES}).json

    assert sample["subject"] == "Order order.number"
    assert sample["text"] == (
        "Hello name!\norder.lines.count order.lines.what\norder.lines.count order.lines.what"
    )
    assert sample["variables"]["name"] == "name"
    assert (
        given["html"] == "<p>Hello <b title='Ann &amp; &lt;Bob&gt;'>Ann &amp; &lt;Bob&gt;</b></p>"
    )
    assert "`name` is undefined" in error_of(
        writing.ask("POST", PREVIEW, id, body={"variables": {"order": ORDER}})
    )


def test_mjml_is_kept_with_the_html_that_it_becomes(writing: Writing) -> None:
    made = writing.make(html=None, mjml=MJML).json

    assert made["mjml"] == MJML
    assert "Hello {{ name }}" in made["html"]
    assert "<table" in made["html"]
    writing.send_by(made["id"], variables=VARIABLES)
    (mail,) = writing.sent()
    html = mail.get_body(("html",)).get_content()
    assert "Hello Ann &amp; &lt;Bob&gt;" in html
    assert "fonts.googleapis" not in html


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"html": "a\nb {{ name }\n"}, "html, line 2"),
        ({"html": "a\n\n{% if name %}"}, "html, line 3: 'if' has no 'endif'"),
        ({"text": "{% include 'x' %}"}, "text, line 1: no such block: 'include'"),
        ({"subject": "{{ name|safe }}"}, "subject, line 1: no such filter: 'safe'"),
        ({"subject": "{{ range(9) }}"}, "subject, line 1: there is nothing to call: 'range'"),
        ({"html": "{{ a b }}"}, "html, line 1"),
        ({"mjml": MJML}, "html or mjml, not both"),
        ({"html": None, "text": None}, "text, html or mjml"),
        ({"html": None, "mjml": MJML.replace("mj-text", "mj-txet")}, "mjml, line 4: no such"),
        ({"html": None, "mjml": MJML.replace("</mj-column>", "")}, "mjml, line 5: </mj-section>"),
        ({"html": None, "mjml": MJML.replace("Hello", "a < b")}, "mjml, line 4"),
        ({"html": None, "mjml": "Hello"}, "mjml"),
        ({"html": None, "mjml": ""}, "mjml"),
        ({"text": "x" * limits.TEMPLATE_BYTES + "x"}, "text has 65537 characters"),
        ({"text": "ä" * (limits.TEMPLATE_BYTES // 2 + 1)}, "text: it may have 65536 bytes"),
        ({"subject": "x" * limits.TEMPLATE_SUBJECT_CHARS + "x"}, "subject"),
        ({"name": " "}, "name must be"),
        ({"name": "a\nb"}, "name must be"),
        ({"text": "\ud800"}, "Unicode"),
        ({"name": "\ud800"}, "name must be"),
    ],
)
def test_what_cannot_be_a_template_is_refused_by_part_and_line(
    writing: Writing, changes: dict[str, Any], named: str
) -> None:
    assert named in error_of(writing.make(**changes))
    assert writing.ask("GET", TEMPLATES).json["templates"] == []


def test_nobody_reads_or_sends_the_template_of_another_account(writing: Writing) -> None:
    id = writing.template()
    headers, account = writing.log_in("bob@elsewhere.example")
    writing.memory.sendable_domains.owners["other.example"] = account

    for method in ("GET", "DELETE"):
        assert writing.api.call(method, TEMPLATE, id, headers=headers).status == 404
    body = {
        "from": "a@other.example",
        "to": "b@c.example",
        "templateId": id,
        "variables": VARIABLES,
    }
    reply = writing.api.call("POST", "/api/v1/emails", body=body, headers=headers)

    assert "templateId: no such template" in error_of(reply)
    assert writing.api.call("GET", TEMPLATES, headers=headers).json["templates"] == []


def test_templates_go_with_their_account(writing: Writing) -> None:
    writing.template()

    body = {"password": "a phrase for the tests"}
    assert writing.ask("DELETE", "/api/users/me", body=body).status == 200

    assert writing.memory.templates.of(writing.account) == []


@pytest.mark.parametrize("deployment", ["engine", "moto"], indirect=True)
def test_templates_are_kept_changed_and_deleted_in_a_deployment(deployment: Deployment) -> None:
    api = Api(deployment.assembly)
    who = {"email": "ann@elsewhere.example", "password": "a phrase for the tests"}
    api.call("POST", "/api/users/register", body=who)
    headers = bearer(api.call("POST", "/api/users/login", body=who).json["token"])

    id = api.call("POST", TEMPLATES, body=SOURCE, headers=headers).json["id"]
    changed = SOURCE | {"mjml": MJML}
    changed.pop("html")
    assert api.call("PUT", TEMPLATE, id, body=changed, headers=headers).json["version"] == 2
    first = api.call("GET", TEMPLATE, id, headers=headers, version=1)
    preview = api.call("POST", PREVIEW, id, body={"variables": VARIABLES}, headers=headers)

    assert first.json["html"] == SOURCE["html"]
    assert "Hello Ann &amp; &lt;Bob&gt;" in preview.json["html"]
    assert api.call("DELETE", TEMPLATE, id, headers=headers).status == 200
    assert api.call("GET", TEMPLATES, headers=headers).json["templates"] == []
    again = api.call("POST", TEMPLATES, body=SOURCE, headers=headers)
    assert again.status == 201
    body = {"password": who["password"]}
    assert api.call("DELETE", "/api/users/me", body=body, headers=headers).status == 200
    scanned = deployment.clients["dynamodb"].scan(TableName=deployment.settings.table_name)
    assert not [each for each in scanned["Items"] if each["pk"]["S"].startswith("templates#")]


ANN = {"to": "Ann <ann@example.com>", "variables": {"name": "Ann"}}
BOB = {"to": "bob@example.com", "variables": {"name": "Bob"}}


def test_each_recipient_of_a_batch_gets_an_email_of_its_own(writing: Writing) -> None:
    own = BOB | {"unsubscribe": {"url": "https://mine.example/bob"}}

    reply = writing.batch(writing.template(), ANN, own, variables={"order": ORDER})

    assert (reply.status, reply.json["accepted"], reply.json["refused"]) == (202, 2, 0)
    ann, bob = writing.sent()
    assert (ann["To"], bob["To"]) == ("Ann <ann@example.com>", "bob@example.com")
    assert "Hello Ann!" in ann.get_body(("plain",)).get_content()
    assert "Bob" not in ann.as_string()
    assert "ann@" not in bob.as_string()
    assert (ann["List-Unsubscribe"], bob["List-Unsubscribe"]) == (
        None,
        "<https://mine.example/bob>",
    )
    for each, recipient in zip(reply.json["emails"], (ANN, BOB), strict=True):
        assert each["to"] == recipient["to"]
        assert writing.show(each["id"])["status"] == "sent"


def test_what_is_wrong_with_one_recipient_keeps_no_other_back(writing: Writing) -> None:
    nameless = {"to": "eve@example.com"}
    broken = {"to": "dan@example.com", "variables": {"name": "x" * 9000, "other": "y" * 9000}}

    reply = writing.batch(writing.template(), nameless, BOB, broken, variables={"order": ORDER})

    eve, bob, dan = reply.json["emails"]
    assert eve["error"]["code"] == "VALIDATION_ERROR"
    assert "`name` is undefined" in eve["error"]["message"]
    assert "variables may have" in dan["error"]["message"]
    assert (eve["id"], dan["status"], bob["error"]) == (None, None, None)
    assert [each["To"] for each in writing.sent()] == ["bob@example.com"]


def test_a_batch_that_comes_again_accepts_only_what_was_not(writing: Writing) -> None:
    id = writing.template()
    nameless = {"to": "eve@example.com"}
    first = writing.batch(id, ANN, nameless, key="news-1", variables={"order": ORDER}).json

    eve = {"to": "eve@example.com", "variables": {"name": "Eve"}}
    second = writing.batch(id, eve, ANN, key="news-1", variables={"order": ORDER}).json
    changed = ANN | {"variables": {"name": "Anna"}}
    third = writing.batch(id, changed, key="news-1", variables={"order": ORDER}).json
    writing.ask("DELETE", TEMPLATE, id)
    fourth = writing.batch(id, ANN, BOB, key="news-1", variables={"order": ORDER}).json

    assert (first["accepted"], second["accepted"]) == (1, 2)
    assert second["emails"][1] == first["emails"][0] == fourth["emails"][0]
    assert third["emails"][0]["error"]["code"] == "CONFLICT"
    assert "templateId" in fourth["emails"][1]["error"]["message"]
    assert [each["To"] for each in writing.sent()] == [ANN["to"], "eve@example.com"]


def test_the_key_of_a_batch_is_not_that_of_a_single_email(writing: Writing) -> None:
    id = writing.template()
    single = writing.send_by(id, "k", variables=VARIABLES, to="bob@example.com").json

    batch = writing.batch(id, BOB, key="k", variables=VARIABLES).json

    assert batch["emails"][0]["error"] is None
    assert batch["emails"][0]["id"] != single["id"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"recipients": []}, "recipients must be"),
        ({"recipients": [BOB] * 51}, "recipients must be"),
        ({"recipients": [BOB, {"to": "B <BOB@example.com>"}]}, "an address twice"),
        ({"recipients": [{"to": "nobody"}]}, "to: no address"),
        ({"recipients": [{"to": "a@b.example", "text": "Hi"}]}, "text"),
        ({"templateId": "x"}, "templateId: no such template"),
        ({"templateVersion": 2}, "templateVersion"),
        ({"scheduledAt": "soon"}, "scheduledAt"),
        ({"variables": {"a b": 1}}, "variables: no name of a variable"),
    ],
)
def test_what_is_wrong_with_all_of_a_batch_is_one_error(
    writing: Writing, changes: dict[str, Any], named: str
) -> None:
    reply = writing.batch(writing.template(), ANN, **changes)

    assert named in error_of(reply)
    assert writing.sent() == []


def test_a_batch_needs_a_domain_of_ones_own(writing: Writing) -> None:
    reply = writing.batch(writing.template(), ANN, **{"from": "a@others.example"})

    assert reply.status == 403


def test_a_batch_ends_where_the_days_share_does_and_goes_on_the_next_day() -> None:
    writing = Writing()
    id = writing.template(subject="Hi", text="{{ name }}", html=None)
    several = [{"to": f"r{n}@example.com", "variables": {"name": n}} for n in range(10, 60)]
    assert writing.batch(id, *several, key="a").json["accepted"] == 50
    writing.batch(id, *({"to": f"s{n}@x.example", "variables": {"name": 1}} for n in range(48)))

    spent = writing.batch(id, ANN, BOB, several[0], several[1], key="b").json
    writing.memory.clock.advance(hours=13)
    later = writing.batch(id, ANN, BOB, several[0], several[1], key="b").json

    assert [each["error"] and each["error"]["code"] for each in spent["emails"]] == [
        *(None, None, "RATE_LIMIT_EXCEEDED", "RATE_LIMIT_EXCEEDED"),
    ]
    assert later["refused"] == 0
    assert later["emails"][:2] == spent["emails"][:2]


def test_a_suppressed_recipient_of_a_batch_gets_nothing(writing: Writing) -> None:
    from mayfly.sending.models import Suppression

    entry = Suppression("bob@example.com", "bounce", writing.memory.clock())
    writing.memory.suppressions.add(writing.account, entry)

    reply = writing.batch(writing.template(), ANN, BOB, variables={"order": ORDER}).json

    assert [each["status"] for each in reply["emails"]] == ["queued", "failed"]
    assert [each["To"] for each in writing.sent()] == [ANN["to"]]
