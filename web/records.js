// A domain's DNS records: what should be there beside what is.

import { element } from "./dom.js";
import { copyButton, pill, table } from "./room_parts.js";
import { group, say } from "./texts.js";

/** `found` are records as the API compares them; without a `state`, they are still looked for. */
export function records(found) {
  const isLooking = found.some(({ state }) => !state);
  const there = found.filter(({ state }) => state === "ok").length;
  return [
    element(
      "p",
      { class: "hint", role: "status" },
      isLooking ? say("lookingForRecords") : say("recordsFound", { there, all: found.length }),
    ),
    table(
      say("records"),
      [
        "recordState",
        "recordPurpose",
        "recordType",
        "recordName",
        "recordValue",
        "recordFound",
      ].map((each) => say(each)),
      found.map(row),
    ),
  ];
}

function row(record) {
  const { type, name, value, purpose, required, state, found } = record;
  const what = group("recordPurposes")[purpose] ?? purpose;
  const numbers = ["priority", "weight", "port"].filter((each) => record[each] != null);
  return [
    state ? pill(tone(state, required), group("recordStates")[state]) : "…",
    [what, !required && element("span", { class: "hint" }, ` ${say("optional")}`)],
    element("code", {}, type),
    copyable(name, say("copyRecordName", { purpose: what })),
    [
      copyable(value, say("copyRecordValue", { purpose: what })),
      numbers.length > 0 &&
        element(
          "p",
          { class: "hint" },
          numbers.map((each) => `${group("recordNumbers")[each]} ${record[each]}`).join(", "),
        ),
    ],
    found?.length
      ? element(
          "ul",
          {},
          found.map((each) => element("li", {}, element("code", { class: "break" }, each))),
        )
      : element("span", { class: "hint" }, found ? say("foundNothing") : "–"),
  ];
}

function tone(state, isRequired) {
  if (state === "ok") return "good";
  if (state === "unknown") return "plain";
  return isRequired ? "bad" : "warn";
}

function copyable(text, label) {
  return element(
    "span",
    { class: "copyable" },
    element("code", { class: "break" }, text),
    copyButton(text, label),
  );
}
