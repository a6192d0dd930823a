// The account's other rooms: its domains, the mail it sends, its settings. Each is loaded when it
// is first entered.

import { Unreachable } from "./api.js";
import { button, element, fill } from "./dom.js";
import { reasonOf } from "./news.js";
import { say } from "./texts.js";

const DOORS = {
  domains: () => import("./domains.js"),
  sent: () => import("./sent.js"),
  settings: () => import("./settings.js"),
  relays: () => import("./relays.js"),
  suppressions: () => import("./suppressions.js"),
  rules: () => import("./rules.js"),
  forwarding: () => import("./forwarding.js"),
  exports: () => import("./exports.js"),
  "api-keys": () => import("./api_keys.js"),
  webhooks: () => import("./webhooks.js"),
  templates: () => import("./templates.js"),
  statistics: () => import("./statistics.js"),
};
/** What the settings lead to. */
const OF_SETTINGS = new Set([
  "rules",
  "forwarding",
  "exports",
  "relays",
  "suppressions",
  "api-keys",
  "webhooks",
  "templates",
  "statistics",
]);

export class Rooms {
  #place;
  #path = []; // the room's name, the id of what is shown in it, and which side of that

  constructor(place) {
    this.#place = place;
  }

  get isOpen() {
    return this.#path.length > 0;
  }

  /** Enter the room that the hash names (`#/domains/<id>/relay`), or leave if it names none. */
  show(hash) {
    const [, name, ...rest] = hash.split("/");
    const path = Object.hasOwn(DOORS, name) ? [name, ...rest.filter(Boolean)] : [];
    if (path.join("/") === this.#path.join("/")) return;
    this.#path = path;
    for (const each of document.querySelectorAll("dialog[open]")) each.close(); // of the place before
    if (path.length) this.#enter();
    else fill(this.#place);
  }

  /** One step out: from one thing to the list of all, from there to the settings or the mail. */
  back() {
    const [name, ...rest] = this.#path;
    if (rest.length) location.hash = `#/${name}`;
    else location.hash = OF_SETTINGS.has(name) ? "#/settings" : "";
  }

  /** A stage of its own each time: what comes too late draws on one that is gone. */
  async #enter() {
    const [name, id, side] = this.#path;
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
      await show(stage, id && decodeURIComponent(id), side);
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
