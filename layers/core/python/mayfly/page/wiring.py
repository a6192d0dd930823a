"""The page, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.page.edge import EdgeSecret


class PageWiring(Wiring):
    """Whether a request came through CloudFront."""

    @cached_property
    def edge(self) -> EdgeSecret:
        return EdgeSecret(self.adapters.edge_keys)
