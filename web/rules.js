// The room of rules: of each mailbox, and the same as a side of a domain.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { element, fill } from "./dom.js";
import "./mail_setting_texts.js";
import { head, nothing, part } from "./room_parts.js";
import { RuleView } from "./rule_view.js";
import { say } from "./texts.js";

/** Draw the room on this stage: all mailboxes, or the rules of the one of this id. */
export async function show(stage, id) {
  const { mailboxes } = await api.mailboxes();
  if (!id) return showAll(stage, mailboxes);
  const place = element("div", { class: "side" });
  await new RuleView(place, api.mailboxRules(id), id).load();
  const mailbox = mailboxes.find((each) => each.id === id);
  fill(stage, head("#/rules", say("rulesOf", { name: mailbox?.emailAddress ?? "" })), place);
}

/** Draw the rules of a domain. */
export function showDomainRules(place, { id }) {
  return new RuleView(place, api.domainRules(id)).load();
}

async function showAll(stage, mailboxes) {
  const { domains } = await api.ownDomains();
  const living = domains.filter(({ status }) => status !== "expired");
  fill(
    stage,
    head("#/settings", say("rules")),
    mailboxes.length
      ? [
          element("p", { class: "hint" }, say("rulesRoomHint")),
          element(
            "ul",
            { class: "lines" },
            mailboxes.map(({ id, emailAddress, expiresAt }) =>
              line(
                `#/rules/${id}`,
                emailAddress,
                Date.parse(expiresAt) <= Date.now()
                  ? say("expired")
                  : say("endsAt", { time: longTime(Date.parse(expiresAt)) }),
              ),
            ),
          ),
        ]
      : nothing(
          "filter",
          say("noMailbox"),
          say("noMailboxForRules"),
          element("a", { class: "button", href: "#" }, say("backToMail")),
        ),
    living.length > 0 &&
      part(
        say("rulesOfDomains"),
        element("p", { class: "hint" }, say("domainRulesHint")),
        element(
          "ul",
          { class: "lines" },
          living.map(({ id, name }) => line(`#/domains/${id}/rules`, name)),
        ),
      ),
  );
}

function line(href, name, about) {
  return element(
    "li",
    {},
    element(
      "a",
      { class: "line", href },
      element("bdi", { class: "sender strong" }, name),
      element("span", { "aria-hidden": "true" }, "›"),
      about && element("span", { class: "preview" }, about),
    ),
  );
}
