import assert from "node:assert/strict";
import { inspect } from "node:util";
import test from "node:test";
import * as client from "../../../clients/javascript/src/index.js";
import { NotFound, RateLimited, WaitTimeout } from "../../../clients/javascript/src/index.js";
import { World, json, nothing, refusal } from "./world.js";

const MESSAGE = {
  uid: "3",
  sender: "service@shop.example",
  sender_name: "Shop",
  subject: "Verify",
  received_at: "2026-01-01T12:00:00.000Z",
  is_read: false,
  is_spam: false,
  attachments: [],
  size_bytes: 100,
};
const found = (seq, value = "482913") =>
  json({
    status: "found",
    value,
    confidence: "high",
    where: "words",
    seq,
    message: { ...MESSAGE, uid: String(seq) },
  });
const over = (seq, seconds = 25, headers = {}) => (world) => {
  world.clock += seconds * 1000;
  return json({ status: "timeout", value: null, seq, message: null }, 200, headers)();
};
const asked = (world) =>
  world.asked.map(({ url }) => Object.fromEntries(new URL(url).searchParams));

test("a long wait is several requests, each from where the last one has looked to", async () => {
  const world = new World(over(0), over(2), found(3));

  const code = await world.inbox().waitForCode({ subject: "verify", timeout: 60 });

  assert.equal(code, "482913");
  assert.deepEqual(asked(world), [
    { subject: "verify", require: "code", after: "0", timeout: "25" },
    { subject: "verify", require: "code", after: "0", timeout: "25" },
    { subject: "verify", require: "code", after: "2", timeout: "10" },
  ]);
  assert.deepEqual(world.pauses, []);
});

test("it ends at the caller's deadline, and says so", async () => {
  const world = new World(over(1), over(4, 5));

  await assert.rejects(world.inbox().waitForLink({ timeout: 30 }), (error) => {
    assert.ok(error instanceof WaitTimeout);
    assert.equal(error.message, "no link came within 30 s");
    assert.equal(error.seq, 4);
    return true;
  });
});

test("without a place to wait at, it asks again when it was told to", async () => {
  const world = new World(over(0, 0, { "Retry-After": "3" }), found(1));
  world.random = () => 0;

  await world.inbox().waitForCode();

  assert.deepEqual(world.pauses, [3000]);
});

test("a service that answers at once and in vain is not asked without end", async () => {
  const world = new World(over(0, 0), over(0, 0), found(1));
  world.random = () => 0;

  await world.inbox().waitForCode();

  assert.deepEqual(world.pauses, [1000, 1000]);
});

test("after a failure it goes on from the cursor", async () => {
  const world = new World(over(5), nothing, refusal(503, "INTERNAL_ERROR"), found(6));

  await world.inbox().waitForCode();

  assert.deepEqual(
    asked(world).map((each) => each.after),
    ["0", "5", "5", "5"],
  );
});

test("no pause goes beyond the deadline", async () => {
  const world = new World(refusal(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "20" }));

  await assert.rejects(world.inbox().waitForCode({ timeout: 10 }), RateLimited);

  assert.deepEqual(world.pauses, []);
});

test("each code is given once, and a wait for something else looks at all", async () => {
  const bodies = { text_body: "", html_body: "", recipients: [], headers: {}, truncated: [] };
  const world = new World(
    found(1, "111"),
    found(2, "222"),
    found(1, "111"),
    found(2, "222"),
    found(3, "333"),
    found(1, null),
    json({ ...MESSAGE, uid: "1", ...bodies }),
  );
  const inbox = world.inbox();

  const codes = [
    await inbox.waitForCode({ subject: "verify" }),
    await inbox.waitForCode({ subject: "verify" }),
    await inbox.waitForCode(),
  ];
  const message = await inbox.waitForMessage();

  assert.deepEqual(codes, ["111", "222", "333"]);
  assert.equal(message.id, "1");
  assert.deepEqual(
    asked(world).map((each) => each.after),
    ["0", "1", "0", "1", "2", "0", undefined],
  );
});

test("with after, or with since, it looks at all from there", async () => {
  const world = new World(found(1), found(1), found(1));
  const inbox = world.inbox();

  await inbox.waitForCode();
  await inbox.waitForCode({ after: 0 });
  await inbox.waitForCode({ since: new Date(0) });

  assert.equal(world.asked.length, 3);
});

test("a timeout in milliseconds is a mistake", async () => {
  for (const timeout of [60_000, -1, Number.NaN, "60 s"]) {
    await assert.rejects(new World().inbox().waitForCode({ timeout }), /in seconds/);
  }
});

test("a list is read to its end", async () => {
  const page = (...uids) =>
    json({ messages: uids.map((uid) => ({ ...MESSAGE, uid })), last_uid: uids.at(-1) ?? "3" });
  const world = new World(page("1", "2"), page("3"), page());

  const messages = await world.inbox().messages({ from: "shop" });

  assert.deepEqual(
    messages.map((each) => each.seq),
    [1, 2, 3],
  );
  assert.deepEqual(
    asked(world).map((each) => each.since_uid),
    ["0", "2", "3"],
  );
});

test("all that a filter means is deleted, however many requests that takes", async () => {
  const world = new World(
    json({ deleted: 100, seq: 120, more: true }),
    json({ deleted: 7, seq: 130, more: false }),
  );

  assert.equal(await world.inbox("public").deleteMessages({ from: "shop" }), 107);

  assert.deepEqual(asked(world)[1], { from: "shop", after: "120" });
});

test("what is gone already is deleted", async () => {
  const world = new World(nothing, refusal(404, "NOT_FOUND"));
  const inbox = world.inbox("public");

  await inbox.delete();
  await inbox.delete();

  assert.deepEqual(
    world.asked.map(({ method, url }) => [method, url]),
    Array(2).fill(["DELETE", "https://mail.example.org/api/emails/ann@mail.example.org"]),
  );
});

test("an inbox ends with the block, whatever happens in it", async () => {
  const made = json({
    inbox_id: "7",
    email_address: "ann@mail.example.org",
    access_token: "secret-token",
    expires_at: "2026-01-02T12:00:00.000Z",
  });
  const gone = json({ deleted: true });
  const world = new World(made, gone, made, refusal(500, "INTERNAL_ERROR"));
  const mayfly = world.mayfly({ retries: 0 });

  assert.equal(await mayfly.withInbox((inbox) => inbox.address), "ann@mail.example.org");
  const failing = mayfly.withInbox(async () => {
    throw new Error("the test failed");
  });
  await assert.rejects(failing, /the test failed/);

  assert.deepEqual(
    world.asked.map((each) => each.method),
    ["POST", "DELETE", "POST", "DELETE"],
  );
  assert.equal(world.asked[1].headers.Authorization, "Bearer secret-token");
});

test("a wait outlives the exchange of its token", async () => {
  const world = new World();
  const inbox = world.inbox();
  const rotated = json({ access_token: "newer", token_expires_at: "2026-01-01T13:00:00.000Z" });
  world.answers.push(
    async () => {
      await inbox.renew();
      return refusal(401, "AUTHENTICATION_ERROR")();
    },
    rotated,
    found(1),
  );

  assert.equal(await inbox.waitForCode(), "482913");

  const bearers = world.asked.map((each) => each.headers.Authorization);
  assert.deepEqual(bearers, ["Bearer secret-token", "Bearer secret-token", "Bearer newer"]);
});

test("printing an inbox shows no token", () => {
  const inbox = new World().inbox();

  assert.doesNotMatch(inspect(inbox, { depth: 9, showHidden: true }), /secret-token/);
  assert.doesNotMatch(JSON.stringify(inbox), /secret-token/);
  assert.equal(inbox.access.token, "secret-token");
});

test("an inbox cannot be opened without what its kind needs", () => {
  for (const access of [{ kind: "shared" }, { kind: "constructor" }, { id: undefined }]) {
    assert.throws(() => new World().inbox("private", access), TypeError);
  }
});

test("an error of one inbox is not taken for the end of it", async () => {
  const world = new World(refusal(404, "NOT_FOUND"));

  await assert.rejects(world.inbox().messages(), NotFound);
});

test("what is no Mayfly is named, and not asked again and again", async () => {
  const page = () =>
    new Response("<html>Sign in</html>", { headers: { "Content-Type": "text/html" } });
  const answers = [page, json(null), json({}), json([1]), json({ seq: "many" })];

  for (const answer of answers) {
    for (const use of [
      (inbox) => inbox.waitForCode({ timeout: 10 }),
      (inbox) => inbox.messages(),
      (inbox) => inbox.message("7"),
    ]) {
      const world = new World(...Array.from({ length: 9 }, () => answer));

      await assert.rejects(use(world.inbox()), client.Unreachable);

      assert.ok(world.asked.length <= 4);
    }
  }
});

test("an inbox without an address is none", async () => {
  for (const kind of ["private", "public"]) {
    for (const made of [{}, [1], { email: 5, email_address: "a@b.example" }]) {
      const world = new World(json(made));
      const mayfly = new client.Mayfly("https://mail.example.org", { fetch: world.fetch });

      await assert.rejects(mayfly.createInbox({ kind }), client.Unreachable);
    }
  }
});

test("the same message found for ever does not make a wait endless", async () => {
  const world = new World(...Array.from({ length: 50 }, () => found(3)));
  const inbox = world.inbox();
  await inbox.waitForCode({ timeout: 10 });

  await assert.rejects(inbox.waitForCode({ timeout: 2 }), client.WaitTimeout);

  assert.ok(world.asked.length < 10);
});

test("an answer without an end is given up", async () => {
  let isCancelled = false;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (to) => to.enqueue(new Uint8Array(16 * 1024 * 1024)),
        cancel: () => void (isCancelled = true),
      }),
    );
  const world = new World(endless);

  await assert.rejects(world.transport({}, 0).ask("service", "healthPing"), /more than 67108864/);

  assert.ok(isCancelled);
});
