// The room of exports: all messages of a mailbox, or of all of them, in one file.

import { api, Refused } from "./api.js";
import { longTime, size } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { choice, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import "./mail_setting_texts.js";
import { note, noteTrouble, speak } from "./news.js";
import { head, pill } from "./room_parts.js";
import { group, say } from "./texts.js";

const KEPT = "mayfly.exports"; // which were begun here, by mailbox: the service lists none
const FIRST_LOOK = 500;
const LONGEST_WAIT = 10_000;
const OPEN = ["queued", "running"];
const TONES = { queued: "waiting", running: "waiting", done: "good", failed: "bad" };

/** Draw the room on this stage. */
export async function show(stage) {
  const { mailboxes } = await api.mailboxes();
  const lines = [
    new Line("", say("allMailboxes")),
    ...mailboxes.map(({ id, emailAddress }) => new Line(id, emailAddress)),
  ];
  await Promise.all(lines.map((each) => each.load()));
  fill(
    stage,
    head("#/settings", say("exports")),
    element("p", { class: "hint" }, say("exportsHint")),
    element("ul", { class: "lines" }, lines.map((each) => each.element)),
  );
}

/** What can be exported, and how far its last export is. */
class Line {
  #mailbox;
  #name;
  #export = null;

  /** `mailbox` is "" for all of them. */
  constructor(mailbox, name) {
    this.element = element("li", { class: "item" });
    this.#mailbox = mailbox;
    this.#name = name;
  }

  async load() {
    const id = kept()[this.#mailbox];
    if (id) this.#export = await this.#ask(id);
    this.#draw();
    this.#follow(FIRST_LOOK);
  }

  /** The export, or null if it is over or somebody else's. */
  async #ask(id) {
    try {
      return await api.export(this.#mailbox, id);
    } catch (error) {
      if (error.status !== 404) throw error;
      keep(this.#mailbox, undefined);
      return null;
    }
  }

  /** Look again, more and more seldom, while it is being made and somebody is here to see it. */
  #follow(wait) {
    if (!OPEN.includes(this.#export?.status)) return;
    setTimeout(async () => {
      if (!this.element.isConnected) return;
      try {
        this.#export = await this.#ask(this.#export.id);
      } catch (error) {
        noteTrouble(error);
      }
      if (this.#export?.status === "done") speak(say("exportDone", { name: this.#name }));
      this.#draw();
      this.#follow(Math.min(wait * 1.5, LONGEST_WAIT));
    }, wait);
  }

  #draw() {
    const found = this.#export;
    const name = this.#name;
    const isOpen = OPEN.includes(found?.status);
    const before = this.element.contains(document.activeElement);
    fill(
      this.element,
      element(
        "div",
        { class: "grow" },
        element(
          "p",
          { class: "row wrap" },
          element("bdi", { class: "strong break" }, name),
          found && pill(TONES[found.status], group("exportStates")[found.status]),
        ),
        found && this.#about(found),
      ),
      found?.status === "done" &&
        button(
          {
            class: "primary",
            "aria-label": say("downloadExport", { name }),
            onclick: () => this.#download().catch(noteTrouble),
          },
          icon("save"),
          say("downloadFile"),
        ),
      button(
        {
          disabled: isOpen,
          "aria-label": say("exportNamed", { name }),
          onclick: () => this.#begin(),
        },
        say("exportNow"),
      ),
    );
    if (before) this.element.querySelector("button:not(:disabled)")?.focus();
  }

  #about({ status, format, messages, expected, missing, size: bytes, expiresAt }) {
    if (OPEN.includes(status))
      return [
        element("progress", {
          max: Math.max(1, expected),
          value: messages,
          "aria-label": say("exportProgress", { name: this.#name }),
        }),
        element("p", { class: "hint" }, say("exportedSoFar", { messages, expected })),
      ];
    if (status !== "done") return element("p", { class: "hint" }, say("exportFailed"));
    return [
      element(
        "p",
        { class: "hint" },
        say("exportHas", {
          count: messages,
          size: size(bytes, group("bytes")),
          format: group("exportFormats")[format],
          time: longTime(Date.parse(expiresAt)),
        }),
      ),
      element("p", { class: "hint" }, missing ? say("exportMisses", { count: missing }) : say("exportWhole")),
    ];
  }

  #begin() {
    formDialog(
      say("exportNamed", { name: this.#name }),
      [
        choice(say("exportFormat"), "format", Object.entries(group("exportFormats")), "zip"),
        element("p", { class: "hint" }, say("exportFormatHint")),
        this.#export && element("p", { class: "remark" }, say("exportReplaces")),
      ],
      say("exportNow"),
      async ({ format }) => {
        try {
          this.#export = await api.beginExport(this.#mailbox, format);
        } catch (error) {
          if (error.status !== 429 || !error.retryAfter) throw error;
          const count = Math.ceil(error.retryAfter / 60);
          throw new Refused(429, error.code, say("exportSoon", { count }));
        }
        keep(this.#mailbox, this.#export.id);
        note(say("exportBegun"));
        this.#draw();
        this.#follow(FIRST_LOOK);
      },
    );
  }

  /** Links are good for minutes: so each click asks for one. */
  async #download() {
    this.#export = await this.#ask(this.#export.id);
    this.#draw();
    if (this.#export) element("a", { href: this.#export.downloadUrl, download: "" }).click();
    else note(say("exportOver"));
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(mailbox, id) {
  localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [mailbox]: id }));
}
