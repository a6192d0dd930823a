// Rules as the form shows them. What it cannot show is null here, and stays a text.

const THOUSAND = 1_000; // bytes of a KB, as sizes are said

/** What can be looked at, and the test that looks at it. */
const TESTS = {
  from: ({ match, values }) => ({ address: { names: ["from"], match, values } }),
  fromDomain: ({ match, values }) => ({
    address: { names: ["from"], match, values, part: "domain" },
  }),
  to: ({ match, values }) => ({ address: { names: ["to", "cc"], match, values } }),
  subject: ({ match, values }) => ({ header: { names: ["subject"], match, values } }),
  header: ({ name, match, values }) => ({ header: { names: [name], match, values } }),
  exists: ({ name }) => ({ exists: [name] }),
  over: ({ kilobytes }) => ({ size: { over: Math.round(kilobytes * THOUSAND) } }),
  under: ({ kilobytes }) => ({ size: { under: Math.round(kilobytes * THOUSAND) } }),
};
export const KINDS = Object.keys(TESTS);
export const MATCHES = ["contains", "is", "matches"];

/** What a kind asks for beside itself. */
export function asks(kind) {
  if (kind === "exists") return ["name"];
  if (kind === "over" || kind === "under") return ["kilobytes"];
  return kind === "header" ? ["name", "match", "values"] : ["match", "values"];
}

/** The rule of what was typed: `conditions`, `join` (`allof` or `anyof`), and what to do. */
export function ruleOf({ name, enabled, join, conditions, folder, flags, to, discard, stop }) {
  const tests = conditions.map((each) => TESTS[each.kind](each));
  const rule = { name, enabled };
  if (tests.length) rule.if = tests.length > 1 ? { [join]: tests } : tests[0];
  rule.then = [
    folder && (folder === "inbox" ? { keep: true } : { fileinto: folder }),
    flags.length > 0 && { flag: flags },
    to && { redirect: to },
    discard && { discard: true },
    stop && { stop: true },
  ].filter(Boolean);
  return rule;
}

/** What the form shows of the rule; null if that would not be all of it. */
export function shapeOf(rule) {
  const join = rule.if?.anyof ? "anyof" : "allof";
  const tests = rule.if?.[join] ?? (rule.if ? [rule.if] : []);
  const action = (word) => rule.then.find((each) => word in each)?.[word];
  const shape = {
    name: rule.name,
    enabled: rule.enabled ?? true,
    join,
    conditions: tests.map(conditionOf),
    folder: action("keep") ? "inbox" : (action("fileinto") ?? ""),
    flags: action("flag") ?? [],
    to: action("redirect") ?? "",
    discard: Boolean(action("discard")),
    stop: Boolean(action("stop")),
  };
  if (shape.conditions.includes(null)) return null;
  return plain(ruleOf(shape)) === plain(rule) ? shape : null;
}

function conditionOf({ address, header, exists, size }) {
  if (address) {
    const { match, values, part } = address;
    const from = part === "domain" ? "fromDomain" : "from";
    return { kind: address.names[0] === "from" ? from : "to", match, values };
  }
  if (header) {
    const { names, match, values } = header;
    return { kind: names[0] === "subject" ? "subject" : "header", name: names[0], match, values };
  }
  if (exists) return { kind: "exists", name: exists[0] };
  if (size) {
    const [[kind, bytes]] = Object.entries(size);
    return { kind, kilobytes: bytes / THOUSAND };
  }
  return null;
}

/** The rule as a text to compare: without what holds anyway, its fields in one order. */
function plain(rule) {
  const held = { enabled: true, part: "all" };
  return JSON.stringify(rule, (key, value) => {
    if (Object.hasOwn(held, key) && held[key] === value) return undefined;
    if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
