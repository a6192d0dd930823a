// Dialogs with a form, and questions before what cannot be taken back.

import { button, dialog, element } from "./dom.js";
import { noteTrouble, reasonOf } from "./news.js";
import { say } from "./texts.js";

/**
 * A dialog with a form; what goes wrong is said in it, and it closes when all went well.
 *
 * `act` gets what was typed by field, and as FormData, where a field may have several values.
 * `other` is a text and what to do instead of all this.
 */
export function formDialog(title, fields, label, act, other = null, tone = "primary") {
  const trouble = element("p", { class: "trouble", role: "alert", id: "form-trouble" });
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
    tell(form, trouble, "");
    send.disabled = true;
    try {
      const typed = new FormData(form);
      await act(Object.fromEntries(typed), typed);
      shown.close();
    } catch (error) {
      tell(form, trouble, reasonOf(error), error.field);
    } finally {
      send.disabled = false;
    }
  });
  return shown;
}

/**
 * Say it at this field, or the one of this name; else at the one that it begins with, as the
 * service's errors do, or at the only one.
 */
export function tell(form, trouble, text, at = "") {
  const before = form.querySelector("[aria-invalid]");
  before?.removeAttribute("aria-invalid");
  if (before) describe(before, trouble.id, false);
  const word = (at instanceof Element ? "" : at) || text.match(/^(?:an? )?(\w+)/i)?.[1];
  const first = word?.toLowerCase();
  const fields = [...form.elements].filter(({ name }) => name);
  const named =
    at instanceof Element
      ? at
      : (fields.find(({ name, dataset }) => (dataset.field ?? name).toLowerCase() === first) ??
        (text && fields.length === 1 && fields[0]));
  const place = named && named.closest(".field");
  if (place) place.after(trouble);
  else form.lastElementChild.before(trouble);
  trouble.textContent = text;
  if (!place) return;
  named.setAttribute("aria-invalid", "true");
  describe(named, trouble.id, true);
  named.focus();
}

/** Whether the element of this id is among those that describe the field. */
function describe(field, id, isOn) {
  const all = (field.getAttribute("aria-describedby") ?? "").split(" ");
  const others = all.filter((each) => each && each !== id);
  const wanted = isOn ? [...others, id] : others;
  if (wanted.length) field.setAttribute("aria-describedby", wanted.join(" "));
  else field.removeAttribute("aria-describedby");
}

/** A box to tick, with its label. */
export function check(label, attributes, hint) {
  return element(
    "label",
    { class: "check" },
    element("input", { type: "checkbox", ...attributes }),
    element("span", {}, label, hint && element("span", { class: "hint" }, ` ${hint}`)),
  );
}

/** One of several to choose; `choices` are pairs of value and text. */
export function choice(label, name, choices, chosen, hint) {
  return element(
    "label",
    { class: "field" },
    label,
    element(
      "select",
      { name },
      choices.map(([value, text]) =>
        element("option", { value, selected: value === chosen }, text),
      ),
    ),
    hint && element("span", { class: "hint" }, hint),
  );
}

/** One line to type into, with its label; `name` may be another element, which has the text in it. */
export function field(label, attributes, hint, name = "input", text = "") {
  return element(
    "label",
    { class: "field" },
    label,
    element(name, { autocapitalize: "none", ...attributes }, text),
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

/** The listener that does it while its button is off. */
export function offWhile(act) {
  return async ({ currentTarget }) => {
    currentTarget.disabled = true;
    await act();
    currentTarget.disabled = false;
    currentTarget.focus();
  };
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
