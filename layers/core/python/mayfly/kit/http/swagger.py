"""Swagger UI, from the files that Powertools brings: the page asks no outside host."""

import gzip
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from mayfly.errors import RouteNotFound

# No inline script or style; Swagger UI's own icons are data: URLs.
SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mayfly API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="$below/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="$below/docs/swagger-ui.js"></script>
<script src="$below/docs/start.js"></script>
</body>
</html>
"""
_START = b"""window.ui = SwaggerUIBundle({
  url: new URL("../openapi.json", document.currentScript.src).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""
_FOLDER = Path("event_handler/openapi/swagger_ui")
_BUNDLED = {
    "swagger-ui.js": ("swagger-ui-bundle.min.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui.min.css", "text/css; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page, as it is and compressed."""

    content_type: str
    content: bytes
    compressed: bytes


def page(base_url: str) -> bytes:
    """The page of an API that begins there, which may be below a stage's name.

    Its links are whole paths: `/docs/` is the same page as `/docs`.
    """
    return _PAGE.replace("$below", escape(urlsplit(base_url).path)).encode()


@cache
def page_file(name: str) -> PageFile:
    """A file that the page names; RouteNotFound for every other name."""
    if name == "start.js":
        content, content_type = _START, "text/javascript; charset=utf-8"
    elif name in _BUNDLED:
        filename, content_type = _BUNDLED[name]
        content = (_folder() / filename).read_bytes()
    else:
        raise RouteNotFound("the documentation has no such file")
    return PageFile(content_type, content, gzip.compress(content, 6, mtime=0))


def _folder() -> Path:
    """Where the files are; found without importing Powertools' HTTP router and its needs."""
    package = find_spec("aws_lambda_powertools")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("aws_lambda_powertools is not installed")
    return Path(package.submodule_search_locations[0]) / _FOLDER
