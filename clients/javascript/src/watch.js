// New messages over a WebSocket, which reconnects by itself and then asks for what it missed.

import { ApiError, Unreachable, refused } from "./errors.js";

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 30_000;
const PING_EVERY = 45_000; // many proxies end what is silent for a minute
const OPEN = 1;

/**
 * What `new-message` frames say, each once, in their order.
 * @param {string} url
 * @param {() => Record<string, unknown>} wanted what the frame that subscribes says
 * @param {number} after
 * @param {number} retries how often to try in vain, one after the other
 * @param {import("./world.js").World} world
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<any, void, void>}
 */
export async function* watch(url, wanted, after, retries, world, signal) {
  for (let failures = 0; ; ) {
    signal?.throwIfAborted();
    try {
      for await (const frame of frames(world.connect(url), { ...wanted(), after }, signal)) {
        failures = 0;
        // A frame may come twice, never out of order.
        if (frame.type !== "new-message" || frame.data.seq <= after) continue;
        after = frame.data.seq;
        yield frame.data;
      }
      if (failures >= retries) throw new Unreachable("subscribe", "it is closed at once");
    } catch (error) {
      const isBusy = error instanceof ApiError && error.status === 429;
      const mayPass = isBusy || error instanceof Unreachable;
      if (signal?.aborted || !mayPass || failures >= retries) throw error;
    }
    failures += 1;
    const most = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
    await world.pause(FIRST_PAUSE / 2 + world.random() * most, signal);
  }
}

/**
 * The frames of one connection, until it is closed. An `error` of the service is thrown.
 * @param {WebSocket} socket
 * @param {Record<string, unknown>} wanted
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<any, void, void>}
 */
async function* frames(socket, wanted, signal) {
  /** @type {any[]} */
  const come = [];
  /** @type {(() => void) | undefined} */
  let wake;
  let isPongDue = false;
  /** @param {any} what a frame, an error, or null for the end */
  const tell = (what) => {
    come.push(what);
    wake?.();
  };
  const abort = () => tell(signal?.reason);
  signal?.addEventListener("abort", abort);
  const ping = setInterval(() => {
    if (isPongDue) tell(null);
    else if (socket.readyState === OPEN) socket.send('{"type":"ping"}');
    isPongDue = true;
  }, PING_EVERY);
  socket.addEventListener("open", () =>
    socket.send(JSON.stringify({ type: "subscribe", ...wanted })),
  );
  socket.addEventListener("close", () => tell(null));
  socket.addEventListener("error", () =>
    tell(new Unreachable("subscribe", "the WebSocket was closed, or could not be opened")),
  );
  socket.addEventListener("message", ({ data }) => {
    isPongDue = false;
    tell(read(data));
  });
  try {
    for (;;) {
      while (!come.length) await new Promise((resolve) => (wake = () => resolve(undefined)));
      const what = come.shift();
      if (what === null) return;
      if (signal?.aborted || what instanceof Error) throw what;
      yield what;
    }
  } finally {
    clearInterval(ping);
    signal?.removeEventListener("abort", abort);
    socket.close();
  }
}

/** @type {Record<string, number>} */
const STATUS = { VALIDATION_ERROR: 400, AUTHENTICATION_ERROR: 401, NOT_FOUND: 404 };

/** @param {unknown} text */
function read(text) {
  let frame;
  try {
    frame = JSON.parse(String(text));
  } catch {
    return new Unreachable("subscribe", "a frame is no JSON");
  }
  if (frame.type !== "error") return frame;
  const { code = "UNKNOWN", message = "", details = [] } = frame.error ?? {};
  const status = STATUS[code] ?? (code === "RATE_LIMIT_EXCEEDED" ? 429 : 500);
  return refused({
    status,
    code,
    message,
    details,
    requestId: null,
    retryAfter: null,
    operation: "subscribe",
  });
}
