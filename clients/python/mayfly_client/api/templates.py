"""Templates: what such mail says, with variables; in versions.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """A version that is kept."""

    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template with one version of what it says."""

    id: str
    name: str
    version: int
    created_at: datetime
    updated_at: datetime
    shown_version: int
    subject: str
    text: str | None
    html: str | None
    mjml: str | None
    variables: list[str]
    versions: "list[TemplateVersion]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """A template of an account."""

    id: str
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """An account's templates."""

    templates: "list[TemplateLine]"
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedTemplate:
    """What is answered when a template is gone."""

    id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message as it would be sent."""

    subject: str
    text: str | None
    html: str | None
    variables: dict[str, Any]


class TemplatesApi(Subject[M]):
    """What such mail says, with variables; in versions."""

    @operation(
        "POST",
        "/api/v1/templates",
        Template,
        (
            "api_key",
            "token",
        ),
    )
    def create_template(
        self,
        *,
        name: str,
        subject: str,
        text: str | None = None,
        html: str | None = None,
        mjml: str | None = None,
    ) -> Sent:
        """Create a template.

        Nothing of it is stored if it cannot be rendered: mistakes are told with their line.
        MJML is compiled now, and not again.
        """
        return Sent(
            body={"name": name, "subject": subject, "text": text, "html": html, "mjml": mjml}
        )

    @operation(
        "GET",
        "/api/v1/templates",
        Templates,
        (
            "api_key",
            "token",
        ),
    )
    def list_templates(self) -> Sent:
        """List templates."""
        return Sent()

    @operation(
        "GET",
        "/api/v1/templates/{templateId}",
        Template,
        (
            "api_key",
            "token",
        ),
    )
    def show_template(self, template_id: str, *, version: int | None = None) -> Sent:
        """Get a template."""
        return Sent((template_id,), query={"version": version})

    @operation(
        "PUT",
        "/api/v1/templates/{templateId}",
        Template,
        (
            "api_key",
            "token",
        ),
    )
    def change_template(
        self,
        template_id: str,
        *,
        name: str,
        subject: str,
        text: str | None = None,
        html: str | None = None,
        mjml: str | None = None,
    ) -> Sent:
        """Change a template.

        The whole is sent, and is another version; the versions before can be read and sent.
        What is the same as the latest version makes none.
        """
        return Sent(
            (template_id,),
            body={"name": name, "subject": subject, "text": text, "html": html, "mjml": mjml},
        )

    @operation(
        "DELETE",
        "/api/v1/templates/{templateId}",
        DeletedTemplate,
        (
            "api_key",
            "token",
        ),
    )
    def delete_template(self, template_id: str) -> Sent:
        """Delete a template.

        Emails that were accepted are sent all the same: they were rendered then.
        """
        return Sent((template_id,))

    @operation(
        "POST",
        "/api/v1/templates/{templateId}/preview",
        Preview,
        (
            "api_key",
            "token",
        ),
    )
    def preview_template(
        self,
        template_id: str,
        *,
        variables: Mapping[str, Any] | None = None,
        version: int | None = None,
    ) -> Sent:
        """Preview a template.

        With the variables given, all of them; without any, with sample values.
        """
        return Sent((template_id,), body={"variables": variables, "version": version})
