// What a template is to say: asked for in a dialog. A mistake is said at its field, and marked there.

import { element } from "./dom.js";
import { choice, field, formDialog } from "./forms.js";
import { group, say } from "./texts.js";

const MOST_NAME_CHARS = 100;

/** Ask for it; `keep` gets the whole source. Without a template it is a new one. */
export function editTemplate(template, keep) {
  const kind = template?.mjml == null ? "html" : "mjml";
  const shown = formDialog(
    say(template ? "editTemplate" : "newTemplate"),
    [
      template &&
        element("p", { class: "hint" }, say("editingVersion", { next: template.version + 1 })),
      field(say("templateName"), {
        name: "name",
        required: true,
        maxlength: MOST_NAME_CHARS,
        autocomplete: "off",
        value: template?.name,
      }),
      field(say("templateSubject"), {
        name: "subject",
        required: true,
        autocomplete: "off",
        value: template?.subject,
      }),
      choice(say("templateKind"), "kind", Object.entries(group("templateKinds")), kind),
      source(say("templateSource"), kind, template?.[kind], say("templateSourceHint")),
      source(say("templateText"), "text", template?.text),
    ],
    say("save"),
    async (typed, form) => {
      const wanted = { name: typed.name, subject: typed.subject };
      for (const part of ["text", typed.kind])
        if (form.get(part)) wanted[part] = form.get(part).replaceAll("\r\n", "\n");
      try {
        await keep(wanted);
      } catch (error) {
        mark(shown, error.message);
        throw error;
      }
    },
  );
  shown.classList.add("broad");
  const [chosen, area] = ["select", "textarea"].map((each) => shown.querySelector(each));
  chosen.addEventListener("change", () => (area.name = chosen.value)); // mistakes name the part
}

function source(label, name, text, hint) {
  const attributes = { name, rows: 10, class: "source", spellcheck: "false", dir: "auto" };
  return field(label, attributes, hint, "textarea", text ?? "");
}

/** Choose the line that a mistake is in, where it is said: "html, line 3: …". */
function mark(shown, message) {
  const [, part, number] = message.match(/^(\w+), line (\d+):/) ?? [];
  const area = part && shown.querySelector(`textarea[name="${part}"]`);
  if (!area) return;
  const before = area.value.split("\n").slice(0, number - 1);
  const start = before.reduce((sum, line) => sum + line.length + 1, 0);
  const end = area.value.indexOf("\n", start);
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
}
