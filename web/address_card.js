// The address: to copy, to show as QR code, its time left; and the tabs of an account's mailboxes.

import { api } from "./api.js";
import { longTime, timeLeft } from "./clock.js";
import { button, dialog, element, fill, refill } from "./dom.js";
import { askFirst } from "./forms.js";
import { icon } from "./icons.js";
import { copy, note, noteTrouble } from "./news.js";
import { say } from "./texts.js";

const COPIED_FOR = 1_500;

export class AddressCard {
  #home;
  #actions;
  #tabs = element("nav", { class: "tabs", "aria-label": say("mailboxes") });
  #card = element("div");

  /** `actions` has `newMailbox` and `logIn`, which open dialogs. */
  constructor(home, place, actions) {
    this.#home = home;
    this.#actions = actions;
    fill(place, this.#tabs, this.#card);
    setInterval(() => this.draw(), 15_000);
  }

  draw() {
    const { account, inboxes, current, active, limit, isClosed } = this.#home;
    refill(
      this.#tabs,
      account && [
        active,
        limit,
        current?.id,
        inboxes.map((each) => [each.id, each.unread, each.isOver]),
      ],
      () => (account ? this.#drawTabs() : []),
    );
    refill(this.#card, [account?.id, current?.id, current?.isOver, isClosed], () => {
      if (current) return this.#drawCard(current);
      if (account) return this.#drawNone();
      return isClosed ? this.#drawClosed() : this.#drawWaiting();
    });
    this.#tick();
  }

  /** What changes with time alone. */
  #tick() {
    const inbox = this.#home.current;
    const left = this.#card.querySelector(".left");
    if (!inbox || !left) return;
    const now = Date.now();
    left.textContent = inbox.isOver
      ? say("expired")
      : say("timeLeft", { time: timeLeft(inbox.expiresAt, now) });
    left.title = say("endsAt", { time: longTime(inbox.expiresAt) });
    const rest = (inbox.expiresAt - now) / (inbox.expiresAt - inbox.createdAt);
    this.#card.querySelector("meter").value = Math.max(0, Math.min(1, rest));
  }

  async copy() {
    const inbox = this.#home.current;
    if (!inbox) return;
    await copy(inbox.address);
    const main = this.#card.querySelector(".copy");
    if (!main) return;
    fill(main, icon("check"), say("copied"));
    setTimeout(() => main.isConnected && fill(main, icon("copy"), say("copy")), COPIED_FOR);
  }

  #drawCard(inbox) {
    const [local, domain] = inbox.address.split("@");
    const address = button(
      {
        class: "address",
        title: say("copyAddress"),
        "aria-label": `${say("copyAddress")} ${inbox.address}`,
        onclick: () => this.copy(),
      },
      element(
        "bdi",
        {},
        element("span", { class: "local" }, local),
        element("wbr"),
        element("span", { class: "domain" }, `@${domain}`),
      ),
    );
    const isOver = inbox.isOver;
    return element(
      "div",
      { class: isOver ? "card over" : "card" },
      element(
        "div",
        { class: "card-line" },
        address,
        element(
          "div",
          { class: "card-actions" },
          !isOver &&
            button(
              { class: "copy primary", onclick: () => this.copy() },
              icon("copy"),
              say("copy"),
            ),
          !isOver &&
            button(
              {
                class: "icon",
                title: say("showQr"),
                "aria-label": say("showQr"),
                onclick: () => this.#qr(inbox),
              },
              icon("qr"),
            ),
          this.#home.account ? this.#owned(inbox) : this.#anonymous(inbox),
        ),
      ),
      element(
        "div",
        { class: "card-time" },
        icon("clock"),
        element("span", { class: "left" }),
        element("meter", { min: 0, max: 1, "aria-label": say("timeLeft", { time: "" }).trim() }),
        this.#home.account &&
          element(
            "a",
            { class: "end", href: `#/rules/${inbox.id}`, "aria-label": say("mailboxRules") },
            say("rules"),
          ),
      ),
    );
  }

  #anonymous(inbox) {
    if (inbox.isOver)
      return button(
        { class: "primary", onclick: () => this.#renewNow() },
        icon("renew"),
        say("newAddress"),
      );
    return button(
      { class: "quiet", onclick: () => this.#renew(inbox) },
      icon("renew"),
      say("newAddress"),
    );
  }

  #owned(inbox) {
    return [
      button({ class: "quiet", onclick: () => this.#extend(inbox) }, icon("clock"), say("extend")),
      button(
        {
          class: "icon",
          title: say("deleteMailbox"),
          "aria-label": say("deleteMailbox"),
          onclick: () => this.#delete(inbox),
        },
        icon("trash"),
      ),
    ];
  }

  #drawTabs() {
    const { inboxes, current, active, limit } = this.#home;
    const tabs = inboxes.map((inbox) => {
      const unread = inbox.unread;
      return button(
        {
          class: inbox.isOver ? "tab over" : "tab",
          "aria-current": inbox === current ? "true" : null,
          title: inbox.address,
          onclick: () => this.#home.select(inbox),
        },
        element("bdi", {}, inbox.address.split("@")[0]),
        unread > 0 &&
          element(
            "span",
            { class: "count" },
            String(unread),
            element("span", { class: "unseen" }, ` ${say("unread")}`),
          ),
      );
    });
    const hint = `${say("newMailbox")} (${say("mailboxesUsed", { count: active, limit })})`;
    const add = button(
      {
        class: "tab add",
        title: hint,
        "aria-label": say("newMailbox"),
        onclick: () => this.#actions.newMailbox(),
      },
      icon("plus"),
    );
    return active < limit ? [...tabs, add] : tabs;
  }

  #drawNone() {
    return element(
      "div",
      { class: "card" },
      element(
        "p",
        {},
        element("strong", {}, say("noMailbox")),
        element("br"),
        say("noMailboxHint"),
      ),
      button(
        { class: "primary", onclick: () => this.#actions.newMailbox() },
        icon("plus"),
        say("newMailbox"),
      ),
    );
  }

  #drawClosed() {
    return element(
      "div",
      { class: "card" },
      element("p", {}, say("closed")),
      button(
        { class: "primary", onclick: () => this.#actions.logIn() },
        icon("person"),
        say("logIn"),
      ),
    );
  }

  #drawWaiting() {
    return element(
      "div",
      { class: "card waiting", "aria-busy": "true" },
      element("span", { class: "address ghost" }, "…"),
    );
  }

  #qr(inbox) {
    const shown = element("img", {
      class: "qr",
      src: api.qrPath(inbox.id),
      alt: say("qrAlt", { address: inbox.address }),
      width: 240,
      height: 240,
    });
    dialog(
      say("yourAddress"),
      say("close"),
      shown,
      element("p", { class: "break" }, inbox.address),
      element("p", { class: "hint" }, say("qrHint")),
    );
  }

  #renew(inbox) {
    askFirst(
      say("newAddressQuestion"),
      say("newAddressWarning", { address: inbox.address }),
      say("giveUp"),
      () => this.#home.renew(),
    );
  }

  #renewNow() {
    this.#home.renew().catch(noteTrouble);
  }

  #delete(inbox) {
    askFirst(
      say("deleteMailboxQuestion"),
      say("deleteMailboxWarning", { address: inbox.address }),
      say("deleteMailbox"),
      () => this.#home.deleteMailbox(inbox),
    );
  }

  async #extend(inbox) {
    try {
      await this.#home.extend(inbox);
      note(say("extended", { time: longTime(inbox.expiresAt) }));
    } catch (error) {
      noteTrouble(error);
    }
  }
}
