// The sides of one domain: its records, its relay, and what makes its mail believed.

import { element, fill } from "./dom.js";
import { head } from "./room_parts.js";
import { showAdvice } from "./advice.js";
import { showRelay } from "./relay_view.js";
import { showDomainRules } from "./rules.js";
import { say } from "./texts.js";

const SIDES = { relay: showRelay, advice: showAdvice, rules: showDomainRules };

/** The head of a domain, and the way to its sides; `current` is "" for its records. */
export function domainHead({ id, name, status }, current = "") {
  return [
    head("#/domains", name),
    status !== "expired" &&
      element(
        "nav",
        { class: "sides", "aria-label": say("domainSides") },
        ["", ...Object.keys(SIDES)].map((side) =>
          element(
            "a",
            {
              class: "button tab",
              href: `#/domains/${id}${side && `/${side}`}`,
              "aria-current": side === current ? "page" : null,
            },
            say(side || "records"),
          ),
        ),
      ),
  ];
}

/** Whether a domain has this side. */
export function isSide(side) {
  return Object.hasOwn(SIDES, side ?? "");
}

/** Draw one side of the domain on this stage. */
export async function showSide(stage, domain, side) {
  const place = element("div", { class: "side" });
  await SIDES[side](place, domain);
  fill(stage, domainHead(domain, side), place);
}
