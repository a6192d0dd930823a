// One piece of advice: what DNS says, what it should say, and what to do.

import { button, element, fill } from "./dom.js";
import { reasonOf } from "./news.js";
import { recordTable } from "./records.js";
import { part, pill } from "./room_parts.js";
import { say } from "./texts.js";

export class AdvicePart {
  #name;
  #request;
  #read;
  #body = element("div", { class: "part-body" });

  /**
   * `request` asks the service, with what is wanted; `read` makes of its answer what is shown:
   * `about`, `records`, maybe `steps` in the place of its changes, `more` and `actions`.
   */
  constructor(name, request, read) {
    this.#name = name;
    this.#request = request;
    this.#read = read;
    this.part = part(name, this.#body);
  }

  /** Ask DNS, and show what it says. */
  async look() {
    fill(
      this.#body,
      element("p", { class: "hint", role: "status" }, say("lookingForRecords")),
    );
    try {
      await this.ask();
    } catch (error) {
      fill(
        this.#body,
        element("p", { class: "trouble", role: "alert" }, reasonOf(error)),
        element("p", {}, button({ onclick: () => this.look() }, say("again"))),
      );
    }
  }

  /** Show the advice on what is wanted; errors are the caller's to tell. */
  async ask(wanted) {
    const found = await this.#request(wanted);
    const { about, records, steps = found.changes, more, actions } = this.#read(found);
    const isWell = !found.changes.length && !found.problems?.length;
    fill(
      this.#body,
      element(
        "p",
        { class: "row wrap", role: "status" },
        isWell ? pill("good", say("adviceWell")) : pill("warn", say("adviceToDo")),
        element("span", {}, about),
      ),
      sentences(found.problems, "remark"),
      sentences(steps),
      records.length > 0 &&
        recordTable(
          this.#name,
          records.map(({ record, what, state, found }) => ({
            ...record,
            what,
            state,
            found,
          })),
        ),
      more,
      actions && element("div", { class: "row wrap" }, actions),
    );
  }
}

/** As the service words them, each with a capital, and `names` as code. */
function sentences(texts, kind = "") {
  if (!texts?.length) return null;
  return element(
    "ul",
    { class: `dots break ${kind}` },
    texts.map((each) => element("li", {}, withCode(`${capital(each)}.`))),
  );
}

/** A name of a host stays as it is. */
function capital(text) {
  const [first] = text.split(" ", 1);
  return first.includes(".") ? text : text[0].toUpperCase() + text.slice(1);
}

function withCode(text) {
  return text.split("`").map((each, at) => (at % 2 ? element("code", {}, each) : each));
}
