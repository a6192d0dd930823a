// The line on which new mail is announced: it reconnects by itself, and then asks for what it missed.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const PING_EVERY = 45_000; // many proxies end what is silent for a minute
const PONG_WITHIN = 10_000;

/**
 * Events: `state` (detail: "connecting", "live", "down"), `open` when frames can be sent,
 * `frame` (detail: the frame) and `retry` before each new attempt.
 */
export class Line extends EventTarget {
  #url;
  #socket = null;
  #failures = 0;
  #retry;
  #ping;
  #pong;
  #isEnded = false;

  constructor(url) {
    super();
    this.#url = url;
    addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#look);
  }

  start() {
    clearTimeout(this.#retry);
    this.#tell("state", this.#failures ? "down" : "connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => socket === this.#socket && this.#tell("open"));
    socket.addEventListener(
      "message",
      (event) => socket === this.#socket && this.#read(event.data),
    );
    socket.addEventListener("close", () => socket === this.#socket && this.#dropped());
  }

  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** The subscription stands: the next failure begins with a short wait again. */
  settled() {
    this.#failures = 0;
    this.#tell("state", "live");
    clearInterval(this.#ping);
    this.#ping = setInterval(() => this.#askForPong(), PING_EVERY);
  }

  /** Drop the connection and make another one, after a wait. */
  again() {
    this.#socket?.close();
    this.#dropped();
  }

  end() {
    this.#isEnded = true;
    removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#look);
    this.#stopTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #read(text) {
    clearTimeout(this.#pong);
    this.#pong = undefined;
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame.type !== "pong") this.#tell("frame", frame);
  }

  #dropped() {
    this.#stopTimers();
    this.#socket = null;
    if (this.#isEnded) return;
    this.#tell("state", "down");
    // Full jitter: clients that lost the same server do not come back in one wave.
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#attempt(), FIRST_WAIT / 2 + Math.random() * most);
  }

  #attempt() {
    this.#tell("retry");
    this.start();
  }

  #now = () => {
    if (!this.#socket && !this.#isEnded) {
      clearTimeout(this.#retry);
      this.#attempt();
    }
  };

  /** Back on the page: a line that died while the machine slept does not say so by itself. */
  #look = () => {
    if (document.visibilityState !== "visible") return;
    if (this.#socket) this.#askForPong();
    else this.#now();
  };

  #askForPong() {
    this.send({ type: "ping" });
    this.#pong ??= setTimeout(() => this.again(), PONG_WITHIN);
  }

  #stopTimers() {
    clearTimeout(this.#retry);
    clearInterval(this.#ping);
    clearTimeout(this.#pong);
    this.#pong = undefined;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
