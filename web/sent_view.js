// One mail that was sent: who got it, and what happened to it.

import { api } from "./api.js";
import { longTime, size } from "./clock.js";
import { button, element, refill } from "./dom.js";
import { askFirst } from "./forms.js";
import { icon } from "./icons.js";
import { note, noteTrouble } from "./news.js";
import { facts, head, history, part, pill, table } from "./room_parts.js";
import { CANCELLABLE, RESENDABLE, toneOf, whileUnderWay } from "./sending.js";
import { group, say } from "./texts.js";

const at = (time) => longTime(Date.parse(time));

export class SentView {
  #stage;
  #id;
  #mail;

  constructor(stage, id) {
    this.#stage = stage;
    this.#id = id;
  }

  async load() {
    await this.#look();
    whileUnderWay(
      this.#stage,
      () => [this.#mail],
      () => this.#look(),
    );
  }

  async #look() {
    this.#mail = await api.sent(this.#id);
    refill(this.#stage, this.#mail, () => this.#draw(this.#mail));
  }

  #draw(mail) {
    const texts = group("sentStatus");
    return [
      head("#/sent", mail.subject || say("noSubject")),
      element(
        "div",
        { class: "part" },
        element(
          "p",
          { class: "row wrap", role: "status" },
          pill(toneOf(mail.status), texts[mail.status]),
          element("span", {}, meaning(mail)),
          mail.reason === "suppressed" &&
            element("a", { href: "#/suppressions" }, say("seeSuppressions")),
        ),
        this.#actions(mail),
        factsOf(mail),
      ),
      part(
        say("recipients"),
        table(
          say("recipients"),
          [say("recipient"), say("status"), say("answer")],
          mail.recipients.map(({ address, status, detail }) => [
            element("bdi", { class: "break" }, address),
            pill(toneOf(status), texts[status]),
            element("span", { class: "hint break", dir: "auto" }, detail || "–"),
          ]),
        ),
      ),
      part(
        say("history"),
        history(
          mail.events.map(({ at, type, detail }) => ({
            at,
            text: group("sentEvents")[type] ?? type,
            detail,
          })),
        ),
      ),
    ];
  }

  #actions({ status }) {
    if (status === "sending") return null;
    const canCancel = CANCELLABLE.includes(status);
    return element(
      "div",
      { class: "row wrap" },
      RESENDABLE.includes(status) &&
        button(
          { class: "primary", onclick: () => this.#again(status) },
          icon("send"),
          say("sendAgain"),
        ),
      canCancel
        ? button(
            { onclick: () => this.#cancel().catch(noteTrouble) },
            icon("back"),
            say("callBack"),
          )
        : button(
            { class: "danger quiet", onclick: () => this.#remove() },
            icon("trash"),
            say("delete"),
          ),
    );
  }

  #again(status) {
    const act = async () => {
      await api.sendAgain(this.#id);
      await this.#look();
      note(say("sentAgain"));
    };
    if (status !== "uncertain") return act().catch(noteTrouble);
    askFirst(say("sendAgainQuestion"), say("sendAgainWarning"), say("sendAgain"), act);
  }

  /** To call back what is over would remove it: so it is looked at once more. */
  async #cancel() {
    await this.#look();
    if (!CANCELLABLE.includes(this.#mail.status)) return note(say("goneAlready"));
    const { deleted } = await api.deleteSent(this.#id);
    note(say(deleted ? "goneAlready" : "calledBack"));
    if (deleted) location.hash = "#/sent";
    else await this.#look();
  }

  #remove() {
    askFirst(say("deleteSentQuestion"), say("deleteSentWarning"), say("delete"), async () => {
      await api.deleteSent(this.#id);
      note(say("sentDeleted"));
      location.hash = "#/sent";
    });
  }
}

/** The status in a sentence; why, if it failed. */
function meaning({ status, reason, scheduledAt }) {
  if (status === "scheduled") return say("willGo", { time: at(scheduledAt) });
  return group("failReasons")[reason] ?? group("sentMeanings")[status];
}

function factsOf(mail) {
  const files = mail.attachments.map(
    ({ filename, size: bytes }) => `${filename} (${size(bytes, group("bytes"))})`,
  );
  const lines = [
    ["from", mail.from],
    ["mailTo", mail.to.join(", ")],
    ["cc", mail.cc.join(", ")],
    ["bcc", mail.bcc.join(", ")],
    ["replyTo", mail.replyTo.join(", ")],
    ["acceptedAt", at(mail.createdAt)],
    ["scheduledFor", mail.scheduledAt && at(mail.scheduledAt)],
    ["sizeOfMail", size(mail.size, group("bytes"))],
    ["attached", files.join(", ")],
  ];
  return facts(lines.map(([name, text]) => [say(name), text]));
}
