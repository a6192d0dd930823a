// One mailbox as the page knows it: its messages by number, and where to go on from.

import { api } from "./api.js";

export class Inbox extends EventTarget {
  /** `found` is the API's mailbox. */
  constructor(found) {
    super();
    this.messages = new Map();
    this.hidden = new Set(); // numbers that are about to be deleted
    this.showsSpam = false;
    this.lastNumber = 0;
    this.cursor = undefined; // undefined: nothing was read yet; null: all was
    this.loading = null;
    this.full = null; // since when mail is dropped, and how many
    this.update(found);
  }

  update(found) {
    this.id = found.id;
    this.address = found.emailAddress;
    this.createdAt = Date.parse(found.createdAt);
    this.expiresAt = Date.parse(found.expiresAt);
    if (found.inboxFull !== undefined) this.full = found.inboxFull;
    this.changed();
  }

  get isOver() {
    return this.expiresAt <= Date.now();
  }

  get isComplete() {
    return this.cursor === null;
  }

  /** Newest first, those that contain all the words; without spam unless it is shown. */
  list(words = []) {
    const found = [];
    for (const message of this.messages.values()) {
      if (this.hidden.has(message.seq) || (message.isSpam && !this.showsSpam)) continue;
      if (words.every((word) => message.haystack.includes(word))) found.push(message);
    }
    return found.sort((one, other) => other.seq - one.seq);
  }

  get spam() {
    let count = 0;
    for (const message of this.messages.values())
      if (message.isSpam && !this.hidden.has(message.seq)) count += 1;
    return count;
  }

  get unread() {
    let count = 0;
    for (const message of this.messages.values())
      if (!message.isRead && !message.isSpam && !this.hidden.has(message.seq)) count += 1;
    return count;
  }

  /** Take messages in; the answer is those that were not known. */
  add(lines) {
    const news = [];
    for (const line of lines) {
      if (!this.messages.has(line.seq) && !line.isSpam) news.push(line);
      this.messages.set(line.seq, {
        ...line,
        at: Date.parse(line.receivedAt),
        haystack: `${line.fromName} ${line.from} ${line.subject} ${line.preview}`.toLowerCase(),
      });
    }
    if (lines.length) this.changed();
    return news;
  }

  /** The newest ones, to begin with. Calls meanwhile share the one request. */
  open() {
    if (this.cursor !== undefined) return Promise.resolve();
    return this.#once(async () => {
      const page = await api.page(this.id);
      this.full = page.inboxFull ?? null;
      this.cursor = page.cursor;
      this.lastNumber = Math.max(
        this.lastNumber,
        page.lastNumber ?? 0,
        ...page.messages.map((line) => line.seq),
      );
      this.add(page.messages);
      this.changed();
    });
  }

  /** The next older ones. */
  more() {
    if (!this.cursor) return Promise.resolve();
    return this.#once(async () => {
      const page = await api.page(this.id, this.cursor);
      this.cursor = page.cursor;
      this.add(page.messages);
      this.changed();
    });
  }

  /** What came since; the answer is what was not known. */
  async catchUp() {
    await this.open();
    const news = [];
    for (;;) {
      const page = await api.after(this.id, this.lastNumber);
      this.fill(page.inboxFull ?? null);
      const last = page.messages.at(-1)?.seq;
      news.push(...this.add(page.messages));
      if (last === undefined) return news;
      this.lastNumber = Math.max(this.lastNumber, last);
      if (page.messages.length < 100) return news;
    }
  }

  /** A message that the socket brought. */
  arrive(line) {
    const news = this.add([line]);
    // What lies between may have been deleted, or not have reached us: then a list is asked for.
    const isNext = line.seq <= this.lastNumber + 1;
    if (isNext) this.lastNumber = Math.max(this.lastNumber, line.seq);
    return { news, isNext };
  }

  set(number, changes) {
    const message = this.messages.get(number);
    if (!message) return;
    this.messages.set(number, { ...message, ...changes });
    this.changed();
  }

  /** Set the read flag, here at once; what the API refuses is taken back, and raised. */
  async mark(number, isRead) {
    this.set(number, { isRead });
    try {
      await api.mark(this.id, number, isRead);
    } catch (error) {
      this.set(number, { isRead: !isRead });
      throw error;
    }
  }

  /** Take a message out of spam. */
  async keep(number) {
    await api.move(this.id, number, "inbox");
    this.set(number, { isSpam: false });
  }

  /** What the API says of mail that it drops; null while there is room. */
  fill(full) {
    if (full?.since === this.full?.since && full?.dropped === this.full?.dropped) return;
    this.full = full;
    this.changed();
  }

  hide(number, isHidden) {
    if (isHidden) this.hidden.add(number);
    else this.hidden.delete(number);
    this.changed();
  }

  forget(number) {
    this.messages.delete(number);
    this.hidden.delete(number);
    this.full = null; // there is room again
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  #once(work) {
    this.loading ??= work().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }
}
