// The room of webhooks: what tells programs of the account that something happened.

import { api } from "./api.js";
import { button, element, fill } from "./dom.js";
import { icon } from "./icons.js";
import { noteTrouble } from "./news.js";
import { head, nothing } from "./room_parts.js";
import "./program_texts.js";
import { say } from "./texts.js";
import { editWebhook, showSecret } from "./webhook_form.js";
import { statePill, WebhookView } from "./webhook_view.js";

/** Draw the room on this stage: the list, or the webhook of this id. */
export async function show(stage, id) {
  if (id) return new WebhookView(stage, id).load();
  const { webhooks, count, limit } = await api.webhooks();
  const add = () =>
    editWebhook(null, async (wanted) => {
      const { secret } = await api.createWebhook(wanted);
      showSecret(secret);
      show(stage).catch(noteTrouble); // it is there, whatever comes of the list
    });
  const addButton = () =>
    button({ class: "primary", onclick: add }, icon("plus"), say("addWebhook"));
  fill(
    stage,
    head("#/settings", say("webhooks"), webhooks.length > 0 && count < limit && addButton()),
    count >= limit && element("p", { class: "remark" }, say("webhooksFull", { limit })),
    webhooks.length
      ? element("ul", { class: "lines" }, webhooks.map(line))
      : nothing("bell", say("noWebhook"), say("noWebhookHint"), addButton()),
  );
}

function line(webhook) {
  const { id, url, description, events, disabledBecause } = webhook;
  return element(
    "li",
    {},
    element(
      "a",
      { class: "line", href: `#/webhooks/${id}` },
      element("bdi", { class: "sender strong" }, description || url),
      statePill(webhook),
      description && element("span", { class: "preview break", dir: "ltr" }, url),
      element("span", { class: "preview break" }, disabledBecause ?? events.join(", ")),
    ),
  );
}
