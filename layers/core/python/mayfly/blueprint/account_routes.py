"""The paths of accounts, sessions and mailboxes (document 004)."""

from mayfly.blueprint.route import Route

ACCOUNT_ROUTES: tuple[Route, ...] = ()
