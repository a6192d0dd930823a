// The account's other rooms: its domains, and the mail it sends. Each is loaded when first entered.

import { Unreachable } from "./api.js";
import { button, element, fill } from "./dom.js";
import { reasonOf } from "./news.js";
import { say } from "./texts.js";

const DOORS = {
  domains: () => import("./domains.js"),
  sent: () => import("./sent.js"),
};

export class Rooms {
  #place;
  #path = []; // the room's name, and the id of what is shown in it

  constructor(place) {
    this.#place = place;
  }

  get isOpen() {
    return this.#path.length > 0;
  }

  /** Enter the room that the hash names (`#/domains/<id>`), or leave if it names none. */
  show(hash) {
    const [, name, id] = hash.split("/");
    const path = Object.hasOwn(DOORS, name) ? [name, ...(id ? [id] : [])] : [];
    if (path.join("/") === this.#path.join("/")) return;
    this.#path = path;
    for (const each of document.querySelectorAll("dialog[open]")) each.close(); // of the place before
    if (path.length) this.#enter();
    else fill(this.#place);
  }

  /** One step out: from one thing to the list of all, from there to the mail. */
  back() {
    location.hash = this.#path.length > 1 ? `#/${this.#path[0]}` : "";
  }

  /** A stage of its own each time: what comes too late draws on one that is gone. */
  async #enter() {
    const [name, id] = this.#path;
    const stage = element(
      "div",
      { class: "stage" },
      element("div", { class: "loading", "aria-busy": "true" }),
    );
    fill(this.#place, stage);
    try {
      const { show } = await DOORS[name]().catch((cause) => {
        throw new Unreachable(name, { cause });
      });
      await show(stage, id && decodeURIComponent(id));
      if (stage.isConnected) stage.querySelector("h1").focus();
    } catch (error) {
      fill(
        stage,
        element("p", { class: "trouble", role: "alert" }, reasonOf(error)),
        element(
          "p",
          { class: "row" },
          button({ onclick: () => this.#enter() }, say("again")),
          button({ class: "quiet", onclick: () => this.back() }, say("close")),
        ),
      );
    }
  }
}
