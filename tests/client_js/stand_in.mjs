// Runs a Cypress spec without Cypress: `cy`, `Cypress`, `it` and `afterEach`, as far as the recipe
// uses them, over Playwright's Chromium. Commands run one after the other, as Cypress's do.
import { chromium } from "@playwright/test";

const [spec] = process.argv.slice(2);
const hooks = [];
const tests = [];
let tail = Promise.resolve();

const queued = (run) => {
  const done = tail.then(run);
  tail = done;
  return chain(done);
};
const chain = (subject) => ({
  then: (use) => void queued(async () => void use(await subject)),
  type: (text) => queued(async () => (await subject).at.fill(text)),
  click: () => queued(async () => (await subject).at.click()),
});
const found = async (locator) => {
  await locator.first().waitFor();
  return { at: locator.first() };
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const page = await browser.newPage({ baseURL: process.env.SHOP_URL });
const tasks = {};
globalThis.cy = {
  visit: (path) => queued(() => page.goto(path)),
  get: (selector) => queued(() => found(page.locator(selector))),
  contains: (...words) => {
    const [text, selector = "body *"] = words.toReversed();
    return queued(() => found(page.locator(selector, { hasText: text })));
  },
  task: (name, value) => queued(() => tasks[name](value)),
};
globalThis.Cypress = { Commands: { add: (name, command) => (cy[name] = command) } };
globalThis.afterEach = (hook) => hooks.push(hook);
globalThis.it = (name, run) => tests.push({ name, run });

const { default: config } = await import(`${process.cwd()}/cypress.config.js`);
config.e2e.setupNodeEvents((event, given) => Object.assign(tasks, given));
await import(`${process.cwd()}/cypress/support/e2e.js`);
await import(`${process.cwd()}/${spec}`);
try {
  for (const { name, run } of tests) {
    try {
      run();
      await settled();
      console.log(`passed: ${name}`);
    } finally {
      tail = Promise.resolve();
      hooks.forEach((hook) => hook());
      await settled();
    }
  }
} finally {
  await browser.close();
}

// Commands may bring more commands.
async function settled() {
  for (let seen = null; seen !== tail; await seen) seen = tail;
}
