// Whose mail this is, which mailboxes there are, and the line on which new mail is announced.

import { api, Refused, Unreachable } from "./api.js";
import { Inbox } from "./inbox.js";
import { Line } from "./socket.js";

const POLL_EVERY = 10_000; // while there is no line
const RETRY_AFTER = 3_000;
const HINT = "mayfly.who"; // what to ask for first; the cookies decide

/**
 * Events: `change` (who, mailboxes, the current one, the line's state), `news` (detail: `inbox`
 * and `messages`, which have just come) and `trouble` (detail: an error nobody was waiting for).
 */
export class Home extends EventTarget {
  account = null;
  inboxes = [];
  current = null;
  limit = 0; // of active mailboxes
  active = 0;
  isClosed = false; // nobody may begin a session here
  state = "connecting";
  config = {};
  #line = null;
  #poll;

  /** Find out who is here, or begin. Goes on trying while the service does not answer. */
  async start() {
    try {
      const [config] = await Promise.all([api.config(), this.#identify()]);
      this.config = config;
    } catch (error) {
      if (!(error instanceof Unreachable) && error.status !== 429) throw error;
      this.#set("down");
      this.#trouble(error);
      const wait = (error.retryAfter ?? 0) * 1000 || RETRY_AFTER;
      await new Promise((resolve) => setTimeout(resolve, wait));
      return this.start();
    }
    this.#connect();
  }

  async #identify() {
    const hint = localStorage.getItem(HINT);
    if (hint === "account" && (await this.#asAccount())) return;
    if (hint && (await this.#asSession(api.showSession))) return;
    // Somebody who logged in elsewhere in this browser has a cookie, but maybe no hint.
    if (!(await this.#asSession(api.beginSession))) await this.#asAccount();
  }

  async #asAccount() {
    let user, found;
    try {
      [user, found] = await Promise.all([api.me(), api.mailboxes()]);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return false;
      throw error;
    }
    localStorage.setItem(HINT, "account");
    this.account = user;
    this.#take(found);
    return true;
  }

  async #asSession(ask) {
    let session;
    try {
      session = await ask();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return false;
      if (error instanceof Refused && error.status === 403) {
        this.isClosed = true;
        this.#changed();
        return false;
      }
      throw error;
    }
    localStorage.setItem(HINT, "session");
    this.account = null;
    this.#show([new Inbox(session.mailbox)]);
    return true;
  }

  /** The account's mailboxes as the API lists them; those that are known stay as they are. */
  #take({ mailboxes, count, limit }) {
    this.active = count;
    this.limit = limit;
    const known = new Map(this.inboxes.map((inbox) => [inbox.id, inbox]));
    this.#show(
      mailboxes.map((found) => {
        const inbox = known.get(found.id);
        inbox?.update(found);
        return inbox ?? new Inbox(found);
      }),
    );
  }

  #show(inboxes) {
    this.inboxes = inboxes;
    if (!inboxes.includes(this.current)) this.current = inboxes[0] ?? null;
    for (const inbox of inboxes) this.#read(inbox.open());
    this.#changed();
  }

  select(inbox) {
    this.current = inbox;
    this.#changed();
  }

  find(id) {
    return this.inboxes.find((inbox) => inbox.id === id);
  }

  // What people do.

  /** Another anonymous address; this one and its mail are deleted. */
  async renew() {
    const inbox = this.current;
    if (inbox && !inbox.isOver) await api.deleteMailbox(inbox.id);
    this.inboxes = [];
    await this.#asSession(api.beginSession);
    this.#connect();
  }

  async logIn(email, password, takeAlong) {
    const answer = await api.logIn(email, password, takeAlong);
    this.inboxes = [];
    this.current = null;
    await this.#asAccount();
    this.current =
      this.inboxes.find((inbox) => inbox.address === answer.migratedMailbox?.emailAddress) ??
      this.current;
    this.#changed();
    this.#connect();
    return answer;
  }

  async logOut() {
    await api.logOut();
    await this.startAgain();
  }

  /** Nobody is logged in any more: begin as somebody new. */
  async startAgain() {
    localStorage.removeItem(HINT);
    this.account = null;
    this.inboxes = [];
    this.current = null;
    this.#changed();
    await this.#asSession(api.beginSession);
    this.#connect();
  }

  async createMailbox(wanted) {
    const made = await api.createMailbox(wanted);
    this.#take(await api.mailboxes());
    this.select(this.find(made.id) ?? this.current);
  }

  async extend(inbox) {
    inbox.update(await api.extendMailbox(inbox.id));
    this.#changed();
  }

  async deleteMailbox(inbox) {
    await api.deleteMailbox(inbox.id);
    this.#take(await api.mailboxes());
  }

  async rename(fullName) {
    const { user } = await api.rename(fullName);
    this.account = user;
    this.#changed();
  }

  /** Look for new mail now. */
  async look() {
    for (const inbox of this.inboxes.filter((each) => !each.isOver)) await this.#catchUp(inbox);
  }

  // The line.

  #connect() {
    clearInterval(this.#poll);
    this.#line?.end();
    this.#line = null;
    if (!this.inboxes.length && !this.account) return;
    this.#poll = setInterval(() => {
      if (this.state !== "live" && navigator.onLine) this.#read(this.look());
    }, POLL_EVERY);
    if (!this.config.socketUrl) return this.#set("down");
    const line = new Line(this.config.socketUrl);
    this.#line = line;
    line.addEventListener("state", (event) => this.#set(event.detail));
    line.addEventListener("open", () => this.#read(this.#subscribe(line)));
    line.addEventListener("frame", (event) => this.#frame(line, event.detail));
    line.start();
  }

  async #subscribe(line, after) {
    try {
      if (this.account) {
        const { token } = await api.socketToken();
        return line.send({ type: "subscribe", account: true, token });
      }
      const inbox = this.inboxes[0];
      const [{ token }] = await Promise.all([api.socketToken(), inbox.open()]);
      line.send({
        type: "subscribe",
        email: inbox.address,
        token,
        after: after ?? inbox.lastNumber,
      });
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return this.#ended();
      line.again();
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  #frame(line, frame) {
    switch (frame.type) {
      case "subscribed":
        line.settled();
        if (frame.account) this.#read(this.#reconcile(frame.mailboxes));
        break;
      case "new-message": {
        const inbox = this.inboxes.find((each) => each.address === frame.data.email);
        if (!inbox) break;
        const { news, isNext } = inbox.arrive(frame.data);
        this.#news(inbox, news);
        if (!isNext) this.#read(this.#catchUp(inbox));
        break;
      }
      case "new_email": {
        const inbox = this.find(frame.mailboxId);
        this.#read(inbox ? this.#catchUp(inbox) : this.#reload());
        break;
      }
      case "inbox-full": {
        const { since, dropped, email } = frame.data ?? frame;
        this.inboxes.find((each) => each.address === email)?.fill({ since, dropped });
        break;
      }
      case "error":
        if (frame.after !== undefined) this.#read(this.#subscribe(line, frame.after));
        else line.again();
    }
  }

  /** There is no replay for accounts: what is above the numbers we know is asked for. */
  async #reconcile(mailboxes) {
    if (mailboxes.some(({ mailboxId }) => !this.find(mailboxId))) await this.#reload();
    for (const { mailboxId, lastNumber } of mailboxes) {
      const inbox = this.find(mailboxId);
      if (inbox && lastNumber > inbox.lastNumber) await this.#catchUp(inbox);
    }
  }

  async #reload() {
    this.#take(await api.mailboxes());
  }

  async #catchUp(inbox) {
    const isFirst = inbox.cursor === undefined;
    const news = await inbox.catchUp();
    if (!isFirst) this.#news(inbox, news);
  }

  #news(inbox, messages) {
    if (messages.length)
      this.dispatchEvent(new CustomEvent("news", { detail: { inbox, messages } }));
  }

  /** The session is over, by its time or by a logout in another tab. */
  #ended() {
    this.#line?.end();
    this.#line = null;
    this.#set("down");
    if (!this.account && this.current) {
      this.current.expiresAt = Math.min(this.current.expiresAt, Date.now());
      this.#changed();
    } else {
      this.startAgain().catch((error) => this.#trouble(error));
    }
  }

  #set(state) {
    this.state = state;
    this.#changed();
  }

  #read(promise) {
    promise.catch((error) => this.#trouble(error));
  }

  #trouble(detail) {
    this.dispatchEvent(new CustomEvent("trouble", { detail }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
