// What a domain's status means to whoever has it.

import { longTime } from "./clock.js";
import { group, say } from "./texts.js";

/** The status in a word and in a sentence, and how good it is. */
export function standing({ status, isActive, expiresAt, verifiedAt, missingSince }) {
  const words = group("domainStatus");
  const time = (at) => ({ time: at ? longTime(Date.parse(at)) : "" });
  switch (status) {
    case "pending":
      return { tone: "waiting", word: words.pending, about: say("domainPending", time(expiresAt)) };
    case "suspended":
      return { tone: "bad", word: words.suspended, about: say("domainLost", time(missingSince)) };
    case "expired":
      return { tone: "bad", word: words.expired, about: say("domainExpired") };
  }
  if (!isActive) return { tone: "bad", word: words.off, about: say("domainOff") };
  if (missingSince)
    return { tone: "warn", word: words.active, about: say("domainMissing", time(missingSince)) };
  return { tone: "good", word: words.active, about: say("domainActive", time(verifiedAt)) };
}
