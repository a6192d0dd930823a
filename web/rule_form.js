// The dialogs in which a rule is made and changed: a form for what is common, a text for the rest.

import { Refused } from "./api.js";
import { button, element, fill } from "./dom.js";
import { check, choice, field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import { lineOf, NotJson, placeOf } from "./json_place.js";
import { asks, KINDS, MATCHES, ruleOf, shapeOf } from "./rule_shape.js";
import { group, say } from "./texts.js";

const MOST_NAME_CHARS = 60;
const NEW = {
  name: "",
  enabled: true,
  join: "allof",
  conditions: [{ kind: "from", match: "contains", values: [] }],
  folder: "",
  flags: [],
  to: "",
  discard: false,
  stop: false,
};
/** How the service's errors begin that are about a rule: which, and where in it. */
const WHERE = /^rules(?:\[\d+\])?((?:\.?\w+|\[\d+\])*):? */;

/**
 * Change a rule, or make one.
 *
 * `rule` is null for a new one; `destinations` are addresses that mail may be forwarded to;
 * `keep` puts the rule where it belongs, or refuses it.
 */
export function editRule(rule, destinations, keep) {
  const shape = rule ? shapeOf(rule) : NEW;
  if (shape) editShape(rule, shape, destinations, keep);
  else editText(rule, keep);
}

function editShape(rule, shape, destinations, keep) {
  const conditions = new Conditions(shape.conditions);
  const tos = [...new Set([...destinations, shape.to].filter(Boolean))];
  const typed = () => {
    const form = new FormData(shown.querySelector("form"));
    return ruleOf({
      name: form.get("name").trim(),
      enabled: shape.enabled,
      join: form.get("join") ?? shape.join,
      conditions: conditions.read(),
      folder: form.get("folder"),
      flags: form.getAll("flag"),
      to: form.get("redirect"),
      discard: form.has("discard"),
      stop: form.has("stop"),
    });
  };
  const shown = formDialog(
    say(rule ? "changeRule" : "newRule"),
    [
      field(say("ruleName"), {
        name: "name",
        required: true,
        maxlength: MOST_NAME_CHARS,
        autocomplete: "off",
        value: shape.name,
      }),
      conditions.element(shape.join),
      element(
        "fieldset",
        { class: "field" },
        element("legend", { class: "strong" }, say("ruleThen")),
        choice(say("moveTo"), "folder", [["", say("nowhere")], ...folders()], shape.folder),
        ["seen", "flagged"].map((flag) =>
          check(group("flagTexts")[flag], {
            name: "flag",
            value: flag,
            checked: shape.flags.includes(flag),
          }),
        ),
        choice(
          say("forwardTo"),
          "redirect",
          [["", say("nobody")], ...tos.map((each) => [each, each])],
          shape.to,
          tos.length ? null : say("forwardToHint"),
        ),
        check(say("discard"), { name: "discard", checked: shape.discard }, say("discardHint")),
        check(say("stop"), { name: "stop", checked: shape.stop }, say("stopHint")),
      ),
    ],
    say("save"),
    async () => {
      const wanted = typed();
      if (!wanted.then.length)
        throw Object.assign(new Refused(400, "", say("ruleDoesNothing")), { field: "folder" });
      try {
        await keep(wanted);
      } catch (error) {
        throw atField(error, conditions);
      }
    },
    [say("asText"), () => editText(rule, keep, typed())],
  );
}

function folders() {
  return Object.entries(group("folders"));
}

/** The service's error, with the field of the form that it is about. */
function atField(error, conditions) {
  const [whole, path] = WHERE.exec(error.message) ?? [];
  if (!(error instanceof Refused) || whole === undefined) return error;
  const rest = error.message.slice(whole.length);
  const number = Number(path.match(/^\.if\.\w+\[(\d+)\]/)?.[1] ?? 0);
  const last = path.match(/(\w+)(?:\[\d+\])*$/)?.[1] ?? "";
  const name = path.startsWith(".if") ? conditions.fieldOf(number, last) : last;
  const about = whole.includes("[") ? "" : whole.trim();
  const said = `${path ? (group("ruleFields")[last] ?? last) : about} ${rest}`.trim();
  return Object.assign(new Refused(error.status, error.code, said), { field: name });
}

/** The conditions of a rule: lines that can be added and removed. */
class Conditions {
  #rows = [];
  #list = element("div", { class: "conditions" });
  #count = 0;
  #join;

  constructor(conditions) {
    for (const each of conditions) this.#add(each);
  }

  element(join) {
    const texts = group("joins");
    this.#join = choice(
      say("ruleWhich"),
      "join",
      ["allof", "anyof"].map((each) => [each, texts[each]]),
      join,
    );
    this.#draw();
    return element(
      "fieldset",
      { class: "field" },
      element("legend", { class: "strong" }, say("ruleIf")),
      this.#join,
      this.#list,
      element(
        "p",
        {},
        button({ onclick: () => this.#more() }, icon("plus"), say("addCondition")),
      ),
    );
  }

  /** As they were typed. */
  read() {
    return this.#rows.map((row) => row.read());
  }

  /** The name of a field of this condition, by what the service calls it. */
  fieldOf(number, what) {
    const row = this.#rows[number];
    const field = { values: "values", names: "name", exists: "name" }[what] ?? what;
    return row && `${{ over: "kilobytes", under: "kilobytes" }[field] ?? field}-${row.id}`;
  }

  #more() {
    this.#add({ kind: "subject", match: "contains", values: [] });
    this.#draw();
    this.#list.lastElementChild.querySelector("select").focus();
  }

  #add(condition) {
    this.#rows.push(new Condition(condition, (this.#count += 1), (row) => this.#remove(row)));
  }

  #remove(row) {
    this.#rows.splice(this.#rows.indexOf(row), 1);
    this.#draw();
    this.#list.parentElement.querySelector("p button").focus();
  }

  #draw() {
    this.#join.hidden = this.#rows.length < 2;
    this.#rows.forEach((row, at) => row.number(at + 1));
    fill(
      this.#list,
      this.#rows.length
        ? this.#rows.map((row) => row.element)
        : element("p", { class: "hint" }, say("forAllMail")),
    );
  }
}

class Condition {
  #kind;
  #detail = element("div", { class: "detail" });
  #condition;
  #legend = element("legend", { class: "unseen" });
  #remove;

  constructor(condition, id, remove) {
    this.id = id;
    this.#condition = condition;
    this.#kind = choice(say("lookAt"), `kind-${id}`, KINDS.map(kindText), condition.kind);
    this.#remove = button({ class: "icon", onclick: () => remove(this) }, icon("cross"));
    this.#select(this.#kind).addEventListener("change", () => this.#draw());
    this.element = element(
      "fieldset",
      { class: "condition" },
      this.#legend,
      element("div", { class: "row" }, this.#kind, this.#remove),
      this.#detail,
    );
    this.#draw();
  }

  number(count) {
    const label = say("removeCondition", { count });
    this.#legend.textContent = say("condition", { count });
    this.#remove.title = label;
    this.#remove.setAttribute("aria-label", label);
  }

  read() {
    const kind = this.#select(this.#kind).value;
    const typed = (name) => this.#detail.querySelector(`[name=${name}-${this.id}]`)?.value ?? "";
    return {
      kind,
      match: typed("match"),
      values: typed("values").split("\n").map((each) => each.trim()).filter(Boolean),
      name: typed("name").trim(),
      kilobytes: Number(typed("kilobytes")),
    };
  }

  #draw() {
    const { match, values = [], name = "", kilobytes = 100 } = this.#condition;
    const kind = this.#select(this.#kind).value;
    const made = {
      match: () =>
        choice(
          say("howToCompare"),
          `match-${this.id}`,
          MATCHES.map((each) => [each, group("matches")[each]]),
          match,
        ),
      name: () =>
        field(say("headerName"), {
          name: `name-${this.id}`,
          required: true,
          autocomplete: "off",
          spellcheck: "false",
          placeholder: "List-Id",
          value: kind === "subject" ? "" : name,
        }),
      values: () => {
        const made = field(
          say("values"),
          {
            name: `values-${this.id}`,
            required: true,
            rows: Math.max(1, values.length),
            autocomplete: "off",
            spellcheck: "false",
          },
          say("valuesHint"),
          "textarea",
        );
        made.querySelector("textarea").value = values.join("\n");
        return made;
      },
      kilobytes: () =>
        field(say("kilobytes"), {
          name: `kilobytes-${this.id}`,
          type: "number",
          min: 0,
          step: "any",
          required: true,
          value: kilobytes,
        }),
    };
    fill(this.#detail, asks(kind).map((each) => made[each]()));
  }

  #select(of) {
    return of.querySelector("select");
  }
}

function kindText(kind) {
  return [kind, group("kinds")[kind]];
}

/** The rule as a text; what is wrong in it is selected. */
function editText(rule, keep, typed = rule) {
  const shown = formDialog(
    say(rule ? "changeRule" : "newRule"),
    [
      field(
        say("ruleText"),
        { name: "text", class: "program", rows: 16, required: true, spellcheck: "false" },
        say("ruleTextHint"),
        "textarea",
      ),
    ],
    say("save"),
    async ({ text }) => {
      const area = shown.querySelector("textarea");
      const select = (from, to) => {
        area.setSelectionRange(from, to);
        const above = (lineOf(text, from) - 3) / lineOf(text, text.length);
        area.scrollTop = area.scrollHeight * above;
      };
      const wanted = parsed(text, select);
      try {
        await keep(wanted);
      } catch (error) {
        const [whole, path] = WHERE.exec(error.message) ?? [];
        if (!(error instanceof Refused) || whole === undefined) throw error;
        const place = path.replace(/^\./, "");
        const [from, to] = placeOf(text, place);
        select(from, to);
        const about = whole.includes("[") ? place : whole.trim();
        const said = `${about} ${error.message.slice(whole.length)}`.trim();
        throw atLine(lineOf(text, from), said);
      }
    },
  );
  const area = shown.querySelector("textarea");
  area.value = JSON.stringify(typed, null, 2);
  area.focus();
  area.setSelectionRange(0, 0);
}

/** What the text says, or where it is no JSON. */
function parsed(text, select) {
  try {
    placeOf(text);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    select(error.at, error.at + 1);
    throw atLine(lineOf(text, error.at), say("notJson"));
  }
  return JSON.parse(text);
}

function atLine(line, what) {
  return Object.assign(new Refused(400, "", say("atLine", { line, what })), { field: "text" });
}
