// The room of the account's API keys: made, listed, revoked.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, dialog, element, fill } from "./dom.js";
import { askFirst, check, choice, field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import { note, noteTrouble } from "./news.js";
import { copyable, head, item, nothing, pill } from "./room_parts.js";
import "./setting_texts.js";
import { group, say } from "./texts.js";

const DAY = 86_400_000;
const LASTS = ["30", "90", "365", ""]; // days; the last one does not end
const MOST_NAME_CHARS = 100;

/** Draw the room on this stage. */
export async function show(stage) {
  const { keys, count, limit } = await api.keys();
  const again = () => show(stage);
  const make = () =>
    button({ class: "primary", onclick: () => makeKey(again) }, icon("plus"), say("newKey"));
  fill(
    stage,
    head("#/settings", say("api-keys"), keys.length > 0 && count < limit && make()),
    count >= limit && element("p", { class: "remark" }, say("keysFull", { limit })),
    keys.length
      ? element("ul", { class: "lines" }, keys.map((key) => line(key, again)))
      : nothing("key", say("noKey"), say("noKeyHint"), make()),
  );
}

function line(key, again) {
  const { name, scopes, isExpired, expiresAt, lastUsedAt } = key;
  const time = (at) => ({ time: longTime(Date.parse(at)) });
  return item(
    [element("bdi", { class: "strong break" }, name), isExpired && pill("bad", say("keyExpired"))],
    [
      scopes.map((each) => group("scopes")[each] ?? each).join(" · "),
      [
        lastUsedAt ? say("keyUsed", time(lastUsedAt)) : say("keyUnused"),
        expiresAt ? say(isExpired ? "keyEnded" : "keyEnds", time(expiresAt)) : say("keyLasts"),
      ].join(" "),
    ],
    button(
      {
        class: "danger quiet",
        "aria-label": say("revokeKey", { name }),
        onclick: () => revoke(key, again),
      },
      icon("trash"),
      say("revoke"),
    ),
  );
}

function makeKey(again) {
  formDialog(
    say("newKey"),
    [
      field(
        say("keyName"),
        { name: "name", required: true, maxlength: MOST_NAME_CHARS, autocomplete: "off" },
        say("keyNameHint"),
      ),
      element(
        "fieldset",
        { class: "field" },
        element("legend", {}, say("keyScopes")),
        Object.entries(group("scopes")).map(([scope, text]) =>
          check(text, { name: "scopes", value: scope }),
        ),
      ),
      choice(
        say("keyLife"),
        "expiresAt",
        LASTS.map((days) => [days, group("keyLives")[days]]),
        "90",
      ),
    ],
    say("newKey"),
    async ({ name, expiresAt }, form) => {
      const wanted = { name, scopes: form.getAll("scopes") };
      if (expiresAt) wanted.expiresAt = new Date(Date.now() + expiresAt * DAY).toISOString();
      const { key } = await api.createKey(wanted);
      showOnce(key);
      again().catch(noteTrouble); // the key is there, whatever comes of the list
    },
  );
}

/** The only time that the key is there to be copied. */
function showOnce(key) {
  dialog(
    say("keyMade"),
    say("close"),
    element("p", { class: "remark" }, say("shownOnce")),
    element("p", {}, copyable(key, say("copyKey"))),
    element("p", { class: "hint" }, say("keyUse")),
  );
}

function revoke({ id, name }, again) {
  askFirst(
    say("revokeQuestion", { name }),
    say("revokeWarning"),
    say("revoke"),
    async () => {
      await api.revokeKey(id);
      note(say("revoked", { name }));
      await again();
    },
  );
}
