import assert from "node:assert/strict";
import test from "node:test";
import { NotFound, Unreachable } from "../../../clients/javascript/src/index.js";
import { World, json, nothing } from "./world.js";

/** A socket that plays what was written for it: frames, then a close. */
class Played extends EventTarget {
  readyState = 1;
  sent = [];

  constructor(frames) {
    super();
    queueMicrotask(() => {
      this.dispatchEvent(new Event("open"));
      for (const each of frames) {
        const data = JSON.stringify(each);
        this.dispatchEvent(Object.assign(new Event("message"), { data }));
      }
      if (frames.at(-1)?.type !== "stays") this.dispatchEvent(new Event("close"));
    });
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.isClosed = true;
  }
}

const line = (seq) => ({
  type: "new-message",
  data: { id: `m${seq}`, seq, from: "a@b.example", receivedAt: "2026-01-01T12:00:00Z" },
});
const subscribed = { type: "subscribed" };

function playing(...plays) {
  const world = new World();
  world.sockets = [];
  world.connect = () => {
    const socket = new Played(plays.shift() ?? []);
    world.sockets.push(socket);
    return socket;
  };
  return world;
}

async function first(count, watched) {
  const found = [];
  for await (const each of watched) {
    found.push(each.seq);
    if (found.length === count) break;
  }
  return found;
}

test("it reconnects, and asks for what came meanwhile", async () => {
  const world = playing(
    [subscribed, line(1), line(2)],
    [],
    [subscribed, line(2), line(3), { type: "stays" }],
  );

  const found = await first(3, world.inbox().watch({ subject: "s" }));

  assert.deepEqual(found, [1, 2, 3]);
  const frames = world.sockets.map((each) => each.sent[0]);
  assert.deepEqual(frames[0], {
    type: "subscribe",
    email: "ann@mail.example.org",
    token: "secret-token",
    filter: { subject: "s" },
    after: 0,
  });
  assert.deepEqual(
    frames.map((each) => each.after),
    [0, 2, 2],
  );
  assert.ok(world.sockets.every((each) => each.isClosed));
  assert.equal(world.pauses.length, 2);
});

test("a public address is watched without a token", async () => {
  const world = playing([subscribed, line(1), { type: "stays" }]);

  await first(1, world.inbox("public").watch());

  assert.deepEqual(world.sockets[0].sent[0], {
    type: "subscribe",
    email: "ann@mail.example.org",
    after: 0,
  });
});

test("what the service refuses ends it", async () => {
  const world = playing([{ type: "error", error: { code: "NOT_FOUND", message: "no such" } }]);

  await assert.rejects(first(1, world.inbox().watch()), NotFound);

  assert.equal(world.sockets.length, 1);
});

test("a service that cannot be reached is tried a few times", async () => {
  const world = playing();
  world.connect = () => {
    const socket = new EventTarget();
    socket.close = () => {};
    queueMicrotask(() => socket.dispatchEvent(new Event("error")));
    return socket;
  };

  await assert.rejects(first(1, world.inbox().watch()), Unreachable);

  assert.equal(world.pauses.length, 3);
});

test("a service that closes at once is tried a few times, too", async () => {
  const world = playing();

  await assert.rejects(first(1, world.inbox().watch()), /closed at once/);

  assert.equal(world.sockets.length, 4);
});

test("it subscribes again with the newest token", async () => {
  const world = playing([subscribed], [subscribed, line(1), { type: "stays" }]);
  const inbox = world.inbox();
  const renewed = { access_token: "newer", token_expires_at: "2026-01-01T13:00:00.000Z" };
  world.answers.push(json(renewed));
  world.pause = () => inbox.renew();

  await first(1, inbox.watch());

  assert.equal(world.sockets[1].sent[0].token, "newer");
});

test("it ends by its signal", async () => {
  const world = playing([subscribed, { type: "stays" }]);
  const abort = new AbortController();
  const watched = first(1, world.inbox().watch({ signal: abort.signal }));

  abort.abort(new Error("enough"));

  await assert.rejects(watched, /enough/);
});

test("without a WebSocket it says so, and does not try again", async () => {
  const world = new World(); // its `connect` throws

  await assert.rejects(first(1, world.inbox().watch()), /nobody expected/);

  assert.deepEqual(world.pauses, []);
});

test("where the WebSocket is, is read like everything else that can be read again", async () => {
  const world = new World(nothing, json({ socketUrl: "wss://socket.example" }));

  const { socketUrl } = await world.transport({ token: "t" }).read("/config.json");

  assert.equal(socketUrl, "wss://socket.example");
  assert.equal(world.pauses.length, 1);
  assert.equal(world.asked[1].url, "https://mail.example.org/config.json");
  assert.equal(world.asked[1].headers.Authorization, undefined);
});

test("a service that does not say where is one to say it of", async () => {
  for (const answer of [json({}), json(null), json({ socketUrl: "javascript:1" })]) {
    const mayfly = new World(answer).mayfly();
    const inbox = mayfly.openInbox({ kind: "public", address: "ann@mail.example.org" });

    await assert.rejects(inbox.watch().next(), /give socketUrl/);
  }
});
