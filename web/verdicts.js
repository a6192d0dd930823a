// The verdicts on a message, in words.

import { group } from "./texts.js";

const SENDER = ["dmarc", "spf", "dkim"];
const CONTENT = ["spam", "virus"];

/** `{tone, summary, lines}`: tone is "good", "bad" or "unknown"; a line for each thing looked at. */
export function explain(verdicts) {
  const words = group("verdicts");
  const judged = [...SENDER, ...CONTENT].filter((name) => verdicts[name]);
  if (!judged.length)
    return { tone: "unknown", summary: words.summaryUnknown, lines: [words.unchecked] };
  const lines = judged.map((name) => words[name][verdicts[name]] ?? words[name].other);
  // SPF alone fails for every forwarded message; DMARC weighs SPF and DKIM together.
  const isBad = ["dmarc", ...CONTENT].some((name) => verdicts[name] === "FAIL");
  if (isBad) return { tone: "bad", summary: words.summaryBad, lines };
  if (verdicts.dmarc === "PASS") return { tone: "good", summary: words.summaryGood, lines };
  return { tone: "unknown", summary: words.summaryUnknown, lines };
}
