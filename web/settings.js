// The room of the account's settings: where each of them is.

import { element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { head, part } from "./room_parts.js";
import "./setting_texts.js";
import { group, say } from "./texts.js";

/** By subject: each is a room of its own, with its icon. */
const SUBJECTS = {
  ofMail: [
    ["rules", "filter"],
    ["forwarding", "forward"],
    ["exports", "save"],
  ],
  ofDomains: [["domains", "globe"]],
  ofSending: [
    ["relays", "server"],
    ["suppressions", "block"],
    ["templates", "page"],
  ],
  ofPrograms: [
    ["api-keys", "key"],
    ["webhooks", "bell"],
  ],
  ofNumbers: [["statistics", "bars"]],
};

/** Draw the room on this stage. */
export function show(stage) {
  fill(
    stage,
    head("#", say("settings")),
    Object.entries(SUBJECTS).map(([subject, rooms]) =>
      part(say(subject), element("ul", { class: "doors" }, rooms.map(door))),
    ),
  );
}

function door([name, glyph]) {
  return element(
    "li",
    {},
    element(
      "a",
      { class: "door", href: `#/${name}` },
      icon(glyph),
      element(
        "span",
        { class: "grow" },
        element("span", { class: "strong" }, say(name)),
        element("span", { class: "hint" }, group("aboutSettings")[name]),
      ),
      element("span", { "aria-hidden": "true" }, "›"),
    ),
  );
}
