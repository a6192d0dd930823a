// The room of the addresses that the account's mail does not go to any more.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { askFirst } from "./forms.js";
import { icon } from "./icons.js";
import { note } from "./news.js";
import { head, item, moreButton, nothing, pill } from "./room_parts.js";
import "./setting_texts.js";
import { group, say } from "./texts.js";

/** Draw the room on this stage. */
export async function show(stage) {
  let { suppressions, cursor } = await api.suppressions();
  const more = async () => {
    const next = await api.suppressions(cursor);
    suppressions = [...suppressions, ...next.suppressions];
    cursor = next.cursor;
    draw();
  };
  const again = () => show(stage);
  const draw = () =>
    fill(
      stage,
      head("#/settings", say("suppressions")),
      suppressions.length > 0 && element("p", { class: "hint" }, say("suppressionsHint")),
      suppressions.length
        ? element("ul", { class: "lines" }, suppressions.map((each) => line(each, again)))
        : nothing("block", say("noSuppression"), say("suppressionsHint")),
      cursor && element("div", { class: "center" }, moreButton(more)),
    );
  draw();
}

function line({ address, reason, since, emailId }, again) {
  return item(
    [
      element("bdi", { class: "strong break" }, address),
      pill(reason === "complaint" ? "bad" : "warn", group("suppressionReasons")[reason] ?? reason),
    ],
    [
      [
        say("suppressedSince", { time: longTime(Date.parse(since)) }),
        " ",
        emailId && element("a", { href: `#/sent/${emailId}` }, say("itsMessage")),
      ],
    ],
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

function remove(address, again) {
  askFirst(
    say("unsuppressQuestion", { address }),
    say("unsuppressWarning"),
    say("remove"),
    async () => {
      await api.removeSuppression(address);
      note(say("unsuppressed", { address }));
      await again();
    },
  );
}
