"""The page's views, one after the other, for those who look at every one of them."""

from collections.abc import Iterator

from playwright.sync_api import expect

from infra.local.dns.server import NameServer
from tests.browser.mails import html_mail, mail
from tests.browser.members import ask, bring_active, enter, enter_setting, fill, register, top
from tests.browser.visits import Visit

COUNT = 72
NO_RELAY_YET = "404.*/config"
"""What browsers log when the page asks for the relay of a domain that has none."""


def states(visit: Visit, names: NameServer) -> Iterator[str]:
    """Brings the page into one state after the other, and tells its name."""
    page = visit.page
    yield "empty"
    for name in ("Show as QR code", "New address", "Log in"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield name
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    yield from states_with_mail(visit)
    yield from states_with_an_account(visit)
    yield from states_with_domains(visit, names)
    yield from states_with_sent_mail(visit)
    yield from states_of_a_domain(visit)
    yield from states_of_settings(visit)
    yield from states_of_rules(visit)
    yield from states_of_forwarding_and_exports(visit)
    yield from states_of_webhooks(visit)
    yield from states_of_templates(visit)
    yield from states_of_statistics(visit)


def states_with_mail(visit: Visit) -> Iterator[str]:
    page = visit.page
    html = "<h1>Hi</h1><p>Look: <img src=http://shop.example/a.png>"
    visit.receive(mail("one", files={"a.txt": b"a"}))
    visit.receive(html_mail("two", html))
    visit.receive(mail("Confirm", text="Your verification code is 482913."))
    yield "list"
    visit.read("two")
    expect(page.frame_locator("iframe.mail").get_by_text("Look")).to_be_visible()
    page.locator(".verdict summary").click()
    yield "message"
    page.keyboard.press("Escape")
    visit.read("Confirm")
    yield "code"
    page.keyboard.press("d")
    yield "note"


def states_with_an_account(visit: Visit) -> Iterator[str]:
    page = visit.page
    top(visit, "Log in")
    page.get_by_role("button", name="I need an account").click()
    expect(page.get_by_role("dialog", name="Create an account")).to_be_visible()
    yield "register"
    page.keyboard.press("Escape")
    register(visit)
    yield "account"
    top(visit, "Ann Example")
    expect(page.get_by_role("dialog", name="Profile")).to_be_visible()
    yield "profile"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New mailbox").click()
    expect(page.get_by_role("dialog").locator("option").first).to_be_attached()
    yield "new mailbox"
    page.keyboard.press("Escape")


def states_with_domains(visit: Visit, names: NameServer) -> Iterator[str]:
    page = visit.page
    enter(visit, "Domains")
    yield "no domain"
    page.get_by_role("button", name="Add a domain").click()
    yield "add a domain"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    visit.domain = bring_active(visit, names.zone)
    enter(visit, "Domains")
    yield "domains"
    page.get_by_role("link", name=visit.domain).click()
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".remark.good")).to_be_visible()
    expect(page.locator(".stage")).to_contain_text("of 8 are published correctly")
    yield "domain"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def states_with_sent_mail(visit: Visit) -> Iterator[str]:
    page = visit.page
    enter(visit, "Sent mail")
    yield "nothing sent"
    page.get_by_role("button", name="New mail", exact=True).click()
    yield "compose"
    fill(visit, "Send", local="shop", to="nobody@mayfly.example", subject="Hello", text="Hello")
    expect(page.get_by_role("link", name="Hello").locator(".pill")).to_have_text("Bounced")
    yield "sent"
    page.get_by_role("link", name="Hello").click()
    expect(page.locator(".history")).to_be_visible()
    yield "sent mail"


def states_of_a_domain(visit: Visit) -> Iterator[str]:
    page, stage = visit.page, visit.page.locator(".stage")
    enter(visit, "Domains")
    page.get_by_role("link", name=visit.domain).click()
    page.get_by_role("button", name="Add a record of your own").click()
    yield "add a record"
    fill(visit, "Add a record", name="www", value="192.0.2.1")
    expect(stage).to_contain_text("A record of your own")
    yield "own record"
    stage.get_by_role("link", name="DKIM, SPF, DMARC").click()
    expect(stage.locator("table")).to_have_count(3)
    yield "advice"
    stage.get_by_role("button", name="Add senders").click()
    yield "add senders"
    page.keyboard.press("Escape")
    stage.get_by_role("button", name="Choose a policy").click()
    yield "choose a policy"
    page.keyboard.press("Escape")
    stage.get_by_role("link", name="Relay").click()
    yield "no relay"
    stage.get_by_role("button", name="Use a relay").click()
    yield "use a relay"
    host = "smtp.a-relay-with-a-rather-long-name.example"
    fill(visit, "Save", host=host, port="2525", username="you", password="a phrase")
    expect(stage).to_contain_text("smtp.a-relay")
    yield "relay"
    stage.get_by_role("link", name="DKIM, SPF, DMARC").click()
    expect(stage.locator("table")).to_have_count(3)
    yield "advice with a relay"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def states_of_settings(visit: Visit) -> Iterator[str]:
    page, stage = visit.page, visit.page.locator(".stage")
    enter(visit, "Settings")
    yield "settings"
    enter_setting(visit, "Relays")
    yield "relays"
    enter_setting(visit, "Suppressed addresses")
    expect(stage).to_contain_text("nobody@mayfly.example")
    yield "suppressions"
    stage.get_by_role("button", name="Remove").click()
    yield "remove a suppression"
    page.keyboard.press("Escape")
    enter_setting(visit, "API keys")
    yield "no key"
    stage.get_by_role("button", name="Create an API key").click()
    yield "create a key"
    page.get_by_role("dialog").get_by_label("Read sent messages").check()
    fill(visit, "Create an API key", name="nightly tests " + "n" * 80)
    expect(page.get_by_role("dialog", name="Your new API key")).to_be_visible()
    yield "new key"
    page.keyboard.press("Escape")
    yield "API keys"


def states_of_rules(visit: Visit) -> Iterator[str]:
    page, stage = visit.page, visit.page.locator(".stage")
    dialog = page.get_by_role("dialog")
    enter_setting(visit, "Rules")
    yield "mailboxes with rules"
    stage.get_by_role("link", name="@").first.click()
    expect(page.get_by_role("heading", name="Rules of")).to_be_focused()
    yield "no rule"
    stage.get_by_role("button", name="New rule").click()
    dialog.get_by_role("button", name="Add a condition").click()
    dialog.get_by_label("Look at").last.select_option("header")
    yield "new rule"
    name = "Receipts " + "r" * 51
    dialog.get_by_label("Move to").select_option("archive")
    dialog.get_by_label("Header", exact=True).fill("X-" + "h" * 70)
    texts = dialog.get_by_role("textbox", name="Text")
    texts.first.fill("v" * 200)
    texts.last.fill("one\ntwo\nthree")
    fill(visit, "Save", name=name)
    expect(stage.get_by_role("button", name=f"Change {name}")).to_be_focused()
    yield "rules"
    stage.get_by_role("button", name="Try it").click()
    expect(stage).to_contain_text("Does not match")
    yield "tried"
    stage.get_by_role("combobox", name="Message").select_option("raw")
    yield "pasted"
    stage.get_by_role("button", name="Show as Sieve").click()
    yield "Sieve"
    page.keyboard.press("Escape")
    stage.get_by_role("button", name=f"Change {name}").click()
    dialog.get_by_role("button", name="As text").click()
    dialog.locator("textarea").fill('{"name":')
    fill(visit, "Save")
    yield "rule as text"
    page.keyboard.press("Escape")
    stage.get_by_role("button", name="Change", exact=True).click()
    yield "spam policy"
    page.keyboard.press("Escape")
    stage.get_by_role("button", name="Reject a sender").click()
    yield "reject a sender"
    fill(visit, "Reject a sender", rejectedSenders=f"{'s' * 60}@spam.example")
    expect(stage.get_by_role("list", name="Rejected senders")).to_be_visible()
    yield "rejected senders"
    stage.get_by_role("button", name=f"Delete {name}").click()
    yield "delete a rule"
    page.keyboard.press("Escape")
    enter(visit, "Domains")
    page.get_by_role("link", name=visit.domain).click()
    stage.get_by_role("link", name="Rules").click()
    expect(stage).to_contain_text("No rule yet")
    yield "rules of a domain"


def states_of_forwarding_and_exports(visit: Visit) -> Iterator[str]:
    page, stage = visit.page, visit.page.locator(".stage")
    enter(visit, "Settings")
    enter_setting(visit, "Forwarding")
    yield "no destination"
    stage.get_by_role("button", name="Add an address").click()
    yield "add a destination"
    page.keyboard.press("Escape")
    enter(visit, "Settings")
    enter_setting(visit, "Export")
    yield "exports"
    stage.get_by_role("button", name="Export All mailboxes").click()
    yield "begin an export"
    fill(visit, "Export")
    expect(stage).to_contain_text("Nothing is missing.")
    yield "an export"
    page.evaluate("location.hash = '#/forwarding/a-token'")
    expect(page.get_by_role("dialog", name="Shall mail be forwarded")).to_be_visible()
    yield "link to confirm forwarding"
    page.get_by_role("dialog").get_by_role("button", name="Forward nothing to me").click()
    yield "link to end forwarding"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def states_of_webhooks(visit: Visit) -> Iterator[str]:
    page, stage = visit.page, visit.page.locator(".stage")
    enter_setting(visit, "Webhooks")
    yield "no webhook"
    stage.get_by_role("button", name="Add a webhook").click()
    yield "add a webhook"
    fill(visit, "Save", url=f"http://127.0.0.1:9/{'hook' * 30}", description="tests" + "n" * 80)
    secret = page.get_by_role("dialog", name="The webhook's secret")
    expect(secret).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
    yield "webhook secret"
    page.keyboard.press("Escape")
    yield "webhooks"
    mailbox = ask(visit, "GET", "/api/user/mailbox")["mailboxes"][0]
    visit.laptop.send(mailbox["emailAddress"], mail("told of"))
    stage.get_by_role("link", name="tests").click()
    stage.get_by_role("button", name="Test now").click()
    expect(stage.locator(".remark")).to_contain_text("no connection")
    attempts = stage.locator("summary")
    for _ in range(50):
        stage.get_by_role("button", name="Refresh").click()
        expect(stage.get_by_role("button", name="Refresh")).to_be_focused()
        if attempts.count():
            break
    attempts.first.click()
    yield "webhook"
    stage.get_by_role("button", name="Send again since").click()
    yield "send again since"
    page.keyboard.press("Escape")


def states_of_templates(visit: Visit) -> Iterator[str]:
    page, stage = visit.page, visit.page.locator(".stage")
    enter_setting(visit, "Templates")
    yield "no template"
    stage.get_by_role("button", name="Create a template").click()
    yield "create a template"
    html = "<h1>Hello {{ name }}</h1>{% for each in lines %}{{ each.price }}{% endfor %}"
    fill(visit, "Save", name="order" + "n" * 80, subject="Order {{ order.number }}", html=html)
    expect(page.frame_locator("iframe.mail").get_by_role("heading")).to_be_visible()
    yield "template"
    enter_setting(visit, "Templates")
    yield "templates"
    enter(visit, "Sent mail")
    page.get_by_role("button", name="New mail", exact=True).click()
    page.get_by_role("dialog").get_by_label("Template").select_option(index=1)
    expect(page.get_by_role("dialog").get_by_label("order.number")).to_be_visible()
    yield "compose with a template"
    page.keyboard.press("Escape")


def states_of_statistics(visit: Visit) -> Iterator[str]:
    stage = visit.page.locator(".stage")
    enter_setting(visit, "Statistics")
    expect(stage.get_by_role("img").first).to_be_visible()
    yield "statistics"
    stage.locator("[name=groupBy]").select_option("outcome")
    stage.locator("[name=period]").select_option("")
    expect(stage.get_by_role("img", name="stored")).to_be_visible()
    yield "statistics by outcome"
    stage.get_by_role("link", name="The whole service").click()
    expect(stage.get_by_label("Admin key")).to_be_visible()
    yield "statistics of all"
