// One webhook: how its receiver is doing, what can be done, and what became of each delivery.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, element, fill, refill } from "./dom.js";
import { wordsOf } from "./filter_words.js";
import { askFirst, check, field, formDialog, offWhile } from "./forms.js";
import { icon } from "./icons.js";
import { note, noteTrouble, reasonOf } from "./news.js";
import { facts, head, item, moreButton, part, pill } from "./room_parts.js";
import { whileDue } from "./sending.js";
import { group, say } from "./texts.js";
import { editWebhook, showSecret } from "./webhook_form.js";

const TONES = { waiting: "waiting", delivered: "good", given_up: "bad" };
const DAY = 86_400_000;

const time = (at) => longTime(Date.parse(at));

/** Its state in a word. */
export function statePill({ disabledAt, paused }) {
  if (disabledAt) return pill("bad", say("hookDisabled"));
  return paused ? pill("waiting", say("hookPaused")) : pill("good", say("hookActive"));
}

export class WebhookView {
  #stage;
  #id;
  #webhook;
  #deliveries = [];
  #cursor = null;
  #state = "";
  #about = element("div", { class: "part" });
  #result = element("p", { class: "remark", role: "status", hidden: true });
  #log = element("ul", { class: "lines log" });
  #end = element("div");

  constructor(stage, id) {
    this.#stage = stage;
    this.#id = id;
  }

  async load() {
    [this.#webhook] = await Promise.all([api.webhook(this.#id), this.#more()]);
    fill(
      this.#stage,
      head("#/webhooks", this.#webhook.description || this.#webhook.url),
      this.#about,
      part(
        say("deliveries"),
        element("p", { class: "hint" }, say("deliveriesHint")),
        element("div", { class: "row wrap" }, this.#filter(), this.#logActions()),
        this.#log,
        this.#end,
      ),
    );
    this.#draw();
    this.#drawLog();
    const isWaiting = () => this.#deliveries.some(({ state }) => state === "waiting");
    whileDue(this.#stage, isWaiting, () => this.#refresh());
  }

  #draw() {
    const webhook = this.#webhook;
    refill(this.#about, webhook, () => [
      element("p", { class: "row wrap" }, statePill(webhook), this.#standing()),
      facts([
        [say("hookUrl"), webhook.url],
        [say("hookEvents"), webhook.events.join(", ")],
        [say("hookFilterShort"), wordsOf(webhook.filter)],
        [say("hookFormat"), group("hookFormats")[webhook.format] ?? webhook.format],
        [say("hookMade"), time(webhook.createdAt)],
      ]),
      this.#actions(),
      this.#result,
    ]);
  }

  /** How it is doing, in a sentence. */
  #standing() {
    const { disabledAt, disabledBecause, paused, failingSince } = this.#webhook;
    const told = (text) => element("span", { class: "break" }, text);
    if (disabledAt)
      return told(say("disabledSince", { time: time(disabledAt), why: disabledBecause }));
    if (paused) return told(say("pausedHint"));
    return failingSince && told(say("failingSince", { time: time(failingSince) }));
  }

  #actions() {
    const { disabledAt, paused } = this.#webhook;
    const change = (wanted, text) => () => this.#change(wanted).then(() => note(text), noteTrouble);
    let turn = ["pause", "pauseHook", { paused: true }, say("hookIsPaused")];
    if (paused) turn = ["play", "resumeHook", { paused: false }, say("hookIsActive")];
    if (disabledAt) turn = ["play", "enableHook", { paused: false }, say("hookIsActive")];
    const [glyph, label, wanted, told] = turn;
    return element(
      "div",
      { class: "row wrap" },
      button(
        { class: "primary", onclick: offWhile(() => this.#test()) },
        icon("send"),
        say("testHook"),
      ),
      button({ onclick: () => this.#edit() }, icon("sliders"), say("editHook")),
      button({ onclick: change(wanted, told) }, icon(glyph), say(label)),
      button({ onclick: () => this.#rotate() }, icon("key"), say("rotateSecret")),
      button(
        { class: "danger quiet", onclick: () => this.#remove() },
        icon("trash"),
        say("removeHook"),
      ),
    );
  }

  async #change(wanted) {
    const { secret, ...changed } = await api.changeWebhook(this.#id, wanted);
    const heading = changed.description || changed.url;
    this.#webhook = { ...changed, failingSince: this.#webhook.failingSince };
    this.#stage.querySelector("h1").textContent = heading;
    this.#draw();
    return secret;
  }

  async #test() {
    const shown = this.#result;
    shown.hidden = false;
    shown.className = "remark";
    shown.textContent = say("testingHook");
    try {
      const tried = await api.testWebhook(this.#id);
      shown.className = `remark break ${tried.success ? "good" : "bad"}`;
      fill(shown, said(tried));
    } catch (error) {
      shown.className = "remark bad break";
      shown.textContent = reasonOf(error);
    }
  }

  #edit() {
    editWebhook(this.#webhook, async (wanted) => {
      await this.#change(wanted);
      note(say("saved"));
    });
  }

  #rotate() {
    askFirst(say("rotateQuestion"), say("rotateWarning"), say("rotateSecret"), async () => {
      showSecret(await this.#change({ rotateSecret: true }), say("rotateWarning"));
    });
  }

  #remove() {
    askFirst(say("removeHookQuestion"), say("removeHookWarning"), say("removeHook"), async () => {
      await api.removeWebhook(this.#id);
      note(say("hookRemoved"));
      location.hash = "#/webhooks";
    });
  }

  #filter() {
    const chosen = element(
      "select",
      { "aria-label": say("filterDeliveries") },
      element("option", { value: "" }, say("everyState")),
      Object.keys(TONES).map((each) =>
        element("option", { value: each }, group("deliveryStates")[each]),
      ),
    );
    chosen.addEventListener("change", async () => {
      this.#state = chosen.value;
      await this.#anew().catch(noteTrouble);
    });
    return chosen;
  }

  #logActions() {
    return [
      button({ onclick: offWhile(() => this.#refresh().catch(noteTrouble)) }, say("refresh")),
      button({ onclick: () => this.#replaySince() }, icon("renew"), say("replaySince")),
    ];
  }

  async #more() {
    const state = this.#state;
    const found = await api.deliveries(this.#id, state, this.#cursor);
    if (state !== this.#state) return; // somebody chose another one
    this.#deliveries = [...this.#deliveries, ...found.deliveries];
    this.#cursor = found.cursor;
  }

  async #anew() {
    this.#deliveries = [];
    this.#cursor = null;
    await this.#more();
    this.#drawLog();
  }

  /** How the receiver is doing, and the newest again; what lies behind them stays. */
  async #refresh() {
    const state = this.#state;
    const [webhook, { deliveries, cursor }] = await Promise.all([
      api.webhook(this.#id),
      api.deliveries(this.#id, state),
    ]);
    if (state !== this.#state) return;
    const ids = new Set(deliveries.map(({ id }) => id));
    const last = deliveries.at(-1)?.id;
    const at = this.#deliveries.findIndex(({ id }) => id === last);
    const behind = at < 0 ? [] : this.#deliveries.slice(at + 1).filter(({ id }) => !ids.has(id));
    if (!behind.length) this.#cursor = cursor;
    this.#deliveries = [...deliveries, ...behind];
    this.#webhook = webhook;
    this.#draw();
    this.#drawLog();
  }

  #drawLog() {
    refill(this.#log, this.#deliveries, () => this.#deliveries.map((each) => this.#line(each)));
    refill(this.#end, [this.#deliveries.length, this.#cursor, this.#state], () => {
      if (this.#cursor) return [moreButton(() => this.#more().then(() => this.#drawLog()))];
      if (this.#deliveries.length) return [];
      return [element("p", { class: "hint" }, say(this.#state ? "noneOfState" : "noDelivery"))];
    });
  }

  #line(delivery) {
    const { id, type, at, state, reason, nextAttemptAt, webhookId, attempts } = delivery;
    const when = time(at);
    return item(
      [element("bdi", { class: "strong" }, type), pill(TONES[state], group("deliveryStates")[state])],
      [
        [when, reason && group("deliveryReasons")[reason]].filter(Boolean).join(" · "),
        nextAttemptAt && say("nextAttempt", { time: time(nextAttemptAt) }),
        [element("code", {}, webhookId)],
        attempts.length === 0 && say("noAttempt"),
      ].filter(Boolean),
      state !== "waiting" &&
        button(
          {
            class: "quiet",
            "aria-label": say("replayOne", { type, time: when }),
            onclick: offWhile(() => this.#replay({ deliveryId: id }).catch(noteTrouble)),
          },
          icon("renew"),
          say("replay"),
        ),
      attempts.length > 0 && attemptsOf(attempts),
    );
  }

  async #replay(wanted) {
    const { count, more } = await api.replay(this.#id, wanted);
    note(say(more ? "replayedSome" : "replayed", { count }));
    await this.#refresh();
  }

  #replaySince() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    formDialog(
      say("replaySince"),
      [
        field(
          say("since"),
          { name: "since", type: "datetime-local", required: true, value: dayAgo() },
          say("sinceHint", { zone }),
        ),
        check(say("failedOnly"), { name: "failedOnly", checked: true }),
      ],
      say("replay"),
      (typed, form) =>
        this.#replay({
          since: new Date(typed.since).toISOString(),
          failedOnly: form.has("failedOnly"),
        }),
    );
  }
}

/** This time yesterday, as fields for times have it. */
function dayAgo() {
  const at = new Date(Date.now() - DAY);
  at.setMinutes(at.getMinutes() - at.getTimezoneOffset());
  return at.toISOString().slice(0, "2026-01-31T10:15".length);
}

function attemptsOf(attempts) {
  return element(
    "details",
    {},
    element("summary", {}, say("attempts", { count: attempts.length })),
    element(
      "ol",
      { class: "attempts" },
      attempts.map((each) =>
        element(
          "li",
          {},
          element("time", { datetime: each.at }, `${each.number}. ${time(each.at)}`),
          element("div", { class: "break" }, said(each)),
        ),
      ),
    ),
  );
}

/** What the receiver said: its status or why there was none, how long it took, how it begins. */
function said({ status, milliseconds, answer, trouble }) {
  const word = status ? say("hookAnswered", { status }) : (trouble ?? say("hookSilent"));
  return [
    `${word} · ${say("milliseconds", { count: milliseconds })}`,
    answer && element("code", { class: "excerpt", dir: "auto" }, answer),
  ];
}
