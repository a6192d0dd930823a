"""What agents read of HTML, beside what Chromium's parser puts into hidden elements."""

import random
import re

from playwright.sync_api import Browser

from mayfly.mail.html.seen import seen

DOCUMENTS = 4000
_TAG_NAMES = "p b i a div span table tr td tbody li ul font h1 label button center x-y em section"
TAGS = _TAG_NAMES.split()
HIDDEN = ' style="display:none"'
# The words that are in no hidden element, of each of the documents.
SHOWN = """documents => documents.map(markup => {
  const whole = new DOMParser().parseFromString('<!DOCTYPE html><body>' + markup, 'text/html');
  const words = [];
  const read = element => {
    for (const each of element.childNodes) {
      if (each.nodeType === 3) words.push(each.data);
      else if (each.nodeType === 1 && !each.hasAttribute('style')) read(each);
    }
  };
  read(whole.body);
  return words.join(' ');
})"""


def made(chance: random.Random) -> str:
    """A document whose tags are closed as it comes, and words in between."""
    pieces = []
    for number in range(chance.randint(3, 14)):
        kind = chance.random()
        if kind < 0.35:
            hidden = HIDDEN if chance.random() < 0.35 else ""
            pieces.append(f"<{chance.choice(TAGS)}{hidden}>")
        elif kind < 0.65:
            pieces.append(f"</{chance.choice(TAGS)}>")
        else:
            pieces.append(f" word{number} ")
    return "".join(pieces)


def test_no_word_is_read_that_a_browser_hides_however_tags_are_nested(browser: Browser) -> None:
    chance = random.Random(7)
    documents = [made(chance) for _ in range(DOCUMENTS)]
    page = browser.new_page()

    shown = page.evaluate(SHOWN, documents)
    page.close()

    read = [set(re.findall(r"word\d+", seen(each).text)) for each in documents]
    seen_there = [set(re.findall(r"word\d+", each)) for each in shown]
    wrong = [
        each
        for each, ours, theirs in zip(documents, read, seen_there, strict=True)
        if ours - theirs
    ]
    assert not wrong
    # What it leaves out beyond that is little.
    assert sum(map(len, read)) > 0.95 * sum(map(len, seen_there))
