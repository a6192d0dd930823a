// What makes a domain's mail believed: DKIM, SPF and DMARC, each with what DNS has and should have.

import { AdvicePart } from "./advice_part.js";
import { api } from "./api.js";
import { button, element, fill } from "./dom.js";
import { choice, field, formDialog } from "./forms.js";
import { group, say } from "./texts.js";

const ENDINGS = ["", "~all", "-all", "?all"];
const POLICIES = ["none", "quarantine", "reject"];

/** Draw all three; each asks DNS when it is shown. */
export function showAdvice(place, domain) {
  const parts = [dkim, spf, dmarc].map((each) => each(domain));
  fill(
    place,
    element("p", { class: "hint" }, say("adviceHint")),
    parts.map(({ part }) => part),
  );
  for (const each of parts) each.look();
}

function dkim({ id }) {
  const part = new AdvicePart("DKIM", (wanted) => api.dkim(id, wanted), (found) => {
    const byRelay = found.signedBy === "relay";
    const keys = byRelay
      ? found.keys.map((key) => ({ ...key, what: group("keyUses")[key.use] ?? key.use }))
      : found.ses.records.map((each) => ({ ...each, what: say("sesKey") }));
    const isNext = found.keys.some(({ use }) => use === "next");
    return {
      about: say(byRelay ? "relayNeedsKey" : keys.length ? "sesSigns" : "sesSignsLater"),
      records: keys,
      steps: byRelay ? found.changes : [], // of the others, the table says it all
      actions: byRelay && !isNext && button({ onclick: () => rotate(part) }, say("rotateKey")),
    };
  });
  return part;
}

function rotate(part) {
  formDialog(
    say("rotateKey"),
    [
      element("p", { class: "hint" }, say("rotateHint")),
      choice(say("keyType"), "keyType", Object.entries(group("keyTypes")), "rsa"),
    ],
    say("rotateKey"),
    ({ keyType }) => part.ask({ keyType, rotate: true }),
  );
}

function spf({ id }) {
  const part = new AdvicePart("SPF", (wanted) => api.spf(id, wanted), (found) => ({
    about: say("spfHint"),
    records: [{ ...found, what: group("recordPurposes").spf }],
    more: element(
      "p",
      { class: "hint" },
      say(found.complete ? "spfLookups" : "spfLookupsAtLeast", {
        count: found.lookups,
        limit: found.lookupLimit,
      }),
    ),
    actions: button({ onclick: () => addSenders(part) }, say("addSenders")),
  }));
  return part;
}

function addSenders(part) {
  formDialog(
    say("addSenders"),
    [
      element("p", { class: "hint" }, say("addSendersHint")),
      plain("spfIncludes", { name: "includes", placeholder: "_spf.example.net" }, "severalHint"),
      plain("spfAddresses", { name: "addresses", placeholder: "192.0.2.0/24" }, "severalHint"),
      choice(
        say("spfEnding"),
        "all",
        ENDINGS.map((each) => [each, group("spfEndings")[each]]),
        "",
      ),
    ],
    say("makeRecord"),
    ({ includes, addresses, all }) =>
      part.ask({
        includes: several(includes),
        addresses: several(addresses),
        ...(all && { all }),
      }),
  );
}

function dmarc({ id }) {
  const part = new AdvicePart("DMARC", (wanted) => api.dmarc(id, wanted), (found) => ({
    about: found.inherited
      ? say("dmarcInherited", { name: found.inherited.name })
      : say("dmarcHint"),
    records: [
      { ...found, what: group("recordPurposes").dmarc },
      ...found.reporters.map((each) => ({
        ...each,
        what: say("takesReports", { domain: each.domain }),
      })),
    ],
    more: element(
      "ul",
      { class: "hint dots" },
      Object.entries(found.explanation).map(([tag, words]) =>
        element("li", { class: "break" }, element("code", {}, tag), ` ${words}`),
      ),
    ),
    actions: button({ onclick: () => choosePolicy(part) }, say("choosePolicy")),
  }));
  return part;
}

function choosePolicy(part) {
  formDialog(
    say("choosePolicy"),
    [
      choice(
        say("policy"),
        "policy",
        POLICIES.map((each) => [each, group("policies")[each]]),
        "none",
        say("policyHint"),
      ),
      plain("reportTo", { name: "reportTo", placeholder: "dmarc@yourdomain.com" }, "reportToHint"),
    ],
    say("makeRecord"),
    ({ policy, reportTo }) => part.ask({ policy, reportTo: several(reportTo) }),
  );
}

function plain(label, attributes, hint) {
  return field(say(label), { autocomplete: "off", spellcheck: "false", ...attributes }, say(hint));
}

function several(text) {
  return text.split(/[\s,;]+/).filter(Boolean);
}
