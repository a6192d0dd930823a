// Keys, for whoever does not want to leave the keyboard. A new one needs its line in the texts.

import { dialog, element } from "./dom.js";
import { group, say } from "./texts.js";

/** `actions` has next, previous, open, remove, toggleRead, search, copy and back. */
export class Keyboard {
  #actions;

  constructor(actions) {
    this.#actions = actions;
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector("dialog[open]")) return;
      const isTyping = event.target.closest?.("input, textarea, select");
      if (isTyping && event.key !== "Escape") return;
      if (this.press(event.key)) event.preventDefault();
    });
  }

  /** Do what the key stands for; false if it stands for nothing, or its element does it. */
  press(key) {
    switch (key) {
      case "j":
        return this.#actions.next();
      case "k":
        return this.#actions.previous();
      case "Enter":
        return this.#actions.open();
      case "d":
        return this.#actions.remove();
      case "r":
        return this.#actions.toggleRead();
      case "c":
        return this.#actions.copy();
      case "/":
        return this.#actions.search();
      case "Escape":
        return this.#actions.back();
      case "?":
        return this.#help();
      default:
        return false;
    }
  }

  #help() {
    const keys = Object.entries(group("keyList")).flatMap(([key, does]) => [
      element("dt", {}, element("kbd", {}, key)),
      element("dd", {}, does),
    ]);
    dialog(say("keys"), say("close"), element("dl", { class: "keys" }, keys));
    return true;
  }
}
