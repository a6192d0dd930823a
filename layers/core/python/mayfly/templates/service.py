"""What accounts do with templates: keep them in versions, look at them, and send with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mayfly import limits
from mayfly.errors import Contended, InvalidInput
from mayfly.kit.clock import Clock, Entropy, to_the_millisecond
from mayfly.sending.models import ENTROPY_BYTES, outgoing_id
from mayfly.templates.engine import Renderer
from mayfly.templates.language import Shape, check_part, note_variables
from mayfly.templates.markup import compiled
from mayfly.templates.models import (
    BrokenTemplate,
    Edition,
    Parts,
    Rendered,
    Template,
    TemplateNotFound,
    template_id,
)
from mayfly.templates.ports import Templates
from mayfly.templates.values import usable


@dataclass(frozen=True, slots=True)
class TemplateService:
    """The templates of accounts. A change is a new version; the last ones are kept."""

    templates: Templates
    now: Clock
    entropy: Entropy

    def create(self, account: str, name: str, parts: Parts) -> tuple[Template, Edition]:
        """Keep a new template; BrokenTemplate for what cannot be one, TemplatesFull."""
        now = to_the_millisecond(self.now())
        edition = Edition(1, parts, *checked(parts), now)
        line = self.templates.line(edition)
        id = outgoing_id(now, self.entropy(ENTROPY_BYTES))
        template = Template(account, id, name, now, now, (line,))
        self.templates.add(template, edition)
        return template, edition

    def of(self, account: str) -> Sequence[Template]:
        """The account's templates, oldest first."""
        return self.templates.of(account)

    def show(self, account: str, id: str, number: int | None) -> tuple[Template, Edition]:
        """A template with its latest version, or with one that is kept; TemplateNotFound."""
        template = self.templates.get(account, template_id(id))
        return template, self._edition(template, number)

    def update(self, account: str, id: str, name: str, parts: Parts) -> tuple[Template, Edition]:
        """Make another version; what is the same as the latest one makes none.

        Raises as `show` and `create`.
        """
        html, variables = checked(parts)
        for _ in range(limits.OUTGOING_WRITES):
            before, latest = self.show(account, id, None)
            now = to_the_millisecond(self.now())
            if latest.parts == parts:
                edition, line = None, None
                if before.name == name:
                    return before, latest
            else:
                edition = Edition(before.version + 1, parts, html, variables, now)
                line = self.templates.line(edition)
            after = before.edited(name, line, now, limits.TEMPLATE_VERSIONS)
            try:
                self.templates.save(before, after, edition)
            except Contended:
                continue
            return after, edition or latest
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the template")

    def delete(self, account: str, id: str) -> str:
        """Remove it with all versions; its id. TemplateNotFound."""
        for _ in range(limits.OUTGOING_WRITES):
            template = self.templates.get(account, template_id(id))
            try:
                self.templates.remove(template)
            except Contended:
                continue
            return template.id
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the template")

    def forget(self, account: str) -> None:
        """The account is gone."""
        self.templates.forget(account)

    def preview(
        self, account: str, id: str, number: int | None, variables: Mapping[str, Any] | None
    ) -> tuple[Rendered, Mapping[str, Any]]:
        """The message with these variables, or with ones that are made from their names."""
        _, edition = self.show(account, id, number)
        values = _sample(edition) if variables is None else variables
        return Renderer.of(edition).render(values), values

    def renderer(self, account: str, id: str, number: int | None) -> Renderer:
        """What puts a template together with variables, for several messages.

        InvalidInput, naming the field, for a template or version that is not there.
        """
        try:
            return Renderer.of(self.show(account, id, number)[1])
        except TemplateNotFound as error:
            field = "templateId" if number is None else "templateId or templateVersion"
            raise InvalidInput(f"{field}: {error}") from error

    def check_variables(self, variables: Mapping[str, Any]) -> None:
        """InvalidInput names the one that no template can use."""
        usable(variables)

    def _edition(self, template: Template, number: int | None) -> Edition:
        if number is None:
            number = template.version
        elif number not in {each.number for each in template.editions}:
            raise TemplateNotFound("this template has no such version")
        return self.templates.edition(template.account, template.id, number)


def checked(parts: Parts) -> tuple[str | None, tuple[str, ...]]:
    """The HTML that is rendered, and the variables of all parts; BrokenTemplate."""
    if parts.html is not None and parts.mjml is not None:
        raise InvalidInput("a template has html or mjml, not both")
    if parts.text is None and parts.html is None and parts.mjml is None:
        raise InvalidInput("a template needs text, html or mjml")
    shape = _shape(parts)
    html = parts.html
    if parts.mjml is not None:
        html = compiled(parts.mjml)
        for _ in check_part("mjml, as HTML", html):
            pass
    names = tuple(shape.names())
    Renderer(parts.subject, parts.text, html).check()
    return html, names


def _shape(parts: Parts) -> Shape:
    shape = Shape()
    for name in ("subject", "text", "html", "mjml"):
        source = getattr(parts, name)
        if source is None:
            continue
        _check_size(name, source)
        note_variables(check_part(name, source), shape)
    return shape


def _check_size(name: str, source: str) -> None:
    most = limits.TEMPLATE_SUBJECT_CHARS if name == "subject" else limits.TEMPLATE_BYTES
    try:
        size = len(source.encode())
    except UnicodeEncodeError as error:
        raise BrokenTemplate(name, None, "it must be Unicode text") from error
    if size > most:
        raise BrokenTemplate(name, None, f"it may have {most} bytes")


def _sample(edition: Edition) -> dict[str, Any]:
    sample = _shape(edition.parts).sample()
    return sample if isinstance(sample, dict) else {}
