// What a webhook is to be: asked for in a dialog. And its secret, shown once.

import { dialog, element } from "./dom.js";
import { wordsOf } from "./filter_words.js";
import { check, choice, field, formDialog } from "./forms.js";
import { copyable } from "./room_parts.js";
import { group, say } from "./texts.js";

const MOST_URL_CHARS = 1000;
const MOST_DESCRIPTION_CHARS = 200;
const USUAL_EVENTS = ["message.received"];

/** Ask for it; `keep` gets what is to be sent. Without a webhook it is a new one. */
export function editWebhook(webhook, keep) {
  const words = wordsOf(webhook?.filter ?? {});
  const shown = formDialog(
    say(webhook ? "editWebhook" : "addWebhook"),
    [
      field(
        say("hookUrl"),
        {
          name: "url",
          type: "text",
          inputmode: "url",
          required: true,
          maxlength: MOST_URL_CHARS,
          autocomplete: "off",
          spellcheck: "false",
          value: webhook?.url,
        },
        say(webhook ? "hookUrlKept" : "hookUrlHint"),
      ),
      field(
        say("hookDescription"),
        {
          name: "description",
          maxlength: MOST_DESCRIPTION_CHARS,
          autocomplete: "off",
          value: webhook?.description,
        },
        say("hookDescriptionHint"),
      ),
      events(webhook?.events ?? USUAL_EVENTS),
      field(
        say("hookFilter"),
        {
          name: "q",
          autocomplete: "off",
          spellcheck: "false",
          value: words,
        },
        say("hookFilterHint"),
      ),
      choice(
        say("hookFormat"),
        "format",
        Object.entries(group("hookFormats")),
        webhook?.format ?? "standard",
        say("hookFormatHint"),
      ),
      check(say("includeRaw"), { name: "includeRaw", checked: webhook?.includeRaw }),
    ],
    say("save"),
    async ({ url, description, q, format }, form) => {
      const wanted = {
        description: description.trim(),
        events: form.getAll("events"),
        format,
        includeRaw: form.has("includeRaw"),
      };
      // What is shown has neither the user and password of the URL, nor the filter's own fields.
      if (url.trim() !== webhook?.url) wanted.url = url.trim();
      if (q.trim() !== words) wanted.filter = q.trim() ? { q: q.trim() } : {};
      await keep(wanted);
    },
  );
  const raw = shown.querySelector("[name=includeRaw]").closest("label");
  const format = shown.querySelector("[name=format]");
  const only = () => (raw.hidden = format.value !== "postmark");
  format.addEventListener("change", only);
  only();
}

function events(chosen) {
  return element(
    "fieldset",
    { class: "field" },
    element("legend", {}, say("hookEvents")),
    Object.entries(group("hookEventNames")).map(([event, text]) =>
      check(text, { name: "events", value: event, checked: chosen.includes(event) }),
    ),
  );
}

/** The only time that the secret is there to be copied. */
export function showSecret(secret, hint = "") {
  dialog(
    say("hookSecret"),
    say("close"),
    element("p", { class: "remark" }, say("shownOnce")),
    element("p", {}, copyable(secret, say("copySecret"))),
    element("p", { class: "hint" }, say("hookSecretUse")),
    hint && element("p", { class: "hint" }, hint),
  );
}
