// What the service does not do for the rest of the day, as it says itself.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { say } from "./texts.js";

const LOOK_EVERY = 5 * 60_000;
const TEXTS = {
  "no-new-inboxes": "noNewAddresses",
  "no-mail": "noNewMail",
  closed: "closedForToday",
};

/** Event `change`: what `line` says may be another thing now. */
export class Service extends EventTarget {
  #restriction = null;

  /** Look now and, while somebody sees the page, now and then. */
  start() {
    this.look();
    setInterval(() => document.visibilityState === "visible" && this.look(), LOOK_EVERY);
  }

  async look() {
    try {
      ({ restriction: this.#restriction = null } = await api.health());
    } catch {
      return; // that there is no answer, others say
    }
    this.dispatchEvent(new Event("change"));
  }

  /** A sentence for people; empty while it does all it can. */
  get line() {
    const { kind, until } = this.#restriction ?? {};
    const end = Date.parse(until);
    return end > Date.now() && kind in TEXTS ? say(TEXTS[kind], { time: longTime(end) }) : "";
  }
}
