"""The operations of templates (document 002 has them on its roadmap, and leaves the paths open)."""

from mayfly.accounts.models import Account
from mayfly.admission.callers import account_with
from mayfly.api_keys.models import Scope
from mayfly.kit.http.query import parameter, whole_number
from mayfly.kit.http.route import BAD_BODY, CREATE, Call, Routes
from mayfly.templates.schemas import (
    DeletedTemplate,
    Preview,
    PreviewRequest,
    Template,
    Templates,
    TemplateSource,
)

_TEMPLATES = "/api/v1/templates"
_TEMPLATE = f"{_TEMPLATES}/{{templateId}}"
_ACCOUNT = account_with(Scope.TEMPLATES)
_NO_TEMPLATE = {404: "There is no such template of yours, or no such version of it"}
_BROKEN = {400: f"{BAD_BODY}, or no template: part, line and reason are said"}
_FULL = {409: "The account has as many templates, or bytes of them, as it may have"}
_VERSION = parameter(
    "version", {"type": "integer", "minimum": 1}, "A version that is kept; the latest without it."
)
_MOST_VERSION = 10**9
api = Routes("templates")


@api(
    "POST",
    _TEMPLATES,
    "Create a template",
    _ACCOUNT,
    means="The template, its first version",
    status=201,
    headers={"Location": "The template's URL"},
    errors=_BROKEN | _FULL,
    limit=CREATE,
)
def create_template(call: Call[Account, TemplateSource]) -> Template:
    """Nothing of it is stored if it cannot be rendered: mistakes are told with their line.

    MJML is compiled now, and not again.
    """
    made = call.flows.templates.service.create(str(call.caller.id), *call.body.parts())
    call.created(f"{_TEMPLATES}/{made[0].id}")
    return Template.of(*made)


@api("GET", _TEMPLATES, "List templates", _ACCOUNT, means="All of them")
def list_templates(call: Call[Account, None]) -> Templates:
    return Templates.of(call.flows.templates.service.of(str(call.caller.id)))


@api(
    "GET",
    _TEMPLATE,
    "Get a template",
    _ACCOUNT,
    means="The template",
    errors=_NO_TEMPLATE,
    query=[_VERSION],
)
def show_template(call: Call[Account, None]) -> Template:
    number = whole_number("version", call.request.query.get("version"), 1, _MOST_VERSION)
    account, id = str(call.caller.id), call.parameter("templateId")
    return Template.of(*call.flows.templates.service.show(account, id, number))


@api(
    "PUT",
    _TEMPLATE,
    "Change a template",
    _ACCOUNT,
    means="The template, with its new version",
    errors=_BROKEN | _NO_TEMPLATE | _FULL,
    limit=CREATE,
)
def change_template(call: Call[Account, TemplateSource]) -> Template:
    """The whole is sent, and is another version; the versions before can be read and sent.

    What is the same as the latest version makes none.
    """
    account, id = str(call.caller.id), call.parameter("templateId")
    changed = call.flows.templates.service.update(account, id, *call.body.parts())
    return Template.of(*changed)


@api(
    "DELETE",
    _TEMPLATE,
    "Delete a template",
    _ACCOUNT,
    means="It is gone, with all versions",
    errors=_NO_TEMPLATE,
)
def delete_template(call: Call[Account, None]) -> DeletedTemplate:
    """Emails that were accepted are sent all the same: they were rendered then."""
    account, id = str(call.caller.id), call.parameter("templateId")
    return DeletedTemplate(id=call.flows.templates.service.delete(account, id))


@api(
    "POST",
    f"{_TEMPLATE}/preview",
    "Preview a template",
    _ACCOUNT,
    means="The message as it would be sent",
    errors=_NO_TEMPLATE | {400: f"{BAD_BODY}, or a variable is missing or cannot be used"},
)
def preview_template(call: Call[Account, PreviewRequest]) -> Preview:
    """With the variables given, all of them; without any, with sample values."""
    account, id = str(call.caller.id), call.parameter("templateId")
    sent = call.body
    found = call.flows.templates.service.preview(account, id, sent.version, sent.variables)
    return Preview.of(*found)
