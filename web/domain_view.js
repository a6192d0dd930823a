// One domain: what its DNS should say, and says.

import { api } from "./api.js";
import { domainHead } from "./domain_sides.js";
import { button, element, fill } from "./dom.js";
import { askFirst } from "./forms.js";
import { icon } from "./icons.js";
import { copy, note, reasonOf } from "./news.js";
import { addRecordButton, removeRecordButton } from "./own_records.js";
import { records } from "./records.js";
import { history, part, pill } from "./room_parts.js";
import { standing } from "./standing.js";
import { group, say } from "./texts.js";

/** What DNS says is asked once the page shows what it should say. */
export class DomainView {
  #stage;
  #id;
  #domain;
  #records = element("div");
  #verdict = element("p", { class: "remark", role: "status", hidden: true });

  constructor(stage, id) {
    this.#stage = stage;
    this.#id = id;
  }

  async load() {
    this.#domain = await api.ownDomain(this.#id);
    this.#draw();
    this.#look();
  }

  #draw() {
    const domain = this.#domain;
    const { tone, word, about } = standing(domain);
    fill(
      this.#stage,
      domainHead(domain),
      element(
        "div",
        { class: "part" },
        element("p", { class: "row wrap" }, pill(tone, word), element("span", {}, about)),
        domain.status !== "expired" &&
          element("p", { class: "hint" }, group("mailService")[domain.mailService]),
        this.#actions(domain),
        this.#verdict,
      ),
      domain.status !== "expired" && part(
          say("records"),
          this.#records,
          element("p", {}, addRecordButton(domain, () => this.load())),
        ),
      part(
        say("history"),
        history(
          domain.events.map(({ at, event }) => ({
            at,
            text: group("domainEvents")[event] ?? event,
          })),
        ),
      ),
    );
    this.#list(wanted(domain));
  }

  #list(found, ...before) {
    const removal = (record) =>
      removeRecordButton(this.#domain, record, () => this.load());
    fill(this.#records, before, records(found, removal));
  }

  #actions({ status, name, zoneFile }) {
    const isOver = status === "expired";
    const again = async () => {
      this.#domain = await api.addDomain(name);
      this.#draw();
      this.#look();
    };
    return element(
      "div",
      { class: "row wrap" },
      button(
        {
          class: "primary",
          onclick: (event) => this.#wait(event, isOver ? again : () => this.#check()),
        },
        icon(isOver ? "renew" : "search"),
        say(isOver ? "addAgain" : "checkNow"),
      ),
      !isOver &&
        button(
          { onclick: () => copy(zoneFile).then(() => note(say("zoneFileCopied"))) },
          icon("copy"),
          say("copyZoneFile"),
        ),
      button(
        { class: "danger quiet", onclick: () => this.#remove() },
        icon("trash"),
        say("removeDomain"),
      ),
    );
  }

  /** Do it while its button is off. */
  async #wait({ currentTarget }, act) {
    currentTarget.disabled = true;
    try {
      await act();
    } catch (error) {
      this.#say("bad", reasonOf(error));
    } finally {
      currentTarget.disabled = false;
    }
  }

  async #check() {
    const { verified, check, domain } = await api.verifyDomain(this.#id);
    this.#domain = domain;
    this.#draw();
    this.#say(verified ? "good" : "bad", group("verdictOfDomain")[check.state]);
    await this.#look();
  }

  #say(tone, text) {
    this.#verdict.hidden = false;
    this.#verdict.className = `remark ${tone}`;
    this.#verdict.textContent = text;
  }

  async #look() {
    const domain = this.#domain;
    if (domain.status === "expired") return;
    try {
      const found = await api.lookUpDomain(this.#id);
      if (domain === this.#domain) this.#list(found.records);
    } catch (error) {
      const trouble = element("p", { class: "trouble", role: "alert" }, reasonOf(error));
      this.#list(wanted(domain), trouble);
    }
  }

  #remove() {
    const { name } = this.#domain;
    askFirst(
      say("removeDomainQuestion", { name }),
      say("removeDomainWarning"),
      say("removeDomain"),
      async () => {
        await api.removeDomain(this.#id);
        note(say("domainRemoved", { name }));
        location.hash = "#/domains";
      },
    );
  }
}

/** What the service needs and what the owner has added, as both are before DNS is asked. */
function wanted({ records, dnsRecords }) {
  return [...records, ...dnsRecords.map((each) => ({ ...each, purpose: "own", required: false }))];
}
