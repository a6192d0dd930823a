"""What a process loads for templates, and when."""

import subprocess
import sys

LOADED = """
import sys
from tests.templates.test_templates_routes import SOURCE, TEMPLATES, Writing

def loaded():
    return sorted({"minijinja", "mjml"} & set(sys.modules))

writing = Writing()
assert writing.send().status == 202
assert writing.ask("GET", TEMPLATES).status == 200
assert loaded() == [], loaded()
writing.template()
assert loaded() == ["minijinja"], loaded()
writing.template(html=None, mjml="<mjml><mj-body></mj-body></mjml>")
assert loaded() == ["minijinja", "mjml"], loaded()
"""


def test_neither_library_is_loaded_before_a_template_needs_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stderr.decode()
