"""Templates, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.templates.service import TemplateService


class TemplateWiring(Wiring):
    """What accounts keep to send again, in other words."""

    @cached_property
    def service(self) -> TemplateService:
        return TemplateService(self.adapters.templates, self.now, self.entropy)
