// As much of Cypress as its plugins for mail call: commands, requests, waits and assertions.
import { register } from "node:module";

// Bundlers find `./src/x.js` where `./src/x` is asked for, and Cypress has one.
register(
  "data:text/javascript," +
    encodeURIComponent(`export async function resolve(name, context, next) {
      try { return await next(name, context); }
      catch (error) { if (name.startsWith(".")) return next(name + ".js", context); throw error; }
    }`),
);

class Chain extends Promise {
  its(name) {
    return this.then((subject) => subject[name]);
  }

  should(assertion, value) {
    assertions.push([assertion, value]);
    return this;
  }
}

const ASSERTIONS = {
  "have.length": (subject, length) => subject.length === length,
  "not.have.length": (subject, length) => subject.length !== length,
  "to.have.length.greaterThan": (subject, length) => subject.length > length,
};
let assertions = [];
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function request({ method, url, qs, body, auth, failOnStatusCode = true }) {
  const where = new URL(url);
  Object.entries(qs ?? {}).forEach(([name, value]) => where.searchParams.set(name, value));
  const headers = { Accept: "*/*" };
  if (auth) headers.Authorization = `Basic ${btoa(`${auth.user}:${auth.pass}`)}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(where, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  const isJson = (response.headers.get("Content-Type") ?? "").includes("application/json");
  if (failOnStatusCode && !response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return { status: response.status, body: isJson && text ? JSON.parse(text) : text };
}

export function standIn(settings) {
  const cy = {
    request: (options) => Chain.resolve(request(options)),
    wrap: (value) => Chain.resolve(value),
    wait: (milliseconds) => Chain.resolve(pause(milliseconds)),
    env: (names) => Chain.resolve(Object.fromEntries(names.map((name) => [name, settings[name]]))),
    verifyUpcomingAssertions: (subject, options, { onRetry }) =>
      assertions.every(([assertion, value]) => ASSERTIONS[assertion](subject, value))
        ? Chain.resolve(subject)
        : Chain.resolve(pause(50)).then(onRetry),
  };
  const add = (name, ...rest) => {
    const command = rest.at(-1);
    if (rest.length > 1 && rest[0].prevSubject) {
      Chain.prototype[name] = function (...values) {
        return this.then((subject) => command(subject, ...values));
      };
      return;
    }
    cy[name] = (...values) => {
      assertions = [];
      return Chain.resolve(command(...values));
    };
  };
  globalThis.Cypress = {
    env: (name) => settings[name],
    expose: (name) => settings[name],
    config: (name) => ({ defaultCommandTimeout: 60000, responseTimeout: 60000, ...settings })[name],
    Commands: { add },
  };
  globalThis.cy = cy;
  return cy;
}
