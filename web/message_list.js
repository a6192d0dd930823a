// The list: newest first, drawn once a message and then only touched where it changed.

import { longTime, shortTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { noteTrouble } from "./news.js";
import { say } from "./texts.js";

export class MessageList {
  #place;
  #inbox = null;
  #rows = new Map(); // number -> {item, line}
  #list = element("ol", { class: "lines" });
  #end = element("p", { class: "hint center", hidden: true }, say("loadingMore"));
  #full = element("p", { class: "remark", role: "status", hidden: true });
  #spam = button({ class: "plain center", onclick: () => this.#toggleSpam() });
  #empty = element("div", { class: "empty" });
  #search;
  #count = element("span", { class: "hint" });
  #opened = null;

  constructor(place) {
    this.#place = place;
    this.#search = element("input", {
      type: "search",
      placeholder: say("search"),
      "aria-label": say("search"),
      "aria-keyshortcuts": "/",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      oninput: () => this.#searched(),
    });
    const head = element(
      "div",
      { class: "list-head" },
      element("label", { class: "search" }, icon("search"), this.#search),
      this.#count,
    );
    fill(place, head, this.#full, this.#empty, this.#list, this.#end, this.#spam);
    new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.#more(), {
      rootMargin: "400px",
    }).observe(this.#end);
    setInterval(() => this.#tick(), 30_000);
  }

  get words() {
    return this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
  }

  /** The numbers as they stand, newest first. */
  get numbers() {
    return this.#inbox ? this.#inbox.list(this.words).map((message) => message.seq) : [];
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  /** Forget what is searched for; false if nothing was. */
  clearSearch() {
    if (!this.#search.value) return false;
    this.#search.value = "";
    this.#searched();
    return true;
  }

  /** The number of the line that has the focus, or null. */
  get focused() {
    for (const [number, { link }] of this.#rows) if (link === document.activeElement) return number;
    return null;
  }

  focus(number) {
    this.#rows.get(number)?.link.focus();
  }

  show(inbox) {
    if (inbox !== this.#inbox) {
      this.#inbox = inbox;
      this.#rows.clear();
      this.#search.value = "";
    }
    this.draw();
  }

  /** `opened` is the number of the message that is being read. */
  mark(opened) {
    this.#rows.get(this.#opened)?.link.removeAttribute("aria-current");
    this.#opened = opened;
    const row = this.#rows.get(opened);
    row?.link.setAttribute("aria-current", "true");
    row?.item.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const inbox = this.#inbox;
    this.#place.classList.toggle("absent", !inbox);
    if (!inbox) return fill(this.#list);
    const found = inbox.list(this.words);
    const wanted = found.map((message) => this.#row(message));
    this.#arrange(wanted);
    for (const number of this.#rows.keys())
      if (!inbox.messages.has(number)) this.#rows.delete(number);
    this.#end.hidden = inbox.isComplete || inbox.cursor === undefined;
    this.#count.textContent = found.length
      ? say("messageCount", { count: inbox.isComplete ? found.length : `${found.length}+` })
      : "";
    const count = inbox.spam;
    this.#spam.hidden = !count;
    this.#spam.textContent = say(inbox.showsSpam ? "hideSpam" : "showSpam", { count });
    this.#drawFull(inbox.full);
    this.#drawEmpty(found.length, inbox.cursor !== undefined);
  }

  /** Put the rows in this order, moving only those that are not in their place. */
  #arrange(wanted) {
    let next = this.#list.firstElementChild;
    for (const item of wanted) {
      if (item === next) next = next.nextElementSibling;
      else this.#list.insertBefore(item, next);
    }
    while (next) {
      const after = next.nextElementSibling;
      next.remove();
      next = after;
    }
  }

  #row(message) {
    const known = this.#rows.get(message.seq);
    if (known?.message === message) return known.item;
    const link = this.#link(message);
    const item = known?.item ?? element("li");
    const hadFocus = known?.link === document.activeElement;
    fill(item, link);
    if (hadFocus) link.focus();
    this.#rows.set(message.seq, { message, item, link });
    return item;
  }

  #link(message) {
    const sender = message.fromName || message.from || say("unknownSender");
    return element(
      "a",
      {
        href: `#/${this.#inbox.id}/${message.seq}`,
        class: message.isRead ? "line" : "line unread",
        "aria-current": message.seq === this.#opened ? "true" : null,
      },
      !message.isRead && element("span", { class: "unseen" }, `${say("unread")}: `),
      element("span", { class: "sender", dir: "auto" }, sender),
      element(
        "span",
        { class: "when" },
        message.hasAttachments &&
          element(
            "span",
            {
              class: "mark",
              role: "img",
              "aria-label": say("attachment"),
              title: say("attachment"),
            },
            icon("clip"),
          ),
        element("time", { datetime: message.receivedAt }, shortTime(message.at)),
      ),
      element(
        "span",
        { class: "subject", dir: "auto" },
        message.isSpam && element("span", { class: "pill bad" }, say("spam")),
        message.isSpam && " ",
        message.subject || say("noSubject"),
      ),
      element("span", { class: "preview", dir: "auto" }, message.preview),
    );
  }

  #drawFull(full) {
    const text = full
      ? say("inboxFull", { count: full.dropped, time: longTime(Date.parse(full.since)) })
      : "";
    this.#full.hidden = !full;
    if (this.#full.textContent !== text) this.#full.textContent = text;
  }

  #drawEmpty(count, isRead) {
    this.#empty.hidden = count > 0 || !isRead;
    if (this.#empty.hidden) return;
    if (this.#search.value)
      return fill(
        this.#empty,
        element("p", {}, say("nothingFound", { words: this.#search.value })),
      );
    fill(
      this.#empty,
      icon("mayfly"),
      element("p", { class: "strong" }, say("nothingYet")),
      element("p", { class: "hint" }, say("nothingYetHint")),
    );
  }

  #toggleSpam() {
    this.#inbox.showsSpam = !this.#inbox.showsSpam;
    this.draw();
  }

  #tick() {
    for (const { message, link } of this.#rows.values()) {
      const time = link.querySelector("time");
      const text = shortTime(message.at);
      if (time.textContent !== text) time.textContent = text;
    }
  }

  /** A search is through all of the mailbox, not only what was read so far. */
  async #searched() {
    this.draw();
    while (this.#search.value && this.#inbox?.cursor) if (!(await this.#more())) return;
  }

  async #more() {
    try {
      await this.#inbox?.more();
      return true;
    } catch (error) {
      noteTrouble(error);
      return false;
    }
  }
}
