// How the page tells of things: short notes, the title, a notification, words for screen readers.

import { Refused, Unreachable } from "./api.js";
import { button, element } from "./dom.js";
import { say } from "./texts.js";

const SHOWN_FOR = 5_000;

/** A short note; with `undo`, one can take back what was done while it shows. */
export function note(text, { undo, after } = {}) {
  const shown = element("div", { class: "toast" }, element("span", {}, text));
  const timer = setTimeout(() => {
    shown.remove();
    after?.();
  }, SHOWN_FOR);
  if (undo) {
    const takeBack = () => {
      clearTimeout(timer);
      shown.remove();
      undo();
    };
    shown.append(button({ onclick: takeBack }, say("undo")));
  }
  document.getElementById("toasts").append(shown);
}

/** What went wrong, in words for whoever sits here. */
export function reasonOf(error) {
  if (error instanceof Unreachable) return say("noAnswer");
  if (error instanceof Refused && error.status === 429 && error.retryAfter)
    return say("tooMany", { seconds: error.retryAfter });
  if (error instanceof Refused)
    return error.message.charAt(0).toUpperCase() + error.message.slice(1);
  console.error(error);
  return String(error.message ?? error);
}

/** The same as a note. */
export function noteTrouble(error) {
  note(reasonOf(error));
}

/** Words for screen readers only. */
export function speak(text) {
  document.getElementById("spoken").textContent = text;
}

export async function copy(text, what = say("copied")) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not a secure context, or not allowed: the way browsers had before.
    const field = element("textarea", { class: "unseen", readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  speak(what);
}

/** "(3) Mayfly" while three messages are unread; the installed app's icon as well. */
export function showUnread(count) {
  document.title = count ? `(${count}) ${say("name")}` : say("name");
  if (count) navigator.setAppBadge?.(count).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

export function mayNotify() {
  return globalThis.Notification?.permission === "granted";
}

export function canAskToNotify() {
  return globalThis.Notification?.permission === "default";
}

export async function askToNotify() {
  const answer = await Notification.requestPermission();
  note(say(answer === "granted" ? "notifyOn" : "notifyDenied"));
}

/** Tell of new messages: aloud always, and by a notification while nobody looks at the page. */
export function tellOf(messages, open) {
  const [first] = messages;
  const sender = first.fromName || first.from || say("unknownSender");
  const subject = first.subject || say("noSubject");
  const several = say("newMails", { count: messages.length });
  speak(messages.length === 1 ? say("newMail", { sender, subject }) : several);
  if (!mayNotify() || document.visibilityState === "visible") return;
  try {
    const title = messages.length === 1 ? sender : several;
    const notification = new Notification(title, {
      body: subject,
      icon: "/icon-192.png",
      tag: first.id,
    });
    notification.addEventListener("click", () => {
      window.focus();
      open(first);
      notification.close();
    });
  } catch {
    // Some phones only let service workers notify.
  }
}
