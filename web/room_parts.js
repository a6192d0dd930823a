// What the rooms are made of: heads, states in words, tables that fit a phone, histories.

import { longTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { copy, noteTrouble } from "./news.js";
import { say } from "./texts.js";

const COPIED_FOR = 1_500;

/** The head of a room: where it goes back to, what this is, and what can be done. */
export function head(back, title, ...actions) {
  const label = say({ "#": "backToMail", "#/settings": "backToSettings" }[back] ?? "backToList");
  return element(
    "header",
    { class: "room-head" },
    element(
      "a",
      { class: "button icon", href: back, title: label, "aria-label": label },
      icon("back"),
    ),
    element("h1", { tabindex: -1, class: "grow break", dir: "auto" }, title),
    ...actions,
  );
}

const GLYPHS = { good: "check", bad: "cross", warn: "alert", waiting: "clock", plain: "question" };

/** A state in a word, with a colour and an icon: `good`, `bad`, `warn`, `waiting` or `plain`. */
export function pill(tone, text) {
  return element("span", { class: `pill ${tone}` }, icon(GLYPHS[tone]), text);
}

/** Where there is nothing yet: what that means, and what to do. */
export function nothing(glyph, title, hint, action) {
  return element(
    "div",
    { class: "empty" },
    icon(glyph),
    element("p", { class: "strong" }, title),
    element("p", { class: "hint" }, hint),
    action,
  );
}

/** A button that copies, and shows that it did. */
export function copyButton(text, label) {
  const shown = button({ class: "icon", title: label, "aria-label": label }, icon("copy"));
  shown.addEventListener("click", async () => {
    await copy(text);
    fill(shown, icon("check"));
    setTimeout(() => fill(shown, icon("copy")), COPIED_FOR);
  });
  return shown;
}

/** A text to copy, in the letters of programs. */
export function copyable(text, label) {
  return element(
    "span",
    { class: "copyable" },
    element("code", { class: "break" }, text),
    copyButton(text, label),
  );
}

/** The button at the end of a list that goes on; it is off while `act` fetches more. */
export function moreButton(act) {
  const more = button({}, say("loadMore"));
  more.addEventListener("click", async () => {
    more.disabled = true;
    await act().catch(noteTrouble);
    more.disabled = false;
  });
  return more;
}

/**
 * A table whose rows stand as cards where it is narrow.
 *
 * The roles are said, too: browsers forget them with another `display`.
 */
export function table(caption, heads, rows) {
  return element(
    "table",
    { role: "table" },
    element("caption", { class: "unseen" }, caption),
    element(
      "thead",
      { role: "rowgroup" },
      element(
        "tr",
        { role: "row" },
        heads.map((each) => element("th", { scope: "col", role: "columnheader" }, each)),
      ),
    ),
    element(
      "tbody",
      { role: "rowgroup" },
      rows.map((cells) =>
        element(
          "tr",
          { role: "row" },
          cells.map((cell, at) =>
            element(
              "td",
              { role: "cell" },
              element("span", { class: "label", "aria-hidden": "true" }, heads[at]),
              element("div", {}, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** What happened, oldest first; `lines` have `at`, `text` and maybe `detail`. */
export function history(lines) {
  return element(
    "ol",
    { class: "history" },
    lines.map(({ at, text, detail }) =>
      element(
        "li",
        {},
        element("time", { class: "hint", datetime: at }, longTime(Date.parse(at))),
        element("span", { class: "strong" }, text),
        detail && element("span", { class: "hint break", dir: "auto" }, detail),
      ),
    ),
  );
}

/** Names and values, one below the other; what has no value is left out. */
export function facts(lines) {
  return element(
    "dl",
    { class: "facts" },
    lines
      .filter(([, text]) => text)
      .flatMap(([name, text]) => [
        element("dt", {}, name),
        element("dd", { class: "break", dir: "auto" }, text),
      ]),
  );
}

/** A line of a list that leads nowhere: its name, lines about it, and what can be done. */
export function item(title, about, ...actions) {
  return element(
    "li",
    { class: "item" },
    element(
      "div",
      { class: "grow" },
      element("p", { class: "row wrap" }, title),
      about.map((each) => element("p", { class: "hint break" }, each)),
    ),
    ...actions,
  );
}

/** A part of a room, with a heading of its own. */
export function part(title, ...content) {
  return element("section", { class: "part" }, element("h2", {}, title), ...content);
}
