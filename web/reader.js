// The message that is read: who sent it, what was found out about it, its content and its files.

import { api } from "./api.js";
import { longTime, size } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { mailFrame } from "./mail_frame.js";
import { copy, note, noteTrouble, reasonOf } from "./news.js";
import { group, say } from "./texts.js";
import { explain } from "./verdicts.js";

export class Reader {
  #place;
  #home;
  #actions;
  #shown = null; // {inbox, number, message, view, withImages}

  /** `actions` has `close`, `remove(number)`, `toggleRead(number)` and `key(key)`. */
  constructor(place, home, actions) {
    this.#place = place;
    this.#home = home;
    this.#actions = actions;
    this.close();
  }

  get number() {
    return this.#shown?.number ?? null;
  }

  close() {
    this.#shown = null;
    fill(
      this.#place,
      element(
        "div",
        { class: "empty wide-only" },
        icon("unread"),
        element("p", { class: "strong" }, say("chooseMessage")),
        element("p", { class: "hint" }, say("chooseMessageHint")),
      ),
    );
  }

  async open(inbox, number, withImages = false) {
    const isAgain = this.#shown?.inbox === inbox && this.#shown.number === number;
    if (isAgain && !withImages) return;
    const shown = {
      inbox,
      number,
      message: null,
      view: isAgain ? this.#shown.view : null,
      withImages,
    };
    this.#shown = shown;
    if (!isAgain)
      fill(
        this.#place,
        this.#bar(shown),
        element("div", { class: "loading", "aria-busy": "true" }),
      );
    try {
      shown.message = await api.message(inbox.id, number, withImages);
    } catch (error) {
      if (this.#shown !== shown) return;
      const reason = error.status === 404 ? say("gone") : reasonOf(error);
      return fill(this.#place, this.#bar(shown), element("p", { class: "empty" }, reason));
    }
    if (this.#shown !== shown) return;
    shown.view ??= shown.message.bodyHtml ? "html" : "text";
    this.draw();
    if (!isAgain) this.#place.scrollTop = 0;
    if (!inbox.messages.get(number)?.isRead) this.#markRead(inbox, number);
  }

  draw() {
    const shown = this.#shown;
    if (!shown?.message) return;
    const { message } = shown;
    fill(
      this.#place,
      this.#bar(shown),
      element(
        "article",
        {},
        element(
          "h1",
          { class: "subject", dir: "auto", tabindex: "-1" },
          message.subject || say("noSubject"),
        ),
        this.#sender(message),
        this.#confirmation(message),
        this.#spam(shown),
        this.#remarks(message),
        this.#filed(message),
        this.#files(shown),
        this.#views(shown),
        this.#content(shown),
      ),
    );
  }

  /** The buttons alone, after the message was marked. */
  redrawBar() {
    if (this.#shown) this.#place.firstElementChild?.replaceWith(this.#bar(this.#shown));
  }

  #bar({ inbox, number }) {
    const isRead = inbox.messages.get(number)?.isRead ?? true;
    const flag = say(isRead ? "markUnread" : "markRead");
    return element(
      "div",
      { class: "bar" },
      button(
        {
          class: "icon narrow-only",
          title: say("back"),
          "aria-label": say("back"),
          onclick: () => this.#actions.close(),
        },
        icon("back"),
      ),
      element("span", { class: "grow" }),
      button(
        {
          class: "icon",
          title: `${flag} (r)`,
          "aria-label": flag,
          onclick: () => this.#actions.toggleRead(number),
        },
        icon("unread"),
      ),
      element(
        "a",
        {
          class: "button icon",
          href: api.rawPath(inbox.id, number),
          download: `message-${number}.eml`,
          title: `${say("downloadRaw")}: ${say("downloadRawHint")}`,
          "aria-label": say("downloadRaw"),
        },
        icon("save"),
      ),
      button(
        {
          class: "icon",
          title: `${say("delete")} (d)`,
          "aria-label": say("delete"),
          onclick: () => this.#actions.remove(number),
        },
        icon("trash"),
      ),
    );
  }

  #sender(message) {
    const { tone, summary, lines } = explain(message.verdicts);
    const recipients = [...message.to, ...message.cc].map((each) => each.address).filter(Boolean);
    return element(
      "div",
      { class: "from" },
      element(
        "div",
        { class: "grow" },
        element(
          "div",
          {},
          element(
            "strong",
            { dir: "auto" },
            message.fromName || message.from || say("unknownSender"),
          ),
          " ",
          message.fromName && element("span", { class: "hint break" }, `<${message.from}>`),
        ),
        element(
          "div",
          { class: "hint break" },
          element(
            "time",
            { datetime: message.receivedAt },
            longTime(Date.parse(message.receivedAt)),
          ),
          recipients.length > 0 && ` · ${say("to")} ${recipients.slice(0, 5).join(", ")}`,
        ),
      ),
      element(
        "details",
        { class: `verdict ${tone}` },
        element("summary", {}, icon("shield"), summary),
        element(
          "ul",
          {},
          lines.map((line) => element("li", {}, line)),
        ),
      ),
    );
  }

  #confirmation({ confirmation }) {
    const { code, link, secure } = confirmation ?? {};
    if (!code && !link) return null;
    const host = link && new URL(link).host;
    return element(
      "div",
      { class: "confirmation" },
      code &&
        element(
          "span",
          { class: "found" },
          icon("key"),
          element("span", { class: "unseen" }, `${say("code")}: `),
          element("bdi", { class: "code" }, code),
        ),
      code &&
        button(
          {
            class: "primary",
            "aria-label": say("copyCode", { code }),
            onclick: () => this.#copied(code),
          },
          icon("copy"),
          say("copy"),
        ),
      link && element("span", { class: "found" }, icon("link"), say("confirmationLink")),
      link && button({ onclick: () => this.#copied(link) }, icon("copy"), say("copyLink")),
      link &&
        element(
          "a",
          { class: "button", href: link, target: "_blank", rel: "noopener noreferrer" },
          say("openLink", { host }),
        ),
      link && secure === false && element("span", { class: "remark" }, say("linkNotSecure")),
    );
  }

  #spam({ inbox, number }) {
    if (!inbox.messages.get(number)?.isSpam) return null;
    const keep = async () => {
      try {
        await inbox.keep(number);
        this.draw();
      } catch (error) {
        noteTrouble(error);
      }
    };
    return element(
      "p",
      { class: "remark" },
      say("isSpam"),
      " ",
      button({ onclick: keep }, say("notSpam")),
    );
  }

  #remarks(message) {
    const remarks = [
      message.recovered && say("recovered"),
      message.defects.length > 0 && say("defects", { list: message.defects.join(", ") }),
      message.truncated.length > 0 && say("truncated"),
    ].filter(Boolean);
    return remarks.map((text) => element("p", { class: "remark" }, text));
  }

  /** What rules have done with it. */
  #filed({ rules = [], forwarded = [] }) {
    const lines = forwarded.map(({ to, status, reason }) =>
      status === "skipped"
        ? say("notForwarded", { to, reason: group("skipReasons")[reason] ?? reason })
        : say("forwardedTo", { to, status }),
    );
    if (rules.length) lines.unshift(say("filedBy", { names: rules.join(", ") }));
    return lines.map((text) => element("p", { class: "hint break" }, text));
  }

  #files({ inbox, number, message }) {
    const files = message.attachments.filter((part) => !part.inline);
    if (!files.length) return null;
    return element(
      "section",
      { class: "files", "aria-label": say("attachments", { count: files.length }) },
      files.map((part) => {
        const name = part.filename || say("unnamed");
        return element(
          "a",
          {
            class: "button file",
            href: api.attachmentPath(inbox.id, number, part.id),
            download: name,
            "aria-label": say("download", { name }),
          },
          icon("clip"),
          element("bdi", {}, name),
          element("span", { class: "hint" }, size(part.size, group("bytes"))),
        );
      }),
    );
  }

  #views(shown) {
    const choices = [
      ["html", "htmlView"],
      ["text", "textView"],
      ["headers", "headersView"],
    ];
    const choose = (view) => {
      shown.view = view;
      this.draw();
      this.#place.querySelector(`.views [aria-pressed="true"]`)?.focus();
    };
    return element(
      "div",
      { class: "views" },
      choices
        .filter(([view]) => view !== "html" || shown.message.bodyHtml)
        .map(([view, name]) =>
          button(
            {
              class: "tab",
              "aria-pressed": String(shown.view === view),
              onclick: () => choose(view),
            },
            say(name),
          ),
        ),
    );
  }

  #content(shown) {
    const { message, view } = shown;
    if (view === "headers") return this.#headers(message);
    if (view === "text")
      return message.bodyText
        ? element("pre", { class: "text", dir: "auto" }, ...linked(message.bodyText))
        : element("p", { class: "empty" }, say("noText"));
    return [message.blockedImages > 0 && this.#blocked(shown), this.#frame(shown)];
  }

  #headers(message) {
    return element(
      "dl",
      { class: "headers" },
      message.headers
        .map(({ name, value }) => [element("dt", {}, name), element("dd", { dir: "auto" }, value)])
        .flat(),
    );
  }

  #blocked({ inbox, number, message }) {
    return element(
      "p",
      { class: "remark row" },
      element("span", { class: "grow" }, say("blockedImages", { count: message.blockedImages })),
      button({ onclick: () => this.open(inbox, number, true) }, icon("image"), say("showImages")),
    );
  }

  #frame({ inbox, number, message, withImages }) {
    const pictures = message.attachments
      .filter((part) => part.contentId)
      .map((part) => ({ path: api.attachmentPath(inbox.id, number, part.id), size: part.size }));
    return mailFrame({
      title: say("mailContent"),
      html: message.bodyHtml,
      pictures,
      withImages,
      mailOrigin: this.#home.config.mailOrigin ?? "",
      onkey: (key) => this.#actions.key(key),
    });
  }

  async #copied(text) {
    await copy(text);
    note(say("copied"));
  }

  async #markRead(inbox, number) {
    const marked = inbox.mark(number, true);
    this.redrawBar();
    try {
      await marked;
    } catch (error) {
      if (error.status !== 404) noteTrouble(error);
    }
  }
}

const ADDRESS = /https?:\/\/[^\s<>"']+/g;

/** The text, with its web addresses as links: here text and target are the same. */
function linked(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(/[).,;:!?\]]+$/, "");
    if (!URL.canParse(address)) continue;
    parts.push(
      text.slice(end, found.index),
      element(
        "a",
        { href: address, target: "_blank", rel: "noopener noreferrer nofollow" },
        address,
      ),
    );
    end = found.index + address.length;
  }
  return [...parts, text.slice(end)];
}
