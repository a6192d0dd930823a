// One template: its versions and variables, and how it looks with values in it.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { askFirst, tell } from "./forms.js";
import { icon } from "./icons.js";
import { mailFrame } from "./mail_frame.js";
import { note, noteTrouble, reasonOf } from "./news.js";
import { facts, head, part } from "./room_parts.js";
import { editTemplate } from "./template_form.js";
import { say } from "./texts.js";
import { VariableFields } from "./variable_fields.js";

const REMOTE_IMAGE = /<img\b[^>]*\bsrc\s*=\s*["']?\s*https?:/i;

export class TemplateView {
  #stage;
  #id;
  #template;
  #mailOrigin;
  #variables;
  #preview = element("div", { class: "part-body" });
  #trouble = element("p", { class: "trouble", role: "alert", id: "form-trouble" });

  constructor(stage, id) {
    this.#stage = stage;
    this.#id = id;
  }

  async load(version) {
    [this.#template, { mailOrigin: this.#mailOrigin }] = await Promise.all([
      api.template(this.#id, version),
      api.config(),
    ]);
    const sample = await api.previewTemplate(this.#id, { version: this.#template.shownVersion });
    this.#variables = new VariableFields(sample.variables, true);
    this.#draw();
    this.#show(sample);
  }

  #draw() {
    const { name, subject, variables } = this.#template;
    fill(
      this.#stage,
      head("#/templates", name),
      element(
        "div",
        { class: "part" },
        element("div", { class: "row wrap" }, this.#versions(), this.#actions()),
        element("p", { class: "hint" }, say("versionsHint")),
        facts([
          [say("templateSubject"), subject],
          [say("templateVariables"), variables.join(", ") || say("noVariables")],
        ]),
      ),
      part(say("preview"), this.#values(), this.#preview),
    );
  }

  #versions() {
    const { version, shownVersion, versions } = this.#template;
    const chosen = element(
      "select",
      { "aria-label": say("versions") },
      versions.toReversed().map((each) =>
        element(
          "option",
          { value: each.version, selected: each.version === shownVersion },
          say(each.version === version ? "latestVersion" : "versionOf", {
            version: each.version,
            time: longTime(Date.parse(each.createdAt)),
          }),
        ),
      ),
    );
    chosen.addEventListener("change", async () => {
      await this.load(Number(chosen.value)).catch(noteTrouble);
      this.#stage.querySelector("select")?.focus();
    });
    return chosen;
  }

  #actions() {
    return [
      button({ class: "primary", onclick: () => this.#edit() }, icon("page"), say("editTemplate")),
      button(
        { class: "danger quiet", onclick: () => this.#remove() },
        icon("trash"),
        say("removeTemplate"),
      ),
    ];
  }

  #values() {
    if (!this.#variables.fields.length) return null;
    const form = element(
      "form",
      { class: "part-body" },
      element("p", { class: "hint" }, say("previewHint")),
      element("div", { class: "numbers values" }, this.#variables.fields),
      element("p", {}, element("button", {}, icon("renew"), say("updatePreview"))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#render(form);
    });
    return form;
  }

  async #render(form) {
    tell(form, this.#trouble, "");
    try {
      const version = this.#template.shownVersion;
      const variables = this.#variables.read();
      this.#show(await api.previewTemplate(this.#id, { version, variables }));
    } catch (error) {
      tell(form, this.#trouble, reasonOf(error));
    }
  }

  /** The message as it would be sent. Its HTML is shown by another origin, as that of messages. */
  #show({ subject, text, html }, withImages = false) {
    const blocked = html && !withImages && REMOTE_IMAGE.test(html);
    fill(
      this.#preview,
      element("p", { class: "strong break", dir: "auto" }, subject),
      blocked &&
        element(
          "p",
          {},
          button(
            { onclick: () => this.#show({ subject, text, html }, true) },
            icon("image"),
            say("showImages"),
          ),
        ),
      html &&
        mailFrame({
          title: say("previewContent"),
          html,
          pictures: [],
          withImages,
          mailOrigin: this.#mailOrigin,
          onkey: (key) => key === "Escape" && (location.hash = "#/templates"),
        }),
      text && element("pre", { class: "text" }, text),
    );
  }

  #edit() {
    editTemplate(this.#template, async (source) => {
      await api.changeTemplate(this.#id, source);
      note(say("saved"));
      await this.load();
    });
  }

  #remove() {
    const { name } = this.#template;
    askFirst(
      say("removeTemplateQuestion", { name }),
      say("removeTemplateWarning"),
      say("removeTemplate"),
      async () => {
        await api.removeTemplate(this.#id);
        note(say("templateRemoved", { name }));
        location.hash = "#/templates";
      },
    );
  }
}
