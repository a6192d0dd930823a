// A recipe for Playwright: an inbox for each test that asks for one, deleted at its end.

import { test as base } from "@playwright/test";
import { Mayfly } from "../../src/index.js";

export { expect } from "@playwright/test";

/**
 * Playwright's `test` with `mayfly`, a client of the service that the option `mayflyUrl` or the
 * variable MAYFLY_URL names, and `inbox`, a new one for each test.
 */
export const test = base.extend({
  mayflyUrl: [process.env.MAYFLY_URL ?? "http://127.0.0.1:5000", { option: true }],
  mayfly: async ({ mayflyUrl }, use) => use(new Mayfly(mayflyUrl)),
  inbox: async ({ mayfly }, use) => mayfly.withInbox(use),
});
