// A new message, from a domain of the account's.

import { api } from "./api.js";
import { Attachments } from "./attachments.js";
import { element } from "./dom.js";
import { field, formDialog, nameAt } from "./forms.js";
import { note } from "./news.js";
import "./setting_texts.js";
import { say } from "./texts.js";

let tried = { mail: "", key: "" };

/**
 * Ask for a message and send it; `done` is called afterwards.
 *
 * The terms say from which domains; `draft` keeps what was typed and not sent, by field.
 */
export function compose({ domains, isSandbox, draft }, done) {
  draft.files ??= [];
  const files = new Attachments(draft.files);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const shown = formDialog(
    say("writeMail"),
    [
      isSandbox && element("p", { class: "remark" }, say("sandboxHint")),
      sender(domains),
      text("mailTo", { name: "to", required: true, autocomplete: "off" }, say("toHint")),
      text("subject", { name: "subject", autocomplete: "off", autocapitalize: "sentences" }),
      text("mailText", { name: "text", rows: 8, autocapitalize: "sentences" }, "", "textarea"),
      files.field,
      text(
        "when",
        { name: "when", type: "datetime-local", "data-field": "scheduledAt" },
        say("whenHint", { zone }),
      ),
    ],
    say("send"),
    async (typed) => {
      await send({ ...typed, attachments: await files.read() });
      for (const name of ["to", "subject", "text", "when", "files"]) delete draft[name];
      note(say(typed.when ? "mailScheduled" : "mailAccepted"));
      done();
    },
  );
  const form = shown.querySelector("form");
  for (const each of form.elements)
    if (typeof draft[each.name] === "string") each.value = draft[each.name];
  form.addEventListener("input", () =>
    Object.assign(draft, Object.fromEntries(new FormData(form))),
  );
}

function text(label, attributes, hint, name) {
  return field(say(label), attributes, hint, name);
}

function sender(domains) {
  return element(
    "div",
    { class: "field", role: "group", "aria-label": say("from") },
    element("span", { "aria-hidden": "true" }, say("from")),
    nameAt(
      { name: "local", required: true, "aria-label": say("mailboxName"), "data-field": "from" },
      element(
        "select",
        { name: "domain", "aria-label": say("mailboxDomain") },
        domains.map((each) => element("option", { value: each }, each)),
      ),
    ),
  );
}

/** Once, however often it is tried: the same mail has the same key until it was taken. */
async function send({ local, domain, to, subject, text, when, attachments }) {
  const mail = { from: `${local.trim()}@${domain}`, to: addresses(to), subject, text };
  if (attachments.length) mail.attachments = attachments;
  if (when) mail.scheduledAt = new Date(when).toISOString();
  const written = JSON.stringify(mail);
  if (written !== tried.mail) tried = { mail: written, key: newKey() };
  await api.send(mail, tried.key);
  tried = { mail: "", key: "" };
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join(
    "-",
  );
}

/** Between commas or semicolons, but for those within quotes: `"Doe, Ann" <ann@shop.example>`. */
function addresses(text) {
  const found = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,;])+/g) ?? [];
  return found.map((each) => each.trim()).filter(Boolean);
}
