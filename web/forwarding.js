// The room of the addresses that rules may forward mail to.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { askFirst, check, field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import "./mail_setting_texts.js";
import { note, noteTrouble } from "./news.js";
import { head, item, nothing, pill } from "./room_parts.js";
import { say } from "./texts.js";

/** Draw the room on this stage. */
export async function show(stage) {
  const { destinations, limit } = await api.destinations();
  const again = () => show(stage);
  const add = () =>
    button({ class: "primary", onclick: () => ask(again) }, icon("plus"), say("addDestination"));
  const isFull = destinations.length >= limit;
  fill(
    stage,
    head("#/settings", say("forwarding"), destinations.length > 0 && !isFull && add()),
    isFull && element("p", { class: "remark" }, say("destinationsFull", { limit })),
    destinations.length > 0 &&
      element(
        "p",
        { class: "hint" },
        say("forwardingRoomHint"),
        " ",
        element("a", { href: "#/rules" }, say("goToRules")),
      ),
    destinations.length
      ? element("ul", { class: "lines" }, destinations.map((each) => line(each, again)))
      : nothing("forward", say("noDestination"), say("noDestinationHint"), add()),
  );
}

function line(destination, again) {
  const { address, isConfirmed, withLists, createdAt, confirmedAt } = destination;
  const time = (at) => ({ time: longTime(Date.parse(at)) });
  return item(
    [
      element("bdi", { class: "strong break" }, address),
      isConfirmed ? pill("good", say("confirmed")) : pill("waiting", say("unconfirmed")),
    ],
    [
      isConfirmed
        ? say("confirmedSince", time(confirmedAt))
        : say("unconfirmedSince", time(createdAt)),
      say(withLists ? "takesLists" : "takesNoLists"),
    ],
    !isConfirmed &&
      button(
        {
          "aria-label": say("askAgainNamed", { address }),
          onclick: (event) => askAgain(event, destination, again),
        },
        icon("send"),
        say("askAgain"),
      ),
    button(
      {
        class: "danger quiet",
        "aria-label": say("removeSuppression", { address }),
        onclick: () => remove(address, again),
      },
      icon("trash"),
      say("remove"),
    ),
  );
}

function ask(again) {
  formDialog(
    say("addDestination"),
    [
      field(
        say("email"),
        {
          name: "address",
          type: "email",
          required: true,
          maxlength: 320,
          autocomplete: "email",
        },
        say("addDestinationHint"),
      ),
      check(say("withLists"), { name: "withLists" }, say("withListsHint")),
    ],
    say("addDestination"),
    async ({ address, withLists }) => {
      const wanted = { address: address.trim(), withLists: Boolean(withLists) };
      const found = await api.askDestination(wanted).catch((error) => {
        throw Object.assign(error, { field: error.status === 400 ? "address" : "" });
      });
      note(say(found.isConfirmed ? "saved" : "destinationAsked", found));
      await again();
    },
  );
}

async function askAgain({ currentTarget }, { address, withLists }, again) {
  currentTarget.disabled = true;
  try {
    await api.askDestination({ address, withLists });
    note(say("destinationAsked", { address }));
    await again();
  } catch (error) {
    noteTrouble(error);
    currentTarget.disabled = false;
  }
}

function remove(address, again) {
  askFirst(
    say("removeDestinationQuestion", { address }),
    say("removeDestinationWarning"),
    say("remove"),
    async () => {
      await api.removeDestination(address);
      note(say("destinationRemoved", { address }));
      await again();
    },
  );
}
