// The page: puts its parts together, and keeps the address bar, the list and the reader in step.

import { AccountDialogs } from "./account_dialogs.js";
import { AddressCard } from "./address_card.js";
import { api } from "./api.js";
import { button, element, refill } from "./dom.js";
import { Home } from "./home.js";
import { icon } from "./icons.js";
import { Keyboard } from "./keyboard.js";
import { MessageList } from "./message_list.js";
import {
  askToNotify,
  canAskToNotify,
  note,
  noteTrouble,
  reasonOf,
  showUnread,
  tellOf,
} from "./news.js";
import { Reader } from "./reader.js";
import { Rooms } from "./rooms.js";
import { Service } from "./service.js";
import { say } from "./texts.js";

const place = (id) => document.getElementById(id);
const home = new Home();
const service = new Service();
const dialogs = new AccountDialogs(home);
const card = new AddressCard(home, place("address"), {
  newMailbox: () => dialogs.newMailbox().catch(noteTrouble),
  logIn: () => dialogs.logIn(),
});
const list = new MessageList(place("messages"));
const reader = new Reader(place("reader"), home, {
  close,
  remove,
  toggleRead,
  key: (key) => keyboard.press(key),
});
const rooms = new Rooms(place("room"));
const amongMail = (act) => () => !rooms.isOpen && act();
const keyboard = new Keyboard({
  next: amongMail(() => step(1)),
  previous: amongMail(() => step(-1)),
  open: () => false, // the focused line is a link, which Enter follows
  remove: amongMail(() => withChosen(remove)),
  toggleRead: amongMail(() => withChosen(toggleRead)),
  copy: amongMail(() => card.copy() && true),
  search: amongMail(() => list.focusSearch() ?? true),
  back,
});
const leaving = new Map(); // "inbox/number" -> deletes it now

// Drawn once a frame, however many things changed.

let isDue = false;
const drawn = new WeakSet();

function changed() {
  for (const inbox of home.inboxes) {
    if (drawn.has(inbox)) continue;
    drawn.add(inbox);
    inbox.addEventListener("change", changed);
  }
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    draw();
  });
}

function draw() {
  drawTop();
  card.draw();
  list.show(home.current);
  drawBanner();
  showUnread(home.inboxes.reduce((sum, inbox) => sum + inbox.unread, 0));
  follow();
}

function drawTop() {
  const { state, account } = home;
  const [text, hint] = {
    live: [say("live"), say("liveHint")],
    connecting: [say("connecting"), ""],
    down: [say("reconnecting"), say("reconnectingHint")],
  }[state];
  refill(place("top"), [state, account, canAskToNotify()], () => [
    element(
      "a",
      { class: "brand", href: "/", "aria-label": say("name") },
      icon("mayfly"),
      element("span", {}, say("name")),
    ),
    element(
      "span",
      { class: `state ${state}`, title: hint },
      element("span", { class: "dot" }),
      element("span", {}, text),
    ),
    element("span", { class: "grow" }),
    canAskToNotify() &&
      button(
        {
          class: "icon",
          title: say("notify"),
          "aria-label": say("notify"),
          onclick: () => askToNotify().then(changed),
        },
        icon("bell"),
      ),
    element("a", { class: "button quiet wide-only", href: "/docs" }, say("api")),
    account
      ? button(
          { class: "quiet account", title: account.email, onclick: () => dialogs.profile() },
          icon("person"),
          element("span", { class: "cut", dir: "auto" }, account.fullName || account.email),
        )
      : button({ class: "quiet", onclick: () => dialogs.logIn() }, icon("person"), say("logIn")),
  ]);
}

function drawBanner() {
  const banner = place("banner");
  const line = navigator.onLine ? service.line : say("offline");
  banner.hidden = !line;
  banner.textContent = line;
}

// The address bar says which message is open, so that Back and a reload do what people expect.

function opened() {
  const [, id, number] = location.hash.split("/");
  const inbox = number && home.find(decodeURIComponent(id));
  return inbox ? { inbox, number: Number(number) } : null;
}

function follow() {
  const wasAway = rooms.isOpen;
  rooms.show(home.account ? location.hash : "");
  document.body.classList.toggle("away", rooms.isOpen);
  if (wasAway && !rooms.isOpen) place("top").querySelector(".account")?.focus();
  const wanted = opened();
  document.body.classList.toggle("reading", Boolean(wanted));
  if (!wanted || wanted.inbox !== home.current) {
    if (wanted && !home.current) return;
    if (reader.number !== null) reader.close();
    list.mark(null);
    return;
  }
  reader.open(wanted.inbox, wanted.number).catch(noteTrouble);
  list.mark(wanted.number);
}

const LINKS = {
  "#/reset/": (token) => dialogs.reset(token),
  "#/forwarding/": (token) => dialogs.confirmForwarding(token),
};

/** The token of an email's link: asked for once, and not kept in the address bar or its history. */
function followLink() {
  const link = Object.keys(LINKS).find((each) => location.hash.startsWith(each));
  if (!link) return false;
  const token = location.hash.slice(link.length);
  history.replaceState(null, "", location.pathname);
  LINKS[link](token);
  return true;
}

addEventListener("hashchange", () => {
  if (followLink()) return;
  const wanted = opened();
  if (wanted && wanted.inbox !== home.current) home.select(wanted.inbox);
  follow();
});

function open(inbox, number) {
  location.hash = `#/${inbox.id}/${number}`;
  follow(); // now: the next key may come before the event does
}

function close() {
  const number = reader.number;
  if (location.hash) history.pushState(null, "", location.pathname);
  follow();
  list.focus(number);
}

function back() {
  if (rooms.isOpen) {
    rooms.back();
    follow(); // now, as in open()
    return true;
  }
  if (list.clearSearch()) return true;
  if (reader.number === null) return false;
  close();
  return true;
}

/** The message that keys are about: the open one, else the one whose line has the focus. */
function chosen() {
  return reader.number ?? list.focused;
}

function step(by) {
  const { numbers } = list;
  if (!numbers.length) return true;
  const at = numbers.indexOf(chosen());
  const next = numbers[at < 0 ? 0 : Math.max(0, Math.min(numbers.length - 1, at + by))];
  if (reader.number !== null) open(home.current, next);
  list.focus(next);
  return true;
}

function withChosen(act) {
  const number = chosen();
  if (number === null) return false;
  act(number);
  return true;
}

// Deleting waits as long as it can be taken back, or until the page is left.

function remove(number) {
  const inbox = home.current;
  const { numbers } = list;
  const at = numbers.indexOf(number);
  const neighbour = numbers[at + 1] ?? numbers[at - 1];
  inbox.hide(number, true);
  if (reader.number === number) close();
  queueMicrotask(() => list.focus(neighbour)); // once the list is drawn
  const key = `${inbox.id}/${number}`;
  leaving.set(key, (keepalive) => {
    leaving.delete(key);
    deleteNow(inbox, number, keepalive);
  });
  note(say("deleted"), {
    undo: () => {
      leaving.delete(key);
      inbox.hide(number, false);
    },
    after: () => leaving.get(key)?.(false),
  });
}

async function deleteNow(inbox, number, keepalive) {
  try {
    await api.deleteMessage(inbox.id, number, keepalive);
    inbox.forget(number);
  } catch (error) {
    if (error.status === 404) return inbox.forget(number);
    inbox.hide(number, false);
    noteTrouble(error);
  }
}

addEventListener("pagehide", () => {
  for (const now of [...leaving.values()]) now(true);
});

async function toggleRead(number) {
  const inbox = home.current;
  const isRead = !inbox.messages.get(number)?.isRead;
  const marked = inbox.mark(number, isRead);
  reader.redrawBar();
  try {
    await marked;
  } catch (error) {
    noteTrouble(error);
  }
}

// Begin.

home.addEventListener("change", changed);
home.addEventListener("news", ({ detail: { inbox, messages } }) => {
  tellOf(messages, (message) => {
    home.select(inbox);
    open(inbox, message.seq);
  });
});

let lastTrouble = "";
home.addEventListener("trouble", ({ detail }) => {
  // What goes on failing is said once.
  if (detail.status === 429) service.look();
  const reason = reasonOf(detail);
  if (reason !== lastTrouble) note(reason);
  lastTrouble = reason;
  setTimeout(() => (lastTrouble = ""), 30_000);
});
service.addEventListener("change", changed);
addEventListener("online", changed);
addEventListener("offline", changed);

followLink();
draw();
home.start().catch(noteTrouble);
service.start();

if ("serviceWorker" in navigator && isSecureContext) {
  const scripts = globalThis.trustedTypes?.createPolicy("mayfly-worker", {
    createScriptURL: (url) => url,
  });
  navigator.serviceWorker.register(scripts?.createScriptURL("/sw.js") ?? "/sw.js").catch(() => {});
}
