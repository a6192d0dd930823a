// A domain's DNS records: what should be there beside what is.

import { element } from "./dom.js";
import { copyable, pill, table } from "./room_parts.js";
import { group, say } from "./texts.js";

/**
 * `found` are records as the API compares them; without a `state`, they are still looked for.
 *
 * `removal` makes the button that removes one of the owner's own.
 */
export function records(found, removal) {
  const isLooking = found.some(({ state }) => !state);
  const there = found.filter(({ state }) => state === "ok").length;
  return [
    element(
      "p",
      { class: "hint", role: "status" },
      isLooking ? say("lookingForRecords") : say("recordsFound", { there, all: found.length }),
    ),
    recordTable(say("records"), found, removal),
  ];
}

/** The records one below the other; `what` says what one is for, if its purpose does not. */
export function recordTable(caption, found, removal) {
  const heads = ["State", "Purpose", "Type", "Name", "Value", "Found"];
  return table(
    caption,
    heads.map((each) => say(`record${each}`)),
    found.map((record) => row(record, removal)),
  );
}

function row(record, removal) {
  const { type, name, value, purpose, required, state, found } = record;
  const what = record.what ?? group("recordPurposes")[purpose] ?? purpose;
  const numbers = ["priority", "weight", "port"].filter((each) => record[each] != null);
  return [
    state ? pill(tone(state, required), group("recordStates")[state]) : "…",
    [
      what,
      required === false &&
        purpose !== "own" &&
        element("span", { class: "hint" }, ` ${say("optional")}`),
      purpose === "own" && removal?.(record),
    ],
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
  return isRequired === false ? "warn" : "bad";
}
