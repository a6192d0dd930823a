// The room of statistics: what came and what was sent, of the account, or for admins of all.

import { api, Refused } from "./api.js";
import { columns, rows } from "./chart.js";
import { button, element, fill } from "./dom.js";
import { choice, field, offWhile, tell } from "./forms.js";
import { icon } from "./icons.js";
import { noteTrouble, reasonOf } from "./news.js";
import { head, nothing, part, table } from "./room_parts.js";
import "./program_texts.js";
import { group, language, say } from "./texts.js";

const DAY = 86_400_000;
const USUAL_DAYS = "30";
const PERIODS = ["7", "30", "90", "365", ""];
const ALL = "service";
/** Each chart, and what its bars are made of; `wanted` is what was stored and is no spam. */
const CHARTS = {
  received: ["wanted", "spam", "dropped"],
  sent: ["sent", "failed"],
  became: ["delivered", "bounced", "complained"],
};
const dayName = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

/** Draw the room on this stage: the account's numbers, or those of the whole service. */
export function show(stage, whose) {
  return new Statistics(stage, whose === ALL).load();
}

class Statistics {
  #stage;
  #isAll;
  #form;
  #trouble = element("p", { class: "trouble", role: "alert", id: "form-trouble" });
  #shown = element("div");

  constructor(stage, isAll) {
    this.#stage = stage;
    this.#isAll = isAll;
  }

  async load() {
    this.#form = this.#asking();
    fill(
      this.#stage,
      head("#/settings", say("statistics")),
      element(
        "nav",
        { class: "sides", "aria-label": say("statsWhose") },
        this.#side("", "statsOwn"),
        this.#side(`/${ALL}`, "statsAll"),
      ),
      element("div", { class: "part" }, element("p", { class: "hint" }, say("statsHint")), this.#form),
      this.#shown,
    );
    if (!this.#isAll) await this.#look();
  }

  #side(path, label) {
    const isCurrent = this.#isAll === Boolean(path);
    const current = isCurrent ? "page" : null;
    const href = `#/statistics${path}`;
    return element("a", { class: "button tab", href, "aria-current": current }, say(label));
  }

  #asking() {
    const days = element(
      "div",
      { class: "numbers", hidden: true },
      field(say("statsFrom"), { name: "from", type: "date", value: dayBefore(29) }),
      field(say("statsTo"), { name: "to", type: "date", value: dayBefore(0) }),
    );
    const names = group("statsPeriods");
    const form = element(
      "form",
      { class: "part-body" },
      this.#isAll &&
        field(
          say("adminKey"),
          {
            name: "adminKey",
            type: "password",
            required: true,
            autocomplete: "off",
          },
          say("adminKeyHint"),
        ),
      element(
        "div",
        { class: "numbers" },
        choice(say("statsPeriod"), "period", PERIODS.map((each) => [each, names[each]]), USUAL_DAYS),
        choice(say("statsBy"), "groupBy", Object.entries(group("statsGroups")), "day"),
      ),
      days,
      element("p", {}, element("button", { class: "primary" }, icon("search"), say("statsShow"))),
    );
    form.addEventListener("change", ({ target }) => {
      days.hidden = form.elements.period.value !== "";
      if (target.localName === "select" && days.hidden && form.checkValidity()) this.#look();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#look();
    });
    return form;
  }

  get #wanted() {
    const { period, from, to, groupBy } = Object.fromEntries(new FormData(this.#form));
    return period
      ? { from: dayBefore(Number(period) - 1), to: dayBefore(0), groupBy }
      : { from, to, groupBy };
  }

  get #key() {
    return this.#form.elements.adminKey.value.trim();
  }

  async #look() {
    const wanted = this.#wanted;
    const asked = JSON.stringify(wanted);
    tell(this.#form, this.#trouble, "");
    try {
      const found = await (this.#isAll ? api.allStats(wanted, this.#key) : api.stats(wanted));
      if (asked === JSON.stringify(this.#wanted)) this.#draw(found, wanted);
    } catch (error) {
      const isOfKey = this.#isAll && error instanceof Refused && error.status === 401;
      const place = isOfKey ? this.#form.elements.adminKey : null;
      tell(this.#form, this.#trouble, reasonOf(error), place);
      fill(this.#shown);
    }
  }

  #draw(found, wanted) {
    const { lines, totals, firstDay, lastDay, groupBy } = found;
    const isByDay = groupBy === "day";
    if (!lines.length)
      return fill(this.#shown, nothing("bars", say("noStats"), say("noStatsHint")));
    const names = isByDay ? new Map(daysBetween(firstDay, lastDay)) : new Map();
    for (const { key, counts } of lines) names.set(key, counts);
    const drawn = [...names].map(([key, counts]) => ({
      label: isByDay ? dayName.format(Date.parse(key)) : key,
      counts: parted(counts ?? {}),
    }));
    const ends = { first: nameOf(firstDay), last: nameOf(lastDay) };
    const charts = Object.entries(CHARTS).map(([chart, names]) => {
      const parts = names.map((name) => ({ name, label: group("measures")[name] }));
      if (!drawn.some(({ counts }) => names.some((name) => counts[name]))) return null;
      const title = group("charts")[chart];
      const words = parts.map(({ label }) => label).join(", ");
      const about = say("chartAbout", { parts: words, ...ends });
      return (isByDay ? columns : rows)(title, about, parts, drawn);
    });
    fill(
      this.#shown,
      element("div", { class: "charts" }, charts.filter(Boolean)),
      part(say("numbers"), this.#csv(wanted), this.#table(lines, totals, groupBy)),
    );
  }

  #csv(wanted) {
    if (!this.#isAll)
      return element(
        "p",
        {},
        element(
          "a",
          { class: "button", href: api.statsFilePath(wanted), download: "mayfly-stats.csv" },
          icon("save"),
          say("statsCsv"),
        ),
      );
    const fetched = () => api.allStatsFile(wanted, this.#key).then(save, noteTrouble);
    return element("p", {}, button({ onclick: offWhile(fetched) }, icon("save"), say("statsCsv")));
  }

  #table(lines, totals, groupBy) {
    const measures = Object.keys(totals).filter((name) => totals[name]);
    const cells = (counts) => measures.map((name) => String(counts[name]));
    const named = (key) => (groupBy === "day" ? nameOf(key) : key);
    return table(
      say("numbers"),
      [group("statsGroups")[groupBy], ...measures.map((name) => group("measures")[name] ?? name)],
      [
        ...lines.map(({ key, counts }) => [named(key), ...cells(counts)]),
        [element("span", { class: "strong" }, say("total")), ...cells(totals)],
      ],
    );
  }
}

function parted(counts) {
  const all = Object.values(CHARTS).flat();
  const known = Object.fromEntries(all.map((name) => [name, counts[name] ?? 0]));
  return { ...known, wanted: (counts.stored ?? 0) - (counts.spam ?? 0) };
}

/** So many days before today, of UTC: "2026-01-31". */
function dayBefore(days) {
  return new Date(Date.now() - days * DAY).toISOString().slice(0, "2026-01-31".length);
}

/** Each day from the first to the last, with nothing in it. */
function daysBetween(first, last) {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / DAY) + 1;
  const day = (at) => new Date(Date.parse(first) + at * DAY).toISOString().slice(0, first.length);
  return Array.from({ length: count }, (_, at) => [day(at), {}]);
}

function nameOf(day) {
  return dayName.format(Date.parse(day));
}

/** Give it to the reader as a file. */
function save(file) {
  const href = URL.createObjectURL(file);
  element("a", { href, download: "mayfly-stats.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
