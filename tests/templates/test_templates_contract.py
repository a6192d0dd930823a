"""What every Templates must do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.dynamodb.table import Table
from mayfly.settings import Settings
from mayfly.templates.dynamodb import DynamoTemplates
from mayfly.templates.models import (
    Edition,
    EditionLine,
    Parts,
    Template,
    TemplateNotFound,
    TemplatesFull,
)
from mayfly.templates.ports import Templates
from tests import samples
from tests.aws import SIDES, on_side
from tests.memory import FakeClock, Memory

ANN, BOB = "0a0a0a0a-0000-8000-8000-000000000001", "0b0b0b0b-0000-8000-8000-000000000002"
PARTS = Parts("Hello {{ name }}", "Grüße\r\n{{ a.b }}", None, "<mjml><mj-body/></mjml>")
LARGE = 3 * limits.MIB


@pytest.fixture(params=SIDES)
def templates(request: pytest.FixtureRequest) -> Iterator[Templates]:
    if request.param == "fake":
        yield Memory().templates
        return
    settings = Settings()
    with on_side(settings) as clients:
        yield DynamoTemplates(Table(clients["dynamodb"], settings.table_name, FakeClock().pause))


def an_edition(number: int = 1, parts: Parts = PARTS) -> Edition:
    return Edition(number, parts, "<p>{{ name }}</p>", ("name", "a.b"), samples.NOW)


def added(templates: Templates, number: int = 1, account: str = ANN, size: int = 0) -> Template:
    """A template with this number in its id, whose version is said to be so large."""
    edition = an_edition()
    line = templates.line(edition)
    if size:
        line = replace(line, size_bytes=size)
    id = f"019b76da-a800-7000-8000-{number:012}"
    template = Template(account, id, f"no. {number}", samples.NOW, samples.NOW, (line,))
    templates.add(template, edition)
    return template


def edited(templates: Templates, before: Template, most: int = 20, size: int = 0) -> Template:
    edition = an_edition(before.version + 1, replace(PARTS, subject=f"{before.version + 1}"))
    line = templates.line(edition)
    if size:
        line = replace(line, size_bytes=size)
    later = samples.NOW + timedelta(hours=1)
    after = before.edited("renamed", line, later, most)
    templates.save(before, after, edition)
    return after


def test_a_template_is_read_as_it_was_added(templates: Templates) -> None:
    template = added(templates)

    assert templates.get(ANN, template.id) == template
    assert templates.edition(ANN, template.id, 1) == an_edition()
    assert templates.of(ANN) == [template]


def test_a_version_says_what_it_takes(templates: Templates) -> None:
    small = templates.line(an_edition())
    large = templates.line(an_edition(parts=replace(PARTS, text="x" * 9 + "äöü" * 9999)))

    assert small == EditionLine(1, samples.NOW, small.size_bytes)
    assert 50 < small.size_bytes < large.size_bytes < 2000  # compressed


def test_templates_are_listed_by_account_and_oldest_first(templates: Templates) -> None:
    second, first = added(templates, 2), added(templates, 1)
    others = added(templates, 3, BOB)

    assert templates.of(ANN) == [first, second]
    assert templates.of(BOB) == [others]
    with pytest.raises(TemplateNotFound):
        templates.get(BOB, first.id)
    with pytest.raises(TemplateNotFound):
        templates.edition(BOB, first.id, 1)


def test_versions_that_are_not_listed_any_more_go(templates: Templates) -> None:
    first = added(templates)
    second = edited(templates, first)

    third = edited(templates, second, most=2)

    assert templates.get(ANN, first.id) == third
    assert [each.number for each in third.editions] == [2, 3]
    assert templates.edition(ANN, first.id, 2).parts.subject == "2"
    assert templates.edition(ANN, first.id, 3).parts.subject == "3"
    with pytest.raises(TemplateNotFound):
        templates.edition(ANN, first.id, 1)


def test_a_name_changes_without_a_version(templates: Templates) -> None:
    template = added(templates)

    after = template.edited("renamed", None, samples.NOW, 20)
    templates.save(template, after, None)

    assert templates.get(ANN, template.id) == after
    assert after.version == 1


def test_of_two_changes_of_one_version_one_gives_way(templates: Templates) -> None:
    template = added(templates)
    edited(templates, template)

    with pytest.raises(Contended):
        edited(templates, template)
    with pytest.raises(Contended):
        templates.remove(template)

    assert templates.get(ANN, template.id).version == 2


def test_a_removed_template_is_gone_with_its_versions(templates: Templates) -> None:
    second = edited(templates, added(templates))

    templates.remove(second)

    assert templates.of(ANN) == []
    for number in (1, 2):
        with pytest.raises(TemplateNotFound):
            templates.edition(ANN, second.id, number)
    with pytest.raises(TemplateNotFound):
        templates.remove(second)


def test_an_account_has_so_many_templates_and_room_again_after_one(templates: Templates) -> None:
    made = [added(templates, number) for number in range(limits.TEMPLATES_PER_ACCOUNT)]

    with pytest.raises(TemplatesFull):
        added(templates, 999)
    assert len(templates.of(ANN)) == limits.TEMPLATES_PER_ACCOUNT
    added(templates, 999, BOB)

    templates.remove(made[0])
    added(templates, 999)


def test_an_account_has_so_many_bytes_of_them(templates: Templates) -> None:
    first = added(templates, 1, size=limits.TEMPLATES_BYTES - LARGE)

    with pytest.raises(TemplatesFull):
        added(templates, 2, size=LARGE + 1)
    with pytest.raises(TemplatesFull):
        edited(templates, first, size=LARGE + 1)
    assert templates.get(ANN, first.id) == first

    second = edited(templates, first, size=LARGE)
    smaller = edited(templates, second, most=1, size=1)
    added(templates, 2, size=limits.TEMPLATES_BYTES - 1)
    assert templates.get(ANN, first.id) == smaller


def test_what_an_account_had_is_forgotten_as_a_whole(templates: Templates) -> None:
    edited(templates, added(templates, 1))
    added(templates, 2, size=limits.TEMPLATES_BYTES - LARGE)
    others = added(templates, 3, BOB)

    templates.forget(ANN)
    templates.forget(ANN)

    assert templates.of(ANN) == []
    assert templates.of(BOB) == [others]
    added(templates, 4, size=limits.TEMPLATES_BYTES)
