// What rules would do with a message, step by step; nothing is changed by it.

import { button, element, fill } from "./dom.js";
import { choice, field } from "./forms.js";
import { icon } from "./icons.js";
import { reasonOf } from "./news.js";
import { part, pill } from "./room_parts.js";
import { folderName, testAt, testWords, toldWords } from "./rule_words.js";
import { group, say } from "./texts.js";

const RAW = "raw";

/**
 * The part of the room where rules are tried.
 *
 * `messages` are those of the mailbox, newest first; `test` asks the service.
 */
export function trialPart(rules, messages, test) {
  const which = choice(
    say("whichMessage"),
    "message",
    [...messages.map(({ seq, ...each }) => [String(seq), named(each)]), [RAW, say("pasted")]],
    messages.length ? String(messages[0].seq) : RAW,
  );
  const raw = field(
    say("rawMail"),
    { name: "raw", class: "program", rows: 6, spellcheck: "false", placeholder: say("rawExample") },
    say("rawMailHint"),
    "textarea",
  );
  const select = which.querySelector("select");
  const ask = () => (raw.hidden = select.value !== RAW);
  select.addEventListener("change", ask);
  which.hidden = !messages.length;
  ask();
  const result = element("div", { class: "part-body", role: "status" });
  const tryNow = async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      const isRaw = select.value === RAW;
      const text = raw.querySelector("textarea").value.replace(/\r?\n/g, "\r\n");
      const tried = await test(isRaw ? { raw: text } : { message: Number(select.value) });
      fill(result, outcome(tried), steps(tried.steps, rules));
    } catch (error) {
      fill(result, element("p", { class: "trouble" }, reasonOf(error)));
    } finally {
      currentTarget.disabled = false;
      currentTarget.focus();
    }
  };
  return part(
    say("tryRules"),
    element("p", { class: "hint" }, say("tryRulesHint")),
    which,
    raw,
    element("p", {}, button({ onclick: tryNow }, icon("search"), say("tryIt"))),
    result,
  );
}

function named({ subject, from, fromName }) {
  return `${subject || say("noSubject")} (${fromName || from || say("unknownSender")})`;
}

function outcome({ outcome, folder, isRead, isFlagged, forwardedTo, webhooks }) {
  const isKept = outcome === "stored";
  const more = [
    isRead && say("wouldBeRead"),
    isFlagged && say("wouldBeFlagged"),
    forwardedTo.length > 0 && say("wouldBeForwarded", { to: forwardedTo.join(", ") }),
    webhooks.length > 0 && say("wouldTell", { count: webhooks.length }),
  ].filter(Boolean);
  return element(
    "p",
    { class: "row wrap" },
    isKept
      ? pill("good", say("wouldLieIn", { folder: folderName(folder) }))
      : pill("bad", say("wouldBeDropped")),
    more.length > 0 && element("span", { class: "break" }, more.join(" ")),
  );
}

/** Each rule that was looked at, and those behind it that were not. */
function steps(looked, rules) {
  const seen = new Set(looked.map(({ rule }) => rule));
  const rest = rules.filter(({ name, enabled }) => enabled && !seen.has(name));
  if (!looked.length && !rest.length) return element("p", { class: "hint" }, say("noRuleRan"));
  return element(
    "ol",
    { class: "steps" },
    looked.map((step) => stepOf(step, rules)),
    rest.map(({ name }) =>
      element(
        "li",
        {},
        element("p", { class: "row wrap" }, bold(name), pill("plain", say("notReached"))),
      ),
    ),
  );
}

function stepOf({ rule, matched, actions, tests, trouble }, rules) {
  const verdict = matched ? pill("good", say("matched")) : pill("plain", say("notMatched"));
  return element(
    "li",
    {},
    element(
      "p",
      { class: "row wrap" },
      bold(rule),
      trouble ? pill("bad", say("couldNotRun")) : verdict,
    ),
    trouble && element("p", { class: "hint break" }, trouble),
    tests.length > 0 && element("ul", {}, tests.map((each) => testOf(each, rules))),
    actions.length > 0 &&
      element("p", { class: "break" }, say("did", { actions: actions.map(toldWords).join(", ") })),
  );
}

function testOf({ at, held }, rules) {
  return element(
    "li",
    { class: "row hint" },
    icon(held ? "check" : "cross"),
    element("span", { class: "unseen" }, say(held ? "held" : "notHeld")),
    element("span", { class: "break", dir: "auto" }, lookedAt(testAt(rules, at))),
  );
}

/** A test in words; one of others is named only, as those stand before it. */
function lookedAt(test) {
  return group("groupWords")[Object.keys(test)[0]] ?? testWords(test);
}

function bold(name) {
  return element("bdi", { class: "strong break" }, name);
}
