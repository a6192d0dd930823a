import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import test from "node:test";
import { Forbidden, Unreachable } from "../../../clients/javascript/src/index.js";
import { solve } from "../../../clients/javascript/src/proof.js";
import { World, json, refusal } from "./world.js";

const CHALLENGE = {
  parameters: {
    algorithm: "PBKDF2/SHA-256",
    cost: 10,
    data: { kid: "k1" },
    expiresAt: 1800000000,
    keyLength: 32,
    keyPrefix: "00",
    nonce: "00112233445566778899aabbccddeeff",
    salt: "ffeeddccbbaa99887766554433221100",
  },
  signature: "5".repeat(64),
};
const changed = (change) => ({ ...CHALLENGE, parameters: { ...CHALLENGE.parameters, ...change } });
const required = refusal(403, "PROOF_OF_WORK_REQUIRED");

test("the counter gives a key with the prefix, and the challenge goes back as it was", async () => {
  const { challenge, solution } = JSON.parse(atob(await solve(CHALLENGE)));

  assert.deepEqual(challenge, CHALLENGE);
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(solution.counter);
  const password = Buffer.concat([Buffer.from(CHALLENGE.parameters.nonce, "hex"), counter]);
  const salt = Buffer.from(CHALLENGE.parameters.salt, "hex");
  const key = pbkdf2Sync(password, salt, 10, 32, "sha256").toString("hex");
  assert.equal(solution.derivedKey, key);
  assert.ok(key.startsWith("00"));
});

test("work that no service of ours asks for is not done", async () => {
  const wrong = [
    { cost: 100_001 },
    { cost: 0.5 },
    { algorithm: "ARGON2ID" },
    { keyLength: 4_000_000 },
    { keyPrefix: "000000" },
    { keyPrefix: "" },
    { nonce: "0".repeat(100) },
    { salt: "zz" },
  ];
  for (const each of wrong) await assert.rejects(solve(changed(each)), RangeError);
  for (const each of [null, {}, { parameters: null }]) {
    await assert.rejects(solve(each), RangeError);
  }
});

test("it ends when it is aborted", async () => {
  await assert.rejects(solve(CHALLENGE, AbortSignal.abort(new Error("enough"))), /enough/);
});

test("a service that asks for work gets it", async () => {
  const world = new World(required, json(CHALLENGE), json({ email: "a@b.example" }));

  const made = await world.mayfly().api.addresses.createAddress({ body: {} });

  assert.equal(made.email, "a@b.example");
  const [first, challenge, second] = world.asked;
  assert.equal(first.headers["X-Altcha"], undefined);
  assert.ok(challenge.url.endsWith("/api/proof-of-work"));
  assert.deepEqual(JSON.parse(atob(second.headers["X-Altcha"])).challenge, CHALLENGE);
});

test("a proof that is refused is not followed by another one", async () => {
  const world = new World(required, json(CHALLENGE), required);

  await assert.rejects(world.mayfly().api.addresses.createAddress(), Forbidden);

  assert.equal(world.asked.length, 3);
});

test("a proof of the caller's own is left alone", async () => {
  const world = new World(required);
  const headers = { "X-Altcha": "mine" };

  await assert.rejects(world.mayfly().api.addresses.createAddress({ headers }), Forbidden);

  assert.equal(world.asked.length, 1);
});

test("a challenge that cannot be is no answer", async () => {
  const world = new World(required, json(changed({ cost: 10_000_000 })));

  await assert.rejects(world.mayfly().api.addresses.createAddress(), Unreachable);
});
