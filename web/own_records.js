// The DNS records that a domain's owner adds to those that the service needs.

import { api } from "./api.js";
import { button, element, fill } from "./dom.js";
import { askFirst, choice, field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import { note } from "./news.js";
import { say } from "./texts.js";

const NUMBERS = { MX: ["priority"], SRV: ["priority", "weight", "port"] };
const TYPES = ["A", "AAAA", "CNAME", "MX", "TXT", "SRV", "PTR"];
const DAY = 86_400;
/** How the service's errors begin that are about one of several records. */
const WHICH = /^records\[\d+\][:.] ?/;

/** The button that adds one; `again` draws the domain anew. */
export function addRecordButton(domain, again) {
  return button({ onclick: () => add(domain, again) }, icon("plus"), say("addRecord"));
}

/** The button that removes this one, as the table shows it. */
export function removeRecordButton(domain, record, again) {
  const what = { type: record.type, name: record.name };
  const label = say("removeRecord", what);
  const remove = () =>
    askFirst(say("removeRecordQuestion", what), say("removeRecordWarning"), say("remove"), () =>
      keep(domain, domain.dnsRecords.filter((each) => !isSame(each, record)), again),
    );
  return button(
    { class: "icon", title: label, "aria-label": label, onclick: remove },
    icon("trash"),
  );
}

function isSame(one, other) {
  return ["type", "name", "value", "priority", "weight", "port"].every(
    (each) => one[each] === other[each],
  );
}

async function keep(domain, records, again) {
  const wanted = records.map((record) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)),
  );
  try {
    const { applied } = await api.keepRecords(domain.id, wanted);
    note(say(applied ? "recordsWritten" : "recordsToCopy"));
  } catch (error) {
    error.message = error.message.replace(WHICH, "");
    throw error;
  }
  await again();
}

function add(domain, again) {
  const type = choice(say("recordType"), "type", TYPES.map((each) => [each, each]), "A");
  const numbers = element("div", { class: "numbers" });
  const ask = () => {
    const needed = NUMBERS[type.querySelector("select").value] ?? [];
    fill(
      numbers,
      needed.map((name) =>
        number(say(`record-${name}`), { name, min: 0, max: 65_535, value: 10 }),
      ),
    );
  };
  type.addEventListener("change", ask);
  formDialog(
    say("addRecord"),
    [
      element("p", { class: "hint" }, say("ownRecordHint")),
      type,
      plain("recordName", { name: "name", placeholder: `www.${domain.name}` }, "recordNameHint"),
      plain("recordContent", { name: "value", placeholder: "192.0.2.1" }),
      numbers,
      number(say("recordTtl"), { name: "ttl", min: 60, max: DAY, value: 300 }),
    ],
    say("addRecord"),
    ({ type, name, value, ttl, ...numbered }) => {
      const record = { type, name: absolute(name, domain.name), value, ttl: Number(ttl) };
      for (const [each, text] of Object.entries(numbered)) record[each] = Number(text);
      return keep(domain, [...domain.dnsRecords, record], again);
    },
  );
}

/** A name as people write it in a zone: `www` is `www.yourdomain.com`. */
function absolute(name, domain) {
  const typed = name.trim().replace(/\.$/, "");
  if (typed === "" || typed === "@") return "@";
  return typed === domain || typed.endsWith(`.${domain}`) ? typed : `${typed}.${domain}`;
}

function plain(label, attributes, hint) {
  return field(
    say(label),
    { autocomplete: "off", spellcheck: "false", required: !hint, ...attributes },
    hint && say(hint),
  );
}

function number(label, attributes) {
  return field(label, { type: "number", required: true, ...attributes });
}
