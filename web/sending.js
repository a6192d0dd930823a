// What the statuses of sent messages mean to the page.

import { noteTrouble } from "./news.js";

/** Each status, and how good it is. */
const TONES = {
  scheduled: "waiting",
  queued: "waiting",
  sending: "waiting",
  sent: "good",
  delivered: "good",
  bounced: "bad",
  complained: "bad",
  failed: "bad",
  cancelled: "plain",
  uncertain: "warn",
};
export const STATUSES = Object.keys(TONES);
export const CANCELLABLE = ["scheduled", "queued"];
export const RESENDABLE = ["failed", "bounced", "cancelled", "uncertain"];
const UNDER_WAY = ["queued", "sending", "sent"]; // of what was sent, more may be heard
const FIRST_LOOK = 2_000;
const LONGEST_WAIT = 30_000;

/** How good this is, of a message or of one recipient. */
export function toneOf(status) {
  return { pending: "waiting", suppressed: "warn" }[status] ?? TONES[status] ?? "plain";
}

/** Look again as long as the stage is there, while mail is under way. */
export function whileUnderWay(stage, mails, look) {
  whileDue(stage, () => mails().some(({ status }) => UNDER_WAY.includes(status)), look);
}

/** Look again, more and more seldom, as long as the stage is there; only while there is reason to. */
export function whileDue(stage, hasReason, look) {
  let wait = FIRST_LOOK;
  const later = () =>
    setTimeout(async () => {
      if (!stage.isConnected) return;
      const isDue = hasReason();
      wait = isDue ? Math.min(wait * 1.5, LONGEST_WAIT) : FIRST_LOOK;
      if (isDue && document.visibilityState === "visible") await look().catch(noteTrouble);
      later();
    }, wait);
  later();
}
