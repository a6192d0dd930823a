"""Templates that want to run for ever or to fill the memory; run by themselves, under bounds.

`python -m tests.templates.hostile` says of each, as JSON, how large it became or why it did not.
"""

import json
import resource
import sys
import threading
from collections.abc import Iterator
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.templates.engine import Renderer
from mayfly.templates.models import Parts
from mayfly.templates.service import checked

CPU_SECONDS = 60
MEMORY_BYTES = 768 * limits.MIB  # of addresses, Python and the libraries with it; Lambda has 1 GB

STACK_BYTES = 4 * limits.MIB  # half of what Lambda and the laptop have

LONG = "<" * (limits.TEMPLATE_VARIABLES_BYTES - 2000)
NUMBERS = list(range(400))
MANY = [1] * ((limits.TEMPLATE_VARIABLES_BYTES - 200) // 3)
DOUBLED = "|replace('x','xxxxxxxxxx')" * 12
LOOPS = ("{% for a in n %}" * 10, "{% endfor %}" * 10)
TEXTS = {
    "loops in loops": "x".join(LOOPS),
    "loops that only compare": "{% if v == v ~ 'x' %}{% endif %}".join(LOOPS),
    "much text in a loop": ("x" * 50_000).join(("{% for a in n %}", "{% endfor %}")),
    "a long value in a loop": "{{ v }}".join(LOOPS),
    "a power of powers": "{{ 9 ** 9 ** 9 ** 9 }}",
    "a large product": "{{ 'x' * 1000000000 }}",
    "products of products": "{{ (((v * 9999) * 9999) * 9999) * 9999 }}",
    "many references": "{{ ([v] * 100000)|join }}",
    "lists of lists": "{{ [[[[n * 99] * 99] * 99] * 99] * 99 }}",
    "an exponential filter": "{{ 'xxxxxxxxxx'" + DOUBLED + " }}",
    "the same in a loop": "{% for a in n %}{{ v|replace('<', v) }}{% endfor %}",
    "words that are wrapped": "{{ (v * 9999)|wordwrap(1, false, v) }}",
    "a wide title": "{{ v|truncate(999999999999, true, v) }}",
    "text taken apart": "{% for a in n %}{{ v|split('')|sort|unique|join(v) }}{% endfor %}",
    "many numbers sorted": "{% for a in n %}{{ (n * 99)|sort|reverse|sum }}{% endfor %}",
    "many lists in one": "{{ (" + "m+" * 230 + "m)|join('" + "x" * 20 + "') }}",
    "the same, sorted": "{{ (" + "m+" * 230 + "m)|sort|reverse|sort|length }}",
    "the same, in a loop": "{% for a in " + "m+" * 230 + "m %}x{% endfor %}",
    "the same, compared": "{% if " + "m+" * 100 + "m == m+" + "m+" * 99 + "m %}{% endif %}",
    "a list as text": "{{ (" + "m+" * 230 + "m)|string|string|length }}",
    "a letter joined": "{{ v|join('" + "x" * 20 + "')|join('" + "x" * 20 + "') }}",
    "percent signs": "{% for a in n %}{{ v|urlencode|urlencode|urlencode|length }}{% endfor %}",
    "a round number": "{{ 1.5|round(999999999) }}",
    "one long expression": "{{ " + "v~" * 240 + "v }}",
    "long expressions": ("{{ " + "v~" * 240 + "v }}") * 130,
    "many tests": ("{{ " + "not " * 120 + "v }}") * 120,
    "deep parentheses": ("{{ " + "(" * 240 + "v" + ")" * 240 + " }}") * 120,
    "deep lists": ("{{ " + "[" * 240 + "v" + "]" * 240 + " }}") * 120,
    "negated often": ("{{ " + "-" * 480 + "1 }}") * 130,
    "many attributes": ("{{ v" + ".a" * 240 + " }}") * 130,
    "many filters": ("{{ v" + "|list" * 90 + " }}") * 130,
    "many branches": "{% if v == 'a' %}" + "{% elif v == 'b' %}" * 990 + "{% endif %}",
    "only tags": "{{ v }}" * 1000,
    "many open braces": "{{" * 30_000,
    "many open blocks": "{% if v %}" * 6000,
    "many open comments": "{#" * 30_000,
    "quotes without an end": "{{ '" * 16_000,
    "slashes without an end": "{{ '" + "\\'" * 30_000,
    "blanks in a tag": "{{" + " " * 60_000 + "}}",
    "newlines": "\n" * 60_000 + "{{ v }}",
}


def _in_columns(inner: str, head: str = "") -> str:
    around = ("<mj-section><mj-column>", "</mj-column></mj-section>")
    return f"<mjml>{head}<mj-body>{inner.join(around)}</mj-body></mjml>"


def _all(defaults: str) -> str:
    return f"<mj-head><mj-attributes><mj-all {defaults}/></mj-attributes></mj-head>"


DOCUMENTS = {
    "wrappers in wrappers": _in_columns("<mj-wrapper>" * 148 + "</mj-wrapper>" * 148),
    "open wrappers": "<mjml><mj-body>" + "<mj-wrapper>" * 290,
    "too many open wrappers": "<mjml><mj-body>" + "<mj-wrapper>" * 5000,
    "HTML in HTML": _in_columns("<mj-text>" + "<b>" * 980 + "</b>" * 980 + "</mj-text>"),
    "tables in tables": _in_columns("<mj-table>" + "<td>" * 980 + "</td>" * 980 + "</mj-table>"),
    "open HTML": _in_columns("<mj-text>" + "<b>" * 1900),
    "a carousel": _in_columns("<mj-carousel>" + "<mj-carousel-image/>" * 280 + "</mj-carousel>"),
    "a carousel of long names": _in_columns(
        "<mj-carousel>" + "<mj-carousel-image/>" * 280 + "</mj-carousel>",
        _all("css-class='" + "x" * 4000 + "'"),
    ),
    "defaults everywhere": _in_columns(
        "<mj-divider/>" * 280, _all("css-class='a' " + "a='b' " * 600)
    ),
    "a long width": _in_columns("<mj-image width='" + "9" * 60_000 + "px'/>"),
    "comments without an end": "<mjml>" + "<!--" * 1900,
    "comments": "<mjml>" + "<!-- -->" * 1900,
    "quotes": _in_columns("<mj-text a='" * 290),
    "no end of an element": "<mjml " * 290,
    "many lines": "<mjml>\n<mj-body>\n" + "\n" * 60_000 + "<",
    "entities": "<!DOCTYPE a [" + "<!ENTITY a 'a'>" * 1900 + "]>" + _in_columns("&a;"),
}


def outcomes() -> Iterator[tuple[str, str, int]]:
    """Of each: its name, the refusal or "", and how many bytes it became."""
    for name, source in TEXTS.items():
        for part in ("text", "html"):
            yield (f"{name} ({part})", *_outcome(Parts("s", **{part: source})))
    for name, source in DOCUMENTS.items():
        yield (name, *_outcome(Parts("s", mjml=source)))


def _outcome(parts: Parts) -> tuple[str, int]:
    source = "".join(filter(None, (parts.text, parts.html)))
    variables: dict[str, Any] = {"m": MANY} if "m+" in source else {"v": LONG, "n": NUMBERS}
    try:
        html, _ = checked(parts)
        made = Renderer(parts.subject, parts.text, html).render(variables)
    except InvalidInput as error:
        return str(error), 0
    return "", len((made.text or "").encode()) + len((made.html or "").encode())


def _run() -> None:
    for outcome in outcomes():
        sys.stdout.write(json.dumps(outcome) + "\n")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    threading.stack_size(STACK_BYTES)
    running = threading.Thread(target=_run)
    running.start()
    running.join()
