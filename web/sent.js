// The room of the mail that the account sends: all of it, newest first.

import { api } from "./api.js";
import { longTime, shortTime } from "./clock.js";
import { compose } from "./compose.js";
import { button, element, fill, refill } from "./dom.js";
import { field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import { note, noteTrouble } from "./news.js";
import { head, moreButton, nothing, pill } from "./room_parts.js";
import "./room_texts.js";
import { SentView } from "./sent_view.js";
import { STATUSES, toneOf, whileUnderWay } from "./sending.js";
import { group, say } from "./texts.js";

/** Draw the room on this stage: the list, or the mail of this id. */
export function show(stage, id) {
  return id ? new SentView(stage, id).load() : new SentList(stage).load();
}

class SentList {
  #stage;
  #mails = [];
  #cursor = null;
  #status = "";
  #terms; // what can be sent: whether at all, and from where
  #list = element("ul", { class: "lines" });
  #end = element("div", { class: "center" });

  constructor(stage) {
    this.#stage = stage;
  }

  async load() {
    const [stats, { domains }, { templates }] = await Promise.all([
      api.sendingStats(),
      api.ownDomains(),
      api.templates(),
      this.#more(),
    ]);
    this.#terms = {
      isOn: stats.limits.sandbox !== null,
      isSandbox: stats.limits.sandbox,
      approval: stats.limits.approval,
      domains: domains.filter(({ isActive }) => isActive).map(({ name }) => name),
      templates,
      draft: {},
    };
    const canSend = this.#terms.isOn && this.#isApproved && this.#terms.domains.length > 0;
    fill(
      this.#stage,
      head("#", say("sent"), this.#filter(), canSend && this.#newMail()),
      this.#refusal(),
      this.#list,
      this.#end,
    );
    this.#draw();
    whileUnderWay(
      this.#stage,
      () => this.#mails,
      () => this.#refresh(),
    );
  }

  get #isApproved() {
    return ["approved", "not-needed"].includes(this.#terms.approval);
  }

  /** How the account stands that may not send yet, and the way to ask. */
  #unapproved() {
    const { approval } = this.#terms;
    return element(
      "p",
      { class: "remark" },
      group("approvals")[approval],
      " ",
      approval === "not-asked" && button({ onclick: () => this.#ask() }, say("askToSend")),
    );
  }

  #ask() {
    formDialog(
      say("askToSend"),
      [
        element("p", { class: "hint" }, say("askToSendHint")),
        field(say("purpose"), { name: "purpose", rows: 3, maxlength: 500 }, "", "textarea"),
      ],
      say("ask"),
      async ({ purpose }) => {
        await api.askToSend(purpose.replaceAll("\r\n", "\n"));
        note(group("approvals").asked);
        await this.load();
      },
    );
  }

  #newMail() {
    const open = () => compose(this.#terms, () => this.#refresh().catch(noteTrouble));
    return button({ class: "primary", onclick: open }, icon("plus"), say("writeMail"));
  }

  #filter() {
    const chosen = element(
      "select",
      { "aria-label": say("filterStatus") },
      element("option", { value: "" }, say("everyStatus")),
      STATUSES.map((each) => element("option", { value: each }, group("sentStatus")[each])),
    );
    chosen.addEventListener("change", async () => {
      this.#status = chosen.value;
      this.#mails = [];
      this.#cursor = null;
      await this.#more().catch(noteTrouble);
      this.#draw();
    });
    return chosen;
  }

  /** Why nothing can be sent, and what to do. */
  #refusal() {
    const { isOn, domains } = this.#terms;
    if (!isOn) return element("p", { class: "remark" }, say("sendingOff"));
    if (!this.#isApproved) return this.#unapproved();
    if (domains.length) return null;
    return element(
      "p",
      { class: "remark" },
      say("needsDomain"),
      " ",
      element("a", { href: "#/domains" }, say("goToDomains")),
    );
  }

  /** The next of the list; pages may be empty and not the last. */
  async #more() {
    const status = this.#status;
    let found;
    do {
      found = await api.sentPage(status, found?.cursor ?? this.#cursor);
      if (status !== this.#status) return; // somebody chose another one
    } while (!found.emails.length && found.cursor);
    this.#mails = [...this.#mails, ...found.emails];
    this.#cursor = found.cursor;
  }

  /** The newest again; what lies behind them stays. */
  async #refresh() {
    const status = this.#status;
    const { emails, cursor } = await api.sentPage(status);
    if (status !== this.#status) return;
    const behind = cursor ? this.#mails.filter(({ id }) => id < cursor) : [];
    if (!behind.length) this.#cursor = cursor;
    this.#mails = [...emails, ...behind];
    this.#draw();
  }

  #draw() {
    refill(this.#list, this.#mails, () => this.#mails.map(line));
    refill(this.#end, [this.#mails.length, this.#cursor, this.#status], () => {
      if (this.#cursor) return [moreButton(() => this.#more().then(() => this.#draw()))];
      if (this.#mails.length) return [];
      if (this.#status) return [element("p", { class: "hint" }, say("noneOfStatus"))];
      return [nothing("send", say("nothingSent"), say("nothingSentHint"))];
    });
  }
}

function line({ id, to, cc, bcc, subject, status, createdAt, scheduledAt }) {
  const whom = [...to, ...cc, ...bcc];
  const at = Date.parse(status === "scheduled" ? scheduledAt : createdAt);
  return element(
    "li",
    {},
    element(
      "a",
      { class: "line", href: `#/sent/${id}` },
      element("span", { class: "sender", dir: "auto" }, whom.join(", ")),
      element(
        "time",
        { class: "when", datetime: new Date(at).toISOString() },
        status === "scheduled" ? say("goesAt", { time: longTime(at) }) : shortTime(at),
      ),
      element("span", { class: "grow strong", dir: "auto" }, subject || say("noSubject")),
      pill(toneOf(status), group("sentStatus")[status]),
    ),
  );
}
