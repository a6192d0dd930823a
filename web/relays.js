// The room of relays: what the mail of each domain is sent through.

import { api } from "./api.js";
import { element, fill } from "./dom.js";
import { head, nothing, pill } from "./room_parts.js";
import { relayName } from "./relay_view.js";
import "./setting_texts.js";
import { say } from "./texts.js";

/** Draw the room on this stage. */
export async function show(stage) {
  const { domains } = await api.ownDomains();
  const living = domains.filter(({ status }) => status !== "expired");
  const found = await Promise.all(
    living.map(async (domain) => ({ domain, relay: await api.relay(domain.id) })),
  );
  const toDomains = element("a", { class: "button", href: "#/domains" }, say("goToDomains"));
  fill(
    stage,
    head("#/settings", say("relays")),
    found.length > 0 && element("p", { class: "hint" }, say("relaysHint")),
    found.length
      ? element("ul", { class: "lines" }, found.map(line))
      : nothing("server", say("needsDomainForRelay"), say("relaysHint"), toDomains),
  );
}

function line({ domain: { id, name }, relay }) {
  return element(
    "li",
    {},
    element(
      "a",
      { class: "line", href: `#/domains/${id}/relay` },
      element("bdi", { class: "sender strong" }, name),
      relay ? pill("good", say("relay")) : pill("plain", say("noRelay")),
      element("span", { class: "preview break" }, relay ? relayName(relay) : say("sesSends")),
    ),
  );
}
