// The room of templates: messages with variables, written once.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { head, nothing } from "./room_parts.js";
import "./program_texts.js";
import { editTemplate } from "./template_form.js";
import { TemplateView } from "./template_view.js";
import { say } from "./texts.js";

/** Draw the room on this stage: the list, or the template of this id. */
export async function show(stage, id) {
  if (id) return new TemplateView(stage, id).load();
  const { templates, limit } = await api.templates();
  const add = () =>
    editTemplate(null, async (source) => {
      const made = await api.createTemplate(source);
      location.hash = `#/templates/${made.id}`;
    });
  const addButton = () =>
    button({ class: "primary", onclick: add }, icon("plus"), say("newTemplate"));
  const isFull = templates.length >= limit;
  fill(
    stage,
    head("#/settings", say("templates"), templates.length > 0 && !isFull && addButton()),
    isFull && element("p", { class: "remark" }, say("templatesFull", { limit })),
    templates.length
      ? element("ul", { class: "lines" }, templates.map(line))
      : nothing("page", say("noTemplate"), say("noTemplateHint"), addButton()),
  );
}

function line({ id, name, version, updatedAt }) {
  return element(
    "li",
    {},
    element(
      "a",
      { class: "line", href: `#/templates/${id}` },
      element("bdi", { class: "sender strong" }, name),
      element("span", { class: "when" }, say("templateVersion", { version })),
      element(
        "span",
        { class: "preview" },
        say("templateChanged", { time: longTime(Date.parse(updatedAt)) }),
      ),
    ),
  );
}
