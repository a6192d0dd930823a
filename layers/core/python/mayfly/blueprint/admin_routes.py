"""The paths of whoever runs the deployment (document 003)."""

from mayfly.blueprint.route import Route

ADMIN_ROUTES: tuple[Route, ...] = ()
