// The rules of one mailbox or domain, in their order.

import { api, Refused } from "./api.js";
import { longTime } from "./clock.js";
import { button, dialog, element, fill } from "./dom.js";
import { askFirst, check } from "./forms.js";
import { icon } from "./icons.js";
import { copy, note, noteTrouble, speak } from "./news.js";
import { nothing, part, pill } from "./room_parts.js";
import { editRule } from "./rule_form.js";
import { trialPart } from "./rule_trial.js";
import { actionWords, testWords } from "./rule_words.js";
import { spamPart } from "./spam_policy.js";
import { say } from "./texts.js";

export class RuleView {
  #place;
  #source;
  #mailbox;
  #found;
  #messages = [];
  #destinations = [];

  /** `source` has `get`, `put`, `test` and `sieve`; `mailbox` is its id, or "" for a domain. */
  constructor(place, source, mailbox = "") {
    this.#place = place;
    this.#source = source;
    this.#mailbox = mailbox;
  }

  async load() {
    const [found, page, { destinations }] = await Promise.all([
      this.#source.get(),
      this.#mailbox ? api.page(this.#mailbox) : { messages: [] },
      api.destinations(),
    ]);
    this.#found = found;
    this.#messages = page.messages;
    this.#destinations = destinations
      .filter(({ isConfirmed }) => isConfirmed)
      .map(({ address }) => address);
    this.#draw();
  }

  #draw() {
    const { rules } = this.#found;
    const add = () =>
      button({ class: "primary", onclick: () => this.#edit(null) }, icon("plus"), say("newRule"));
    fill(
      this.#place,
      rules.length
        ? element(
            "div",
            { class: "part" },
            element("p", { class: "hint" }, say(this.#mailbox ? "rulesHint" : "domainRulesHint")),
            element(
              "ol",
              { class: "lines rules" },
              rules.map((rule, at) => this.#line(rule, at)),
            ),
            element(
              "div",
              { class: "row wrap" },
              add(),
              button({ onclick: () => this.#showSieve() }, icon("copy"), say("showSieve")),
            ),
          )
        : nothing(
            "filter",
            say("noRule"),
            say(this.#mailbox ? "noRuleHint" : "noDomainRuleHint"),
            add(),
          ),
      rules.length > 0 && trialPart(rules, this.#messages, (wanted) => this.#source.test(wanted)),
      this.#mailbox && spamPart(this.#found, (changed) => this.#keep(changed)),
    );
  }

  #line(rule, at) {
    const { rules, troubles } = this.#found;
    const { name, enabled } = rule;
    const trouble = troubles.find((each) => each.rule === name);
    const act = (glyph, label, onclick, more = {}) =>
      button({ class: "icon", title: label, "aria-label": label, onclick, ...more }, icon(glyph));
    return element(
      "li",
      { class: enabled ? "item" : "item off" },
      element(
        "div",
        { class: "grow" },
        element(
          "p",
          { class: "row wrap" },
          element(
            "span",
            { class: "break" },
            element("span", { class: "hint", "aria-hidden": "true" }, `${at + 1}. `),
            element("bdi", { class: "strong" }, name),
          ),
          !enabled && pill("plain", say("ruleOff")),
          trouble && pill("bad", say("couldNotRun")),
        ),
        element("p", { class: "hint break" }, say("ruleIfWords", { test: testWords(rule.if) })),
        element(
          "p",
          { class: "hint break" },
          say("ruleThenWords", { actions: rule.then.map(actionWords).join(", ") }),
        ),
        trouble &&
          element(
            "p",
            { class: "trouble break" },
            say("troubleWords", { what: trouble.what, time: longTime(Date.parse(trouble.at)) }),
          ),
      ),
      element(
        "div",
        { class: "row wrap" },
        check(say("ruleOn"), {
          checked: enabled,
          "aria-label": say("ruleIsOn", { name }),
          onchange: ({ target }) => this.#turn(at, target.checked).catch(noteTrouble),
        }),
        act("up", say("moveUp", { name }), () => this.#move(at, -1), { disabled: at === 0 }),
        act("down", say("moveDown", { name }), () => this.#move(at, 1), {
          disabled: at === rules.length - 1,
        }),
        act("sliders", say("changeNamed", { name }), () => this.#edit(at)),
        act("trash", say("deleteNamed", { name }), () => this.#remove(at)),
      ),
    );
  }

  /** Put what is changed, unless somebody else has changed the same meanwhile. */
  async #keep(changed) {
    const now = await this.#source.get();
    const before = this.#found;
    const isSame = (each) => JSON.stringify(now[each]) === JSON.stringify(before[each]);
    if (!Object.keys(changed).every(isSame)) {
      this.#found = now;
      this.#draw();
      throw new Refused(409, "CONFLICT", say("changedElsewhere"));
    }
    this.#found = await this.#source.put({ rules: now.rules, ...changed });
    this.#draw();
  }

  #edit(at) {
    const rule = at === null ? null : this.#found.rules[at];
    editRule(rule, this.#destinations, async (wanted) => {
      const { rules } = this.#found;
      const changed = rule ? rules.map((each) => (each === rule ? wanted : each)) : [...rules, wanted];
      await this.#keep({ rules: changed });
      note(say("ruleKept", { name: wanted.name }));
      // While the dialog is there, nothing behind it can have the focus.
      document
        .querySelector("dialog[open]")
        .addEventListener("close", () => this.#focus(say("changeNamed", { name: wanted.name })));
    });
  }

  async #turn(at, enabled) {
    const { name } = this.#found.rules[at];
    try {
      const rules = this.#found.rules.map((each, place) =>
        place === at ? { ...each, enabled } : each,
      );
      await this.#keep({ rules });
    } catch (error) {
      this.#draw(); // the box is as it was
      throw error;
    } finally {
      this.#focus(say("ruleIsOn", { name }));
    }
  }

  async #move(at, by) {
    const rules = [...this.#found.rules];
    const [moved] = rules.splice(at, 1);
    rules.splice(at + by, 0, moved);
    try {
      await this.#keep({ rules });
      speak(say("movedTo", { name: moved.name, count: at + by + 1 }));
      const names = by < 0 ? ["moveUp", "moveDown"] : ["moveDown", "moveUp"];
      this.#focus(...names.map((each) => say(each, moved)));
    } catch (error) {
      noteTrouble(error);
    }
  }

  #remove(at) {
    const rule = this.#found.rules[at];
    const { name } = rule;
    askFirst(
      say("deleteRuleQuestion", { name }),
      say("deleteRuleWarning"),
      say("delete"),
      async () => {
        await this.#keep({ rules: this.#found.rules.filter((each) => each !== rule) });
        note(say("ruleDeleted", { name }));
      },
    );
  }

  /** The control of the first of these labels that is there and can be used. */
  #focus(...labels) {
    const all = [...this.#place.querySelectorAll("[aria-label]:not(:disabled)")];
    const found = labels.map((label) => all.find((each) => each.ariaLabel === label));
    found.find(Boolean)?.focus();
  }

  async #showSieve() {
    try {
      const text = await this.#source.sieve();
      dialog(
        say("sieve"),
        say("close"),
        element("p", { class: "hint" }, say("sieveHint")),
        element("pre", { class: "script", tabindex: 0, "aria-label": say("sieve") }, text),
        element(
          "div",
          { class: "row end" },
          button(
            { class: "primary", onclick: () => copy(text).then(() => note(say("copied"))) },
            icon("copy"),
            say("copy"),
          ),
        ),
      );
    } catch (error) {
      noteTrouble(error);
    }
  }
}
