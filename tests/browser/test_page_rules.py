"""Rules in the page: made, tried, ordered, switched off, deleted; and what is done with spam."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from infra.local.dns.server import NameServer
from tests.browser.mails import mail
from tests.browser.members import (
    ask,
    bring_active,
    dialog,
    enter,
    enter_setting,
    fill,
    register,
)
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM
SHOP = "Shop <orders@shop.example>"
ARCHIVE: list[Any] = [{"fileinto": "archive"}]
TEXT = re.compile("^Text")
"""What a condition compares with; its label begins so."""
ALL = {"name": "All", "then": ARCHIVE}
NESTED = {
    "name": "Nested",
    "if": {"not": {"anyof": [{"exists": ["list-id"]}, {"size": {"over": 5}}]}},
    "then": [{"keep": True}],
}


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody with an account, and a mailbox with two messages."""
    visit.receive(mail("Your receipt", sender=SHOP), mail("Lunch?"))
    register(visit)
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def path(visit: Visit) -> str:
    (mailbox,) = ask(visit, "GET", "/api/user/mailbox")["mailboxes"]
    return f"/api/user/mailbox/{mailbox['id']}"


def kept(visit: Visit) -> Any:
    return ask(visit, "GET", f"{path(visit)}/rules")


def put(visit: Visit, *rules: object) -> None:
    ask(visit, "PUT", f"{path(visit)}/rules", {"rules": rules})


def open_rules(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Rules of this mailbox").click()
    expect(visit.page.get_by_role("heading", name="Rules of")).to_be_focused()


def act(visit: Visit, name: str) -> None:
    stage(visit).get_by_role("button", name=name, exact=True).click()


def names(visit: Visit) -> Locator:
    return stage(visit).locator(".rules .strong")


def test_a_rule_is_made_in_the_form_and_files_the_next_message(member: Visit) -> None:
    open_rules(member)
    expect(stage(member)).to_contain_text("A rule moves, marks, discards or forwards")
    act(member, "New rule")
    form = dialog(member)
    form.get_by_label(TEXT).fill("orders@shop.example\n\nbilling@shop.example")
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_label(TEXT).last.fill("receipt")
    form.get_by_label("Which messages").select_option("anyof")
    form.get_by_label("Move to").select_option("archive")
    form.get_by_label("Mark as read").check()
    form.get_by_label("Stop").check()
    fill(member, "Save", name="Receipts")

    told(member.page, "Receipts is saved.")
    expect(stage(member)).to_contain_text(
        "If: From contains “orders@shop.example” or “billing@shop.example” or Subject contains"
    )
    expect(stage(member)).to_contain_text("Then: move to Archive, mark as read, stop")
    (rule,) = kept(member)["rules"]
    assert [next(iter(each)) for each in rule["if"]["anyof"]] == ["address", "header"]
    member.page.keyboard.press("Escape")
    member.page.keyboard.press("Escape")
    member.page.keyboard.press("Escape")
    member.receive(mail("Another receipt"))
    (filed,) = ask(member, "GET", f"{path(member)}/messages?after=2")["messages"]
    assert (filed["folder"], filed["isRead"]) == ("archive", True)


@pytest.mark.parametrize(
    "kind, typed, test",
    [
        ("fromDomain", {"Text": "shop.example"}, "address"),
        ("to", {"Text": "you@"}, "address"),
        ("header", {"Header": "List-Id", "Text": "news"}, "header"),
        ("exists", {"Header": "List-Id"}, "exists"),
        ("over", {"KB": "1.5"}, "size"),
        ("under", {"KB": "20"}, "size"),
    ],
)
def test_each_condition_is_shown_again_as_it_was_typed(
    member: Visit, kind: str, typed: dict[str, str], test: str
) -> None:
    open_rules(member)
    act(member, "New rule")
    dialog(member).get_by_label("Look at").select_option(kind)
    for label, text in typed.items():
        dialog(member).get_by_label(re.compile(f"^{label}")).fill(text)
    dialog(member).get_by_label("Flag").check()
    fill(member, "Save", name="One")
    told(member.page, "One is saved.")
    (rule,) = kept(member)["rules"]
    assert list(rule["if"]) == [test]

    act(member, "Change One")

    expect(dialog(member).get_by_label("Look at")).to_have_value(kind)
    for label, text in typed.items():
        expect(dialog(member).get_by_label(re.compile(f"^{label}"))).to_have_value(text)
    fill(member, "Save")
    expect(dialog(member)).to_have_count(0)
    assert kept(member)["rules"] == [rule]


def test_a_rule_without_conditions_is_for_all_mail(member: Visit) -> None:
    open_rules(member)
    act(member, "New rule")
    dialog(member).get_by_role("button", name="Remove condition 1").click()
    expect(dialog(member)).to_contain_text("Without a condition, the rule is for all mail.")
    dialog(member).get_by_label("Discard").check()
    fill(member, "Save", name="None")

    expect(stage(member)).to_contain_text("If: all mail")
    (rule,) = kept(member)["rules"]
    assert "if" not in rule


def test_what_is_wrong_is_said_at_the_field_of_the_condition(member: Visit) -> None:
    member.witness.expect("400")
    put(member, ALL)
    open_rules(member)
    act(member, "New rule")
    form = dialog(member)
    form.get_by_label(TEXT).fill("shop")
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_label(TEXT).last.fill("x" * 300)
    fill(member, "Save", name="Two")
    folder = form.get_by_label("Move to")
    expect(folder).to_have_accessible_description("Choose at least one thing that the rule does.")
    folder.select_option("archive")

    fill(member, "Save")
    long = form.get_by_label(TEXT).last
    expect(long).to_be_focused()
    expect(long).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label(TEXT).first).not_to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("alert")).to_contain_text("Text must be")
    long.fill("receipt")
    fill(member, "Save", name="All")
    name = form.get_by_label("Name")
    expect(name).to_have_accessible_description("Name is that of another rule")
    assert [each["name"] for each in kept(member)["rules"]] == ["All"]


def test_what_the_form_cannot_show_is_a_text_with_its_mistakes_selected(member: Visit) -> None:
    member.witness.expect("400")
    put(member, NESTED)
    open_rules(member)
    expect(stage(member)).to_contain_text("If: not (it has the header list-id or larger than 5 B)")
    act(member, "Change Nested")
    text = dialog(member).get_by_label("The rule as text")
    before = json.loads(text.input_value())
    selected = "each => each.value.slice(each.selectionStart, each.selectionEnd)"
    wrong = {"not": {"anyof": [{"exists": ["list-id"]}, {"size": {"over": 5, "under": 9}}]}}
    typed = json.dumps({**before, "if": wrong}, indent=1)
    text.fill(typed)

    fill(member, "Save")
    alert = dialog(member).get_by_role("alert")
    expect(alert).to_contain_text("if.not.anyof[1].size must have exactly one of: over, under")
    line = typed[: typed.index('"over"')].count("\n")  # where its bracket is
    expect(alert).to_contain_text(f"Line {line}:")
    expect(text).to_be_focused()
    assert json.loads(text.evaluate(selected)) == {"over": 5, "under": 9}
    text.fill('{"name": "Nested",\n"if": }')
    fill(member, "Save")
    expect(alert).to_contain_text("Line 2:")
    assert text.evaluate(selected) == "}"
    text.fill(json.dumps({**before, "then": ARCHIVE}))
    fill(member, "Save")

    told(member.page, "Nested is saved.")
    assert kept(member)["rules"] == [{**before, "then": ARCHIVE}]


def test_the_form_goes_over_into_the_text_with_what_was_typed(member: Visit) -> None:
    open_rules(member)
    act(member, "New rule")
    dialog(member).locator("[name=name]").fill("Shop")
    dialog(member).get_by_label(TEXT).fill("shop")
    dialog(member).get_by_role("button", name="As text").click()

    text = json.loads(dialog(member).get_by_label("The rule as text").input_value())
    assert (text["name"], text["if"]["address"]["values"]) == ("Shop", ["shop"])


def test_rules_are_moved_and_switched_off_by_the_keyboard(member: Visit) -> None:
    put(member, *({**ALL, "name": each} for each in ("One", "Two", "Three")))
    open_rules(member)
    expect(names(member)).to_have_text(["One", "Two", "Three"])

    stage(member).get_by_role("button", name="Move Three up").focus()
    member.page.keyboard.press("Enter")
    expect(names(member)).to_have_text(["One", "Three", "Two"])
    expect(stage(member).get_by_role("button", name="Move Three up")).to_be_focused()
    member.page.keyboard.press("Enter")
    expect(names(member)).to_have_text(["Three", "One", "Two"])
    expect(stage(member).get_by_role("button", name="Move Three down")).to_be_focused()
    expect(member.page.locator("#spoken")).to_have_text("Three is number 1 now.")
    box = stage(member).get_by_role("checkbox", name="One is on")
    box.focus()
    member.page.keyboard.press("Space")

    expect(stage(member).locator(".pill")).to_have_text(["Off"])
    expect(box).to_be_focused()
    found = kept(member)["rules"]
    assert [each["name"] for each in found] == ["Three", "One", "Two"]
    assert [each["enabled"] for each in found] == [True, False, True]


def test_a_rule_is_deleted_only_when_somebody_is_sure(member: Visit) -> None:
    put(member, ALL)
    open_rules(member)
    act(member, "Delete All")
    dialog(member).get_by_role("button", name="Cancel").click()
    assert len(kept(member)["rules"]) == 1

    act(member, "Delete All")
    dialog(member).get_by_role("button", name="Delete").click()

    told(member.page, "All is deleted.")
    expect(stage(member)).to_contain_text("No rule yet")
    assert kept(member)["rules"] == []


def test_what_was_changed_elsewhere_is_not_written_over(member: Visit) -> None:
    put(member, ALL)
    open_rules(member)
    put(member, ALL, {**ALL, "name": "From elsewhere"})

    stage(member).get_by_role("checkbox", name="All is on").click()

    told(member.page, "These rules were changed elsewhere meanwhile.")
    expect(names(member)).to_have_text(["All", "From elsewhere"])
    expect(stage(member).get_by_role("checkbox", name="All is on")).to_be_checked()
    assert len(kept(member)["rules"]) == 2


def test_rules_are_tried_step_by_step_and_change_nothing(member: Visit) -> None:
    shop = {"address": {"names": ["from"], "match": "contains", "values": ["shop.example"]}}
    receipt = {"header": {"names": ["subject"], "match": "contains", "values": ["receipt"]}}
    first = {"name": "First", "if": {"allof": [shop, receipt]}, "then": [*ARCHIVE, {"stop": True}]}
    put(member, first, {**ALL, "name": "Second"})
    open_rules(member)
    tried = stage(member).locator(".steps > li")
    stage(member).get_by_role("combobox", name="Message").select_option(label="Your receipt (Shop)")
    act(member, "Try it")

    expect(stage(member)).to_contain_text("It would lie in Archive")
    expect(tried).to_have_count(2)
    expect(tried.first).to_contain_text("Matches")
    expect(tried.first.get_by_role("listitem")).to_have_text(
        [
            "True: From contains “shop.example”",
            "True: Subject contains “receipt”",
            "True: All of these",
        ]
    )
    expect(tried.first).to_contain_text("It does: move to Archive, stop.")
    expect(tried.last).to_contain_text("Not looked at")
    expect(stage(member).get_by_role("button", name="Try it")).to_be_focused()
    stage(member).get_by_role("combobox", name="Message").select_option("raw")
    raw = "From: a@shop.example\nSubject: Hello\n\nHi"
    stage(member).get_by_label("The raw message").fill(raw)
    act(member, "Try it")

    expect(tried.first).to_contain_text("Does not match")
    expect(tried.first).to_contain_text("Not true: Subject contains “receipt”")
    expect(tried.last).to_contain_text("move to Archive")
    messages = ask(member, "GET", f"{path(member)}/messages")["messages"]
    assert {each["folder"] for each in messages} == {"inbox"}


def test_rules_are_shown_as_sieve(member: Visit) -> None:
    put(member, ALL)
    open_rules(member)

    act(member, "Show as Sieve")

    expect(dialog(member).locator("pre")).to_contain_text('fileinto "Archive";')
    dialog(member).get_by_role("button", name="Copy").click()
    told(member.page, "Copied")


def test_spam_is_treated_as_its_owner_chooses(member: Visit) -> None:
    put(member, ALL)
    open_rules(member)
    act(member, "Change")
    dialog(member).get_by_label("What is done with spam").select_option("reject")
    fill(member, "Save")
    told(member.page, "Saved.")
    expect(stage(member)).to_contain_text("Hide it, and reject its sender")

    act(member, "Reject a sender")
    fill(member, "Reject a sender", rejectedSenders="Win@spam.example")
    told(member.page, "Messages of Win@spam.example are discarded from now on.")
    rules = kept(member)
    assert (rules["spamPolicy"], rules["rejectedSenders"]) == ("reject", ["win@spam.example"])
    assert [each["name"] for each in rules["rules"]] == ["All"]
    act(member, "Remove win@spam.example")
    dialog(member).get_by_role("button", name="Cancel").click()
    assert kept(member)["rejectedSenders"] == ["win@spam.example"]
    act(member, "Remove win@spam.example")
    dialog(member).get_by_role("button", name="Accept").click()

    told(member.page, "Messages of win@spam.example are accepted again.")
    assert kept(member)["rejectedSenders"] == []


def test_the_settings_lead_to_the_rules_of_mailboxes_and_domains(
    member: Visit, names: NameServer
) -> None:
    domain = bring_active(member, names.zone)
    enter_setting(member, "Rules")
    stage(member).get_by_role("link", name="@mayfly.example").click()
    expect(member.page.get_by_role("heading", name="Rules of")).to_be_focused()
    enter(member, "Settings")
    enter_setting(member, "Rules")
    stage(member).get_by_role("link", name=domain).click()
    expect(member.page.get_by_role("heading", name=domain)).to_be_focused()

    act(member, "New rule")
    dialog(member).get_by_label(TEXT).fill("shop.example")
    dialog(member).get_by_label("Flag").check()
    fill(member, "Save", name="For all")
    expect(stage(member)).to_contain_text("These run first")
    expect(stage(member)).not_to_contain_text("Rejected senders")
    stage(member).get_by_label("The raw message").fill("From: a@shop.example\n\nHi")
    act(member, "Try it")

    expect(stage(member)).to_contain_text("Flagged.")
    (found,) = ask(member, "GET", "/api/v1/domains")["domains"]
    (rule,) = ask(member, "GET", f"/api/v1/domains/{found['id']}/rules")["rules"]
    assert rule["name"] == "For all"
