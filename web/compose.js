// A new message, from a domain of the account's.

import { api } from "./api.js";
import { Attachments } from "./attachments.js";
import { element, fill } from "./dom.js";
import { choice, field, formDialog, nameAt } from "./forms.js";
import { note, noteTrouble } from "./news.js";
import "./program_texts.js";
import { say } from "./texts.js";
import { VariableFields } from "./variable_fields.js";

/** What was typed and is typed no second time; which template it was is chosen again. */
const KEPT = new Set(["local", "domain", "to", "subject", "text", "when"]);
let tried = { mail: "", key: "" };

/**
 * Ask for a message and send it; `done` is called afterwards.
 *
 * The terms say from which domains, and which templates there are; `draft` keeps what was typed and
 * not sent, by field.
 */
export function compose({ domains, isSandbox, draft, templates }, done) {
  draft.files ??= [];
  const files = new Attachments(draft.files);
  const words = [
    text("subject", { name: "subject", autocomplete: "off", autocapitalize: "sentences" }),
    text("mailText", { name: "text", rows: 8, autocapitalize: "sentences" }, "", "textarea"),
  ];
  const written = new Written(words);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const shown = formDialog(
    say("writeMail"),
    [
      isSandbox && element("p", { class: "remark" }, say("sandboxHint")),
      sender(domains),
      text("mailTo", { name: "to", required: true, autocomplete: "off" }, say("toHint")),
      templates.length > 0 && written.choice(templates),
      ...words,
      written.variables,
      files.field,
      text(
        "when",
        { name: "when", type: "datetime-local", "data-field": "scheduledAt" },
        say("whenHint", { zone }),
      ),
    ],
    say("send"),
    async (typed) => {
      await send({ ...typed, ...written.read(), attachments: await files.read() });
      for (const name of ["to", "subject", "text", "when", "files"]) delete draft[name];
      note(say(typed.when ? "mailScheduled" : "mailAccepted"));
      done();
    },
  );
  const form = shown.querySelector("form");
  for (const each of form.elements)
    if (Object.hasOwn(draft, each.name) && KEPT.has(each.name)) each.value = draft[each.name];
  form.addEventListener("input", () =>
    Object.assign(draft, Object.fromEntries(new FormData(form))),
  );
}

/** What the message says: its own words, or a template with values for its variables. */
class Written {
  variables = element("div", { class: "part-body" });
  #words;
  #id = "";
  #values = null;

  constructor(words) {
    this.#words = words;
  }

  choice(templates) {
    const names = templates.map(({ id, name }) => [id, name]);
    const made = choice(say("useTemplate"), "templateId", [["", say("noTemplateUsed")], ...names], "");
    const chosen = made.querySelector("select");
    chosen.addEventListener("change", () =>
      this.#use(chosen).catch((error) => {
        chosen.value = this.#id;
        noteTrouble(error);
      }),
    );
    return made;
  }

  async #use(chosen) {
    const id = chosen.value;
    const sample = id && (await api.previewTemplate(id, {}));
    if (id !== chosen.value) return; // another one was chosen meanwhile
    this.#id = id;
    this.#values = id ? new VariableFields(sample.variables, false) : null;
    fill(this.variables, this.#values?.fields ?? []);
    for (const each of this.#words) {
      each.hidden = Boolean(id);
      each.querySelector("input, textarea").disabled = each.hidden;
    }
  }

  read() {
    return this.#values ? { templateId: this.#id, variables: this.#values.read() } : {};
  }
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
async function send({ local, domain, to, when, attachments, ...said }) {
  const { subject, text, templateId, variables } = said;
  const words = templateId ? { templateId, variables } : { subject, text };
  const mail = { from: `${local.trim()}@${domain}`, to: addresses(to), ...words };
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
