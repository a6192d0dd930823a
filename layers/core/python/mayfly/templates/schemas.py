"""The JSON of templates."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import Body, Count, PreciseTime, Uuid, View, about
from mayfly.templates import models
from mayfly.templates.models import Edition, Parts

_MOST = limits.TEMPLATE_NAME_CHARS
_MOST_BYTES = 8 * limits.TEMPLATE_BYTES  # letters may be escaped, and take six bytes then
_NAME = f"a string of 1 to {_MOST} characters on one line"
_VERSION = about("A version that is kept; without it, the latest", ge=1)

Name = Annotated[
    str, about("To know it again", must=_NAME, min_length=1, examples=["order confirmation"])
]


class TemplateSource(Body):
    """A template: in `{{ … }}` are variables, with filters; `{% if … %}` and `{% for … %}` work."""

    EXAMPLE = {
        "name": "order confirmation",
        "subject": "Your order {{ order.number }}",
        "text": "Hello {{ name }}, we have your order {{ order.number }}.",
        "html": "<p>Hello <b>{{ name }}</b>, we have your order {{ order.number }}.</p>",
    }
    MOST_BYTES = _MOST_BYTES
    LONGER = dict.fromkeys(("text", "html", "mjml"), limits.TEMPLATE_BYTES)

    name: Name
    subject: Annotated[str, about("One line of text, once it is rendered")]
    text: Annotated[
        str | None, about("The message in plain text; this, or one of the others, or both")
    ] = None
    html: Annotated[str | None, about("The message in HTML: variables are escaped")] = None
    mjml: Annotated[
        str | None, about("Instead of html: MJML, which is compiled to HTML when it is saved")
    ] = None

    def parts(self) -> tuple[str, Parts]:
        """The name and the source; InvalidInput for a name that cannot be."""
        name = self.name.strip()
        if not name or len(name) > _MOST or not name.isprintable():
            raise InvalidInput(f"name must be {_NAME}")
        return name, Parts(self.subject, self.text, self.html, self.mjml)


class PreviewRequest(Body):
    """With what a template is to be looked at."""

    EXAMPLE = {"variables": {"name": "Ann", "order": {"number": 4711}}}
    LONGER = {"variables": limits.TEMPLATE_VARIABLES_BYTES}

    variables: Annotated[
        dict[str, Any] | None,
        about("Without them, texts that are their names", must="an object"),
    ] = None
    version: Annotated[int, _VERSION] | None = None


class TemplateLine(View, rename="camel"):
    """A template of an account."""

    id: Uuid
    name: Name
    version: Annotated[Count, about("Its latest; each change makes another")]
    created_at: PreciseTime
    updated_at: PreciseTime


class TemplateVersion(View, rename="camel"):
    """A version that is kept."""

    version: Count
    created_at: PreciseTime


class Template(TemplateLine, rename="camel"):
    """A template with one version of what it says."""

    shown_version: Annotated[Count, about("The version that subject, text, html and mjml are of")]
    subject: str
    text: str | None
    html: Annotated[str | None, about("What is rendered; of MJML, what it was compiled to")]
    mjml: str | None
    variables: Annotated[
        list[str],
        about("What it reads: `name`, `order.number`, `lines[].price` of each entry of a list"),
    ]
    versions: Annotated[list[TemplateVersion], about("Those that are kept, oldest first")]

    @classmethod
    def of(cls, template: models.Template, edition: Edition) -> Self:
        """A template as its account sees it."""
        parts = edition.parts
        return cls.of_model(
            template,
            shown_version=edition.number,
            subject=parts.subject,
            text=parts.text,
            html=edition.html,
            mjml=parts.mjml,
            variables=list(edition.variables),
            versions=[
                TemplateVersion.of_model(each, version=each.number) for each in template.editions
            ],
        )


class Templates(View):
    """An account's templates."""

    templates: Annotated[list[TemplateLine], about("Oldest first")]
    limit: Annotated[Count, about("How many there may be")]

    @classmethod
    def of(cls, templates: Sequence[models.Template]) -> Self:
        """All of them."""
        return cls(
            templates=[TemplateLine.of_model(each) for each in templates],
            limit=limits.TEMPLATES_PER_ACCOUNT,
        )


class Preview(View):
    """A message as it would be sent."""

    subject: str
    text: str | None
    html: str | None
    variables: Annotated[dict[str, Any], about("What it was rendered with")]

    @classmethod
    def of(cls, rendered: models.Rendered, variables: Mapping[str, Any]) -> Self:
        """What a template says."""
        return cls.of_model(rendered, variables=dict(variables))


class DeletedTemplate(View):
    """What is answered when a template is gone."""

    id: Uuid
    deleted: bool = True
