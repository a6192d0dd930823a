"""Templates in the page: written, corrected, looked at, kept in versions, and sent."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from infra.local.dns.server import NameServer
from tests.browser.elsewhere import Elsewhere, elsewhere
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
from tests.local.mayfly import ROOT

pytestmark = NEEDS_CHROMIUM
TEMPLATES = "/api/v1/templates"
ORDER = {
    "name": "Order",
    "subject": "Order {{ order.number }}",
    "text": "Hello {{ name }}",
    "html": "<h1>Hello {{ name }}</h1>{% for line in lines %}<p>{{ line.price }}</p>{% endfor %}",
}
MJML = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Hello {{ name }}</mj-text>
</mj-column></mj-section></mj-body></mjml>"""


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody who has just made an account."""
    visit.email = register(visit)
    return visit


@pytest.fixture
def host() -> Iterator[Elsewhere]:
    """Where the pictures of a template are."""
    with elsewhere((ROOT / "web/icon-192.png").read_bytes(), "image/png") as host:
        yield host


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def press(visit: Visit, name: str) -> None:
    stage(visit).get_by_role("button", name=name, exact=True).click()


def shown(visit: Visit) -> FrameLocator:
    """What the frame of the preview has in it."""
    return stage(visit).frame_locator("iframe.mail")


def given(visit: Visit, **changed: Any) -> str:
    """A template made over the API, opened in the page; its id."""
    made = ask(visit, "POST", TEMPLATES, ORDER | changed)
    visit.page.evaluate("id => { location.hash = `#/templates/${id}` }", made["id"])
    expect(stage(visit).get_by_role("heading", level=1)).to_be_focused()
    return str(made["id"])


def kept(visit: Visit) -> Any:
    return ask(visit, "GET", TEMPLATES)["templates"]


def test_a_template_is_written_and_looked_at(member: Visit) -> None:
    enter_setting(member, "Templates")
    expect(stage(member)).to_contain_text("No template yet")
    press(member, "Create a template")
    fill(member, "Save", **ORDER)

    expect(member.page.get_by_role("heading", name="Order", exact=True)).to_be_focused()
    expect(stage(member)).to_contain_text("order.number, name, lines[].price")
    expect(shown(member).get_by_role("heading")).to_have_text("Hello name")
    expect(stage(member).locator("pre")).to_have_text("Hello name")
    stage(member).get_by_label("order.number").fill("4711")
    stage(member).get_by_label("name", exact=True).fill("<b>Ann</b>")
    stage(member).get_by_label("lines, as JSON").fill('[{"price": 12}, {"price": 30}]')
    press(member, "Update the preview")
    expect(shown(member).get_by_role("heading")).to_have_text("Hello <b>Ann</b>")
    expect(shown(member).locator("p")).to_have_text(["12", "30"])
    expect(stage(member)).to_contain_text("Order 4711")

    enter_setting(member, "Templates")
    expect(stage(member).get_by_role("link", name="Order")).to_contain_text("Version 1")


def test_mjml_is_compiled_and_stays_mjml(member: Visit) -> None:
    enter_setting(member, "Templates")
    press(member, "Create a template")
    dialog(member).get_by_label("Formatted as").select_option("mjml")
    fill(member, "Save", name="News", subject="News", mjml=MJML)

    expect(shown(member).get_by_text("Hello name")).to_be_visible()
    press(member, "Edit")
    expect(dialog(member).locator("[name=mjml]")).to_have_value(MJML)
    fill(member, "Save", name="Newsletter")
    expect(member.page.get_by_role("heading", name="Newsletter")).to_be_visible()
    (line,) = kept(member)
    assert line["version"] == 1  # a name alone is no other version


def test_a_mistake_is_said_at_its_field_with_its_line_chosen(member: Visit) -> None:
    member.witness.expect("400")
    enter_setting(member, "Templates")
    press(member, "Create a template")

    fill(member, "Save", name="x", subject="x", html="<p>\n{% include 'y' %}\n</p>")

    source = dialog(member).locator("[name=html]")
    expect(source).to_have_attribute("aria-invalid", "true")
    expect(source).to_have_accessible_description(re.compile("Html, line 2: no such block"))
    expect(source).to_be_focused()
    chosen = source.evaluate("each => each.value.slice(each.selectionStart, each.selectionEnd)")
    assert chosen == "{% include 'y' %}"

    dialog(member).get_by_label("Formatted as").select_option("mjml")
    fill(member, "Save", mjml="<mjml>\n<mj-bod>\n</mj-bod></mjml>")
    source = dialog(member).locator("[name=mjml]")
    expect(source).to_have_accessible_description(re.compile("Mjml, line 2"))

    dialog(member).get_by_label("Formatted as").select_option("html")
    fill(member, "Save", subject="{{ x", html="<p>")
    subject = dialog(member).locator("[name=subject]")
    expect(subject).to_have_attribute("aria-invalid", "true")
    assert kept(member) == []


def test_each_change_is_a_version_and_an_older_one_can_come_back(member: Visit) -> None:
    id = given(member)
    press(member, "Edit")
    expect(dialog(member).locator("[name=html]")).to_have_value(ORDER["html"])
    fill(member, "Save", html="<h1>Bye {{ whom }}</h1>")
    expect(shown(member).get_by_role("heading")).to_have_text("Bye whom")
    versions = stage(member).get_by_label("Versions")
    expect(versions.locator("option")).to_have_count(2)

    versions.select_option(value="1")
    expect(shown(member).get_by_role("heading")).to_have_text("Hello name")
    expect(versions).to_be_focused()
    expect(stage(member).get_by_label("name", exact=True)).to_be_visible()
    press(member, "Edit")
    expect(dialog(member)).to_contain_text("Saving this makes version 3")
    fill(member, "Save")

    expect(versions.locator("option")).to_have_count(3)
    assert ask(member, "GET", f"{TEMPLATES}/{id}")["html"] == ORDER["html"]


def test_values_that_cannot_be_are_said_and_the_preview_stays(member: Visit) -> None:
    given(member)
    expect(shown(member).get_by_role("heading")).to_be_visible()

    stage(member).get_by_label("lines, as JSON").fill("[1,")
    press(member, "Update the preview")

    lines = stage(member).get_by_label("lines, as JSON")
    expect(lines).to_have_accessible_description(re.compile("Lines must be JSON"))
    expect(lines).to_be_focused()
    expect(shown(member).get_by_role("heading")).to_have_text("Hello name")


def test_a_preview_can_do_nothing_to_the_page(member: Visit, host: Elsewhere) -> None:
    member.witness.expect("Content Security Policy|sandboxed")
    before = member.page.url
    given(
        member,
        html=f"""<h1>Here</h1><script>parent.document.title = "out"</script>
        <img src="http://{host.host}/a.png" onerror="document.body.textContent = 'ran'">
        <form action="http://{host.host}/form" method="post"><button>Go</button></form>
        <style>h1 {{ color: rgb(1, 2, 3) }}</style>""",
    )

    heading = shown(member).get_by_role("heading", name="Here")
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    shown(member).get_by_role("button", name="Go").click()
    expect(heading).to_be_visible()
    assert stage(member).locator("h1").count() == 1  # the template's is in the frame alone
    assert member.page.title() != "out"
    assert member.page.url.startswith(before.split("#")[0])
    assert host.asked == []
    member.witness.strangers.clear()  # what was blocked on its way out


def test_images_from_elsewhere_are_loaded_only_when_asked_for(
    member: Visit, host: Elsewhere
) -> None:
    member.witness.expect("Content Security Policy")
    given(member, html=f'<h1>Hi</h1><img alt="logo" src="http://{host.host}/a.png">')
    expect(shown(member).get_by_role("heading")).to_be_visible()
    assert host.asked == []

    press(member, "Show images")

    logo = shown(member).get_by_role("img", name="logo")
    expect(logo).to_have_js_property("naturalWidth", 192)
    assert [path for path, _ in host.asked] == ["/a.png"]
    member.witness.strangers.clear()


def test_a_template_is_deleted_only_when_somebody_is_sure(member: Visit) -> None:
    given(member)
    press(member, "Delete")
    dialog(member).get_by_role("button", name="Cancel").click()
    assert len(kept(member)) == 1

    press(member, "Delete")
    dialog(member).get_by_role("button", name="Delete", exact=True).click()

    told(member.page, "Order is deleted.")
    expect(stage(member)).to_contain_text("No template yet")
    assert kept(member) == []


def test_a_message_is_written_with_a_template(visit: Visit, names: NameServer) -> None:
    register(visit)
    bring_active(visit, names.zone)
    ask(visit, "POST", TEMPLATES, ORDER)
    address = visit.address
    enter(visit, "Sent mail")
    press(visit, "New mail")
    dialog(visit).locator("[name=local]").fill("shop")
    dialog(visit).locator("[name=to]").fill(address)
    dialog(visit).get_by_label("Template").select_option(label="Order")
    expect(dialog(visit).locator("[name=text]")).to_be_hidden()

    dialog(visit).get_by_label("order.number").fill("007")
    dialog(visit).get_by_label("name", exact=True).fill("Ann")
    dialog(visit).get_by_label("lines, as JSON").fill('[{"price": "9.50"}]')
    fill(visit, "Send")

    expect(stage(visit).get_by_role("link", name="Order 007")).to_be_visible()
    visit.page.evaluate("location.hash = ''")
    visit.read("Order 007")
    message = visit.page.frame_locator("#reader iframe.mail")
    expect(message.get_by_role("heading")).to_have_text("Hello Ann")
    expect(message.locator("p")).to_have_text("9.50")


def test_the_words_of_a_message_are_there_again_without_the_template(
    visit: Visit, names: NameServer
) -> None:
    register(visit)
    bring_active(visit, names.zone)
    ask(visit, "POST", TEMPLATES, ORDER)
    address = visit.address
    enter(visit, "Sent mail")
    press(visit, "New mail")
    subject = dialog(visit).locator("[name=subject]")
    subject.fill("By hand")
    chosen = dialog(visit).get_by_label("Template")
    chosen.select_option(label="Order")
    expect(subject).to_be_hidden()
    chosen.select_option(label="None: write the message here")
    expect(subject).to_have_value("By hand")

    fill(visit, "Send", local="shop", to=address, text="Hello")

    expect(stage(visit).get_by_role("link", name="By hand")).to_be_visible()
