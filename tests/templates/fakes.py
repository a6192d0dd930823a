"""Templates in memory."""

from collections.abc import Sequence

from mayfly import limits
from mayfly.errors import Contended
from mayfly.templates.models import Edition, EditionLine, Template, TemplateNotFound, TemplatesFull
from mayfly.templates.rows import source_bytes


class FakeTemplates:
    """Templates and their versions in dicts."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Template] = {}
        self.editions: dict[tuple[str, str, int], Edition] = {}

    def line(self, edition: Edition) -> EditionLine:
        return EditionLine(edition.number, edition.created_at, len(source_bytes(edition)))

    def add(self, template: Template, edition: Edition) -> None:
        held = self.of(template.account)
        if len(held) >= limits.TEMPLATES_PER_ACCOUNT:
            raise TemplatesFull("too many")
        self._check_room(template.account, template.size_bytes)
        self.rows[template.account, template.id] = template
        self.editions[template.account, template.id, edition.number] = edition

    def of(self, account: str) -> Sequence[Template]:
        return [self.rows[key] for key in sorted(self.rows) if key[0] == account]

    def get(self, account: str, id: str) -> Template:
        if (account, id) not in self.rows:
            raise TemplateNotFound("no such template")
        return self.rows[account, id]

    def edition(self, account: str, id: str, number: int) -> Edition:
        if (account, id, number) not in self.editions:
            raise TemplateNotFound("this template has no such version")
        return self.editions[account, id, number]

    def save(self, before: Template, after: Template, edition: Edition | None) -> None:
        self._check(before)
        self._check_room(after.account, after.size_bytes - before.size_bytes)
        self.rows[after.account, after.id] = after
        if edition is not None:
            self.editions[after.account, after.id, edition.number] = edition
        for each in set(before.editions) - set(after.editions):
            del self.editions[after.account, after.id, each.number]

    def remove(self, template: Template) -> None:
        self.get(template.account, template.id)
        self._check(template)
        del self.rows[template.account, template.id]
        for each in template.editions:
            del self.editions[template.account, template.id, each.number]

    def forget(self, account: str) -> None:
        for key in [each for each in self.rows if each[0] == account]:
            self.remove(self.rows[key])

    def _check(self, template: Template) -> None:
        there = self.rows.get((template.account, template.id))
        if there is None or there.revision != template.revision:
            raise Contended("somebody else has just changed the template")

    def _check_room(self, account: str, more: int) -> None:
        held = sum(each.size_bytes for each in self.of(account))
        if more > 0 and held + more > limits.TEMPLATES_BYTES:
            raise TemplatesFull("too many bytes")
