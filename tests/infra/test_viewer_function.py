"""What CloudFront does to a request for the API, in JavaScript."""

import json
import re
from pathlib import Path

from infra.cloud.page.page import VIEWER_FUNCTION
from mayfly.facades.facade import DOUBLED
from tests.node import last_json, node

PATHS = {
    "/mailpit/a@mayfly.example//view/x.html": "/mailpit/a@mayfly.example/view/x.html",
    "/mailpit/a@mayfly.example/view/x.html": "/mailpit/a@mayfly.example/view/x.html",
    "/mailpit/a@mayfly.example//api/v1/info": "/mailpit/a@mayfly.example//api/v1/info",
    "/mailpit//view/x.html": "/mailpit//view/x.html",
    "/api//emails": "/api//emails",
}


def test_the_path_with_a_slash_too_many_is_put_right_and_no_other(tmp_path: Path) -> None:
    script = tmp_path / "function.js"
    script.write_text(
        f"{VIEWER_FUNCTION}\nconst asked = {json.dumps(list(PATHS))};\n"
        "const request = (uri) => ({ uri, headers: { host: { value: 'mail.example.org' } } });\n"
        "const answers = asked.map((uri) =>\n"
        "  handler({ viewer: { ip: '192.0.2.1' }, request: request(uri) }));\n"
        "console.log(JSON.stringify(answers));\n"
    )

    answers = last_json(node(tmp_path, str(script)))
    assert [each["uri"] for each in answers] == list(PATHS.values())
    assert "192.0.2.1" in json.dumps(answers[0]["headers"])


def test_the_laptop_puts_right_the_same() -> None:
    assert [re.sub(DOUBLED, r"\1/\2", each) for each in PATHS] == list(PATHS.values())
