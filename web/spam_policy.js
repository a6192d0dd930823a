// What is done with spam in a mailbox, and whose mail it takes no more.

import { button, element } from "./dom.js";
import { askFirst, choice, field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import { note } from "./news.js";
import { item, part } from "./room_parts.js";
import { group, say } from "./texts.js";

/** `keep` puts what is changed: `spamPolicy` or `rejectedSenders`. */
export function spamPart({ spamPolicy, rejectedSenders }, keep) {
  const policies = group("spamPolicies");
  const change = () =>
    formDialog(
      say("spamPolicy"),
      [
        choice(
          say("spamPolicy"),
          "spamPolicy",
          Object.entries(policies).map(([policy, { name }]) => [policy, name]),
          spamPolicy,
        ),
        element(
          "ul",
          { class: "dots hint" },
          Object.values(policies).map(({ name, about }) => element("li", {}, `${name}: ${about}`)),
        ),
      ],
      say("save"),
      async ({ spamPolicy: wanted }) => {
        await keep({ spamPolicy: wanted });
        note(say("saved"));
      },
    );
  return part(
    say("spam"),
    element(
      "p",
      { class: "row wrap" },
      element(
        "span",
        { class: "grow" },
        element("span", { class: "strong" }, policies[spamPolicy].name),
        element("span", { class: "hint" }, ` ${policies[spamPolicy].about}`),
      ),
      button({ onclick: change }, icon("shield"), say("changePolicy")),
    ),
    element("h3", {}, say("rejectedSenders")),
    element("p", { class: "hint" }, say("rejectedHint")),
    rejectedSenders.length > 0 &&
      element(
        "ul",
        { class: "lines", "aria-label": say("rejectedSenders") },
        rejectedSenders.map((address) => line(address, rejectedSenders, keep)),
      ),
    element(
      "p",
      {},
      button({ onclick: () => reject(rejectedSenders, keep) }, icon("block"), say("rejectSender")),
    ),
  );
}

function line(address, all, keep) {
  const remove = () =>
    askFirst(
      say("acceptQuestion", { address }),
      say("acceptWarning"),
      say("acceptAgain"),
      async () => {
        await keep({ rejectedSenders: all.filter((each) => each !== address) });
        note(say("acceptedAgain", { address }));
      },
    );
  return item(
    [element("bdi", { class: "break" }, address)],
    [],
    button(
      {
        class: "danger quiet",
        "aria-label": say("removeSuppression", { address }),
        onclick: remove,
      },
      icon("trash"),
      say("remove"),
    ),
  );
}

function reject(all, keep) {
  formDialog(
    say("rejectSender"),
    [
      field(
        say("email"),
        {
          name: "rejectedSenders",
          type: "email",
          required: true,
          autocomplete: "off",
          maxlength: 320,
        },
        say("rejectedHint"),
      ),
    ],
    say("rejectSender"),
    async ({ rejectedSenders: address }) => {
      await keep({ rejectedSenders: [...all, address.trim()] });
      note(say("rejected", { address: address.trim() }));
    },
  );
}
