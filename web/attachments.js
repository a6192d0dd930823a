// The files that go with a message: chosen, listed, taken out again, and read when it is sent.

import { Refused } from "./api.js";
import { size } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { group, say } from "./texts.js";

/** In base64 and with the text around them, more would not fit into one request of 4 MiB. */
const MOST_BYTES = 3_000_000;
const ANY_TYPE = "application/octet-stream";
const inWords = (bytes) => size(bytes, group("bytes"));

export class Attachments {
  #files;
  #list = element("ul", { class: "chosen", "aria-label": say("attachedFiles") });

  /** `files` is changed as files come and go: so what was chosen is there again the next time. */
  constructor(files) {
    this.#files = files;
    const chosen = element("input", { type: "file", multiple: true, hidden: true });
    const choose = button(
      { name: "attachments", onclick: () => chosen.click(), "aria-describedby": "attach-hint" },
      icon("clip"),
      say("attach"),
    );
    chosen.addEventListener("change", () => {
      files.push(...chosen.files);
      chosen.value = ""; // so that the same one can be chosen again
      this.#draw();
    });
    this.field = element(
      "div",
      { class: "field" },
      this.#list,
      element("div", {}, choose),
      element(
        "span",
        { class: "hint", id: "attach-hint" },
        say("attachHint", { most: inWords(MOST_BYTES) }),
      ),
      chosen,
    );
    this.#draw();
  }

  /** As the API takes them; refuses what does not fit into one request. */
  async read() {
    const bytes = this.#files.reduce((sum, file) => sum + file.size, 0);
    if (bytes > MOST_BYTES)
      throw new Refused(
        413,
        "PAYLOAD_TOO_LARGE",
        say("filesTooLarge", { most: inWords(MOST_BYTES), size: inWords(bytes) }),
      );
    return Promise.all(
      this.#files.map(async (file) => ({
        filename: file.name,
        contentType: file.type || ANY_TYPE,
        content: await base64(file),
      })),
    );
  }

  #draw() {
    fill(this.#list, this.#files.map((file) => this.#line(file)));
  }

  #line(file) {
    const label = say("removeFile", { name: file.name });
    const remove = () => {
      this.#files.splice(this.#files.indexOf(file), 1);
      this.#draw();
      this.field.querySelector("[name=attachments]").focus();
    };
    return element(
      "li",
      { class: "row" },
      icon("clip"),
      element("bdi", { class: "break" }, file.name),
      element("span", { class: "hint grow" }, inWords(file.size)),
      button({ class: "icon", title: label, "aria-label": label, onclick: remove }, icon("cross")),
    );
  }
}

/** The file's bytes; an error says so if it is no longer there. */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
