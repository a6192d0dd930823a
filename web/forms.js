// Dialogs with a form, and questions before what cannot be taken back.

import { button, dialog, element } from "./dom.js";
import { noteTrouble, reasonOf } from "./news.js";
import { say } from "./texts.js";

/**
 * A dialog with a form; what goes wrong is said in it, and it closes when all went well.
 *
 * `other` is a text and what to do instead of all this.
 */
export function formDialog(title, fields, label, act, other = null, tone = "primary") {
  const trouble = element("p", { class: "trouble", role: "alert" });
  const send = element("button", { class: tone }, label);
  const form = element(
    "form",
    {},
    fields,
    trouble,
    element(
      "div",
      { class: "row end" },
      other &&
        button(
          {
            class: "quiet",
            onclick: () => {
              shown.close();
              other[1]();
            },
          },
          other[0],
        ),
      send,
    ),
  );
  const shown = dialog(title, say("close"), form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    send.disabled = true;
    try {
      await act(Object.fromEntries(new FormData(form)));
      shown.close();
    } catch (error) {
      trouble.textContent = reasonOf(error);
    } finally {
      send.disabled = false;
    }
  });
  return shown;
}

/** One line to type into, with its label; `name` may be another element. */
export function field(label, attributes, hint, name = "input") {
  return element(
    "label",
    { class: "field" },
    label,
    element(name, { autocapitalize: "none", ...attributes }),
    hint && element("span", { class: "hint" }, hint),
  );
}

/** The part of an address before the `@`, to type into, and the domains to choose from. */
export function nameAt(attributes, domains) {
  return element(
    "span",
    { class: "row name" },
    element("input", {
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      maxlength: 64,
      ...attributes,
    }),
    element("span", { "aria-hidden": "true" }, "@"),
    domains,
  );
}

/** Ask before what cannot be taken back; `act` is done once somebody says `yes`. */
export function askFirst(question, warning, yes, act) {
  const sure = button({ class: "danger" }, yes);
  const never = button({ class: "quiet" }, say("cancel"));
  const shown = dialog(
    question,
    say("close"),
    element("p", { class: "break" }, warning),
    element("div", { class: "row end" }, never, sure),
  );
  never.addEventListener("click", () => shown.close());
  sure.addEventListener("click", async () => {
    sure.disabled = true;
    try {
      await act();
      shown.close();
    } catch (error) {
      noteTrouble(error);
      sure.disabled = false;
    }
  });
}
