"""Where the templates of accounts are kept."""

from collections.abc import Sequence
from typing import Protocol

from mayfly.templates.models import Edition, EditionLine, Template


class Templates(Protocol):
    """The templates of accounts with their versions, read consistently.

    What an account has is counted with each change: its templates, and the bytes of all versions.
    """

    def line(self, edition: Edition) -> EditionLine:
        """The version as its template lists it, with the bytes that it will take."""

    def add(self, template: Template, edition: Edition) -> None:
        """Add it with its first version, or neither; TemplatesFull if that is one too many."""

    def of(self, account: str) -> Sequence[Template]:
        """All templates of the account, oldest first."""

    def get(self, account: str, id: str) -> Template:
        """The account's template of this id; TemplateNotFound."""

    def edition(self, account: str, id: str, number: int) -> Edition:
        """One of its versions; TemplateNotFound."""

    def save(self, before: Template, after: Template, edition: Edition | None) -> None:
        """Put `after` in the place of `before`, with its new version if it has one.

        Versions that it does not list any more go. All of it or nothing: TemplatesFull if the
        bytes are too many, Contended if `before` is not what is there.
        """

    def remove(self, template: Template) -> None:
        """Remove it with its versions, which go first: if anything fails, it can be repeated.

        Contended if it has another revision, TemplateNotFound if it is gone.
        """

    def forget(self, account: str) -> None:
        """Remove all that the account has; safe to repeat."""
