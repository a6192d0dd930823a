import assert from "node:assert/strict";
import { inspect } from "node:util";
import test from "node:test";
import * as client from "../../../clients/javascript/src/index.js";
import { retryAfter } from "../../../clients/javascript/src/answers.js";
import { REAL } from "../../../clients/javascript/src/world.js";
import { World, json, nothing, refusal } from "./world.js";

const ping = (world, options) => world.transport().ask("service", "healthPing", options);

test("a read is tried again while the service is busy, with longer and longer pauses", async () => {
  const world = new World(
    refusal(503, "INTERNAL_ERROR"),
    refusal(502, "INTERNAL_ERROR"),
    refusal(504, "INTERNAL_ERROR"),
    json({ message: "pong" }),
  );

  const { content } = await ping(world);

  assert.equal(content.message, "pong");
  assert.deepEqual(world.pauses, [250, 500, 1000]);
});

test("pauses are drawn, so that clients do not come back together", async () => {
  const world = new World(nothing, json({}));
  world.random = () => 0.5;

  await ping(world);

  assert.deepEqual(world.pauses, [125]);
});

test("it is tried a few times and no more", async () => {
  const world = new World(...Array.from({ length: 9 }, () => refusal(503, "INTERNAL_ERROR")));

  await assert.rejects(ping(world), client.ServiceFailed);

  assert.equal(world.asked.length, 4);
});

test("Retry-After is waited for", async () => {
  const world = new World(
    refusal(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "7" }),
    json({}),
  );

  await ping(world);

  assert.deepEqual(world.pauses, [7250]);
});

test("a service that says to come back much later is believed", async () => {
  const late = refusal(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "3000" }, ["RATE_LIMIT_FETCH"]);
  const world = new World(late);

  await assert.rejects(ping(world), (error) => {
    assert.ok(error instanceof client.RateLimited);
    assert.equal(error.retryAfter, 3000);
    assert.deepEqual(error.details, ["RATE_LIMIT_FETCH"]);
    return true;
  });
  assert.deepEqual(world.pauses, []);
});

test("what changes something is sent once", async () => {
  for (const answer of [nothing, refusal(503, "INTERNAL_ERROR"), refusal(429, "X")]) {
    const world = new World(answer);

    await assert.rejects(world.transport().ask("addresses", "createAddress", { body: {} }));

    assert.equal(world.asked.length, 1);
  }
});

test("what cannot be is not tried again", async () => {
  const world = new World(refusal(400, "VALIDATION_ERROR", { "x-amzn-RequestId": "r-1" }));

  await assert.rejects(ping(world), (error) => {
    assert.ok(error instanceof client.InvalidRequest);
    assert.ok(error instanceof client.MayflyError);
    const { name, status, code, requestId, operation } = error;
    assert.deepEqual(
      { name, status, code, requestId, operation },
      {
        name: "InvalidRequest",
        status: 400,
        code: "VALIDATION_ERROR",
        requestId: "r-1",
        operation: "health_ping",
      },
    );
    return true;
  });
  assert.equal(world.asked.length, 1);
});

test("each status has its class", async () => {
  const classes = {
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    413: "InvalidRequest",
    418: "ApiError",
    500: "ServiceFailed",
  };
  for (const [status, name] of Object.entries(classes)) {
    const world = new World(refusal(Number(status), "CODE"));
    await assert.rejects(ping(world), (error) => error.constructor === client[name]);
  }
});

test("an error of something in between is one, too", async () => {
  const world = new World(() => new Response("<html>", { status: 418 }));

  await assert.rejects(ping(world), { status: 418, code: "UNKNOWN" });
});

test("an answer that says it is JSON and is none is unreachable", async () => {
  const answer = () => new Response("{", { headers: { "Content-Type": "application/json" } });

  await assert.rejects(
    new World(answer).transport({}, 0).ask("service", "health"),
    client.Unreachable,
  );
});

test("no error has a secret", async () => {
  for (const answer of [nothing, refusal(401, "AUTHENTICATION_ERROR")]) {
    const secrets = { token: "s3cret", apiKey: "s3cret", adminKey: "s3cret" };
    const mayfly = new client.Mayfly("https://mail.example.org", {
      ...secrets,
      fetch: new World(answer).fetch,
      retries: 0,
    });
    await assert.rejects(mayfly.api.accounts.showUser(), (error) => {
      assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /s3cret/);
      return true;
    });
    assert.doesNotMatch(inspect(mayfly, { depth: 9, showHidden: true }), /s3cret/);
  }
});

test("each credential goes where it belongs, and nowhere else", async () => {
  const all = { token: "t", apiKey: "k", adminKey: "a" };
  const sent = async (subject, name, options) => {
    const world = new World(json({}));
    await world.transport(all).ask(subject, name, options);
    const [{ headers, redirect }] = world.asked;
    return { ...headers, redirect };
  };

  assert.deepEqual(await sent("apiKeys", "listKeys"), {
    Authorization: "Bearer t",
    "X-API-Key": "k",
    redirect: "error",
  });
  assert.deepEqual(await sent("admin", "showStats"), { "X-Admin-Key": "a", redirect: "error" });
  assert.deepEqual(await sent("service", "healthPing", { token: null }), { redirect: "error" });
  assert.deepEqual(await sent("messages", "rawMessage", { id: "1" }), {
    Authorization: "Bearer t",
    redirect: "follow",
  });
});

test("what stands in a path stays in its place", async () => {
  const world = new World(json({}), json({}));

  await world.transport().ask("addresses", "showAddress", { email: "ann+x@mail.example.org" });
  await world.transport().ask("messages", "showMessage", { id: "../emails?x=1#" });

  assert.deepEqual(
    world.asked.map((each) => each.url),
    [
      "https://mail.example.org/api/emails/ann%2Bx@mail.example.org",
      "https://mail.example.org/api/messages/..%2Femails%3Fx%3D1%23",
    ],
  );
  for (const id of ["", ".", "..", undefined]) {
    await assert.rejects(world.transport().ask("messages", "showMessage", { id }), TypeError);
  }
});

test("a query has what is given", async () => {
  const world = new World(json({}));
  const query = { from: undefined, since: new Date(0), isRead: false, subject: "a&b" };

  await world.transport().ask("messages", "listMessages", { email: "a@b.example", query });

  const asked = "?since=1970-01-01T00%3A00%3A00.000Z&isRead=false&subject=a%26b";
  assert.ok(world.asked[0].url.endsWith(asked));
});

test("who aborts gets the reason, and nothing is sent", async () => {
  const world = new World();
  const reason = new Error("enough");

  await assert.rejects(ping(world, { signal: AbortSignal.abort(reason) }), reason);

  assert.equal(world.asked.length, 0);
});

test("a pause ends when it is aborted", async () => {
  const abort = new AbortController();
  const paused = REAL.pause(3_600_000, abort.signal);

  abort.abort(new Error("enough"));

  await assert.rejects(paused, /enough/);
  await assert.rejects(REAL.pause(3_600_000, abort.signal), /enough/);
});

test("an answer that takes too long is none", async () => {
  const never = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const world = new World(never);
  const alive = setTimeout(() => {}, 60_000); // the timer of a signal keeps no process

  await assert.rejects(
    world.transport({}, 0).ask("service", "health", {}, { seconds: 0.01 }),
    /health: no answer within 0.01 s/,
  );

  clearTimeout(alive);
});

test("a URL that cannot be is refused", () => {
  const wrong = ["mail.example.org", "ftp://mail.example.org", "https://a:b@mail.example.org"];
  for (const url of wrong) {
    assert.throws(() => new client.Mayfly(url), TypeError);
  }
  assert.equal(new client.Mayfly("https://x.example/prod//").url, "https://x.example/prod");
});

test("options that cannot be are refused", () => {
  for (const wrong of [{ retries: -1 }, { retries: 99 }, { requestTimeout: 30_000 }]) {
    assert.throws(() => new client.Mayfly("https://mail.example.org", wrong), TypeError);
  }
});

test("Retry-After is seconds, or a time", () => {
  const in30Seconds = new Date(Date.now() + 30_000).toUTCString();

  assert.equal(retryAfter(new Headers({ "Retry-After": "12" })), 12);
  assert.equal(retryAfter(new Headers()), null);
  assert.equal(retryAfter(new Headers({ "Retry-After": "soon" })), null);
  const found = retryAfter(new Headers({ "Retry-After": in30Seconds }));
  assert.ok(found > 0 && found <= 30);
});
