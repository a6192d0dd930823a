// The room of the account's domains: which there are.

import { api } from "./api.js";
import { button, element, fill } from "./dom.js";
import { isSide, showSide } from "./domain_sides.js";
import { DomainView } from "./domain_view.js";
import { field, formDialog } from "./forms.js";
import { icon } from "./icons.js";
import { head, nothing, pill } from "./room_parts.js";
import "./room_texts.js";
import "./setting_texts.js";
import { standing } from "./standing.js";
import { say } from "./texts.js";

/** Draw the room on this stage: all domains, or a side of the one of this id. */
export async function show(stage, id, side) {
  if (id && isSide(side)) return showSide(stage, await api.ownDomain(id), side);
  if (id) return new DomainView(stage, id).load();
  const { domains } = await api.ownDomains();
  const add = () =>
    button({ class: "primary", onclick: () => addDomain() }, icon("plus"), say("addDomain"));
  fill(
    stage,
    head("#", say("domains"), domains.length > 0 && add()),
    domains.length
      ? element("ul", { class: "lines" }, domains.map(line))
      : nothing("globe", say("noDomain"), say("noDomainHint"), add()),
  );
}

function line(domain) {
  const { tone, word, about } = standing(domain);
  return element(
    "li",
    {},
    element(
      "a",
      { class: "line", href: `#/domains/${domain.id}` },
      element("bdi", { class: "sender strong" }, domain.name),
      pill(tone, word),
      element("span", { class: "preview" }, about),
    ),
  );
}

function addDomain() {
  formDialog(
    say("addDomain"),
    [
      field(
        say("domainName"),
        {
          name: "name",
          required: true,
          autocomplete: "off",
          spellcheck: "false",
          inputmode: "url",
          maxlength: 320,
          placeholder: "yourdomain.com",
        },
        say("domainNameHint"),
      ),
    ],
    say("addDomain"),
    async ({ name }) => {
      const { id } = await api.addDomain(name.trim());
      location.hash = `#/domains/${id}`;
    },
  );
}
