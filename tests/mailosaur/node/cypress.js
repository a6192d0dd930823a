// Cypress itself is a browser that is downloaded: this has of it what the plugin calls, in Node.js.
// A command gives a promise, and commands of the plugin are functions of `cy`.

const answered = async (url, options) => {
  const response = await fetch(url, options);
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = (response.headers.get("content-type") || "").includes("json");
  return {
    status: response.status,
    isOkStatusCode: response.ok,
    headers: Object.fromEntries(response.headers),
    body: isJson && bytes.length ? JSON.parse(bytes) : bytes.toString("latin1"),
  };
};

const requested = ({ method, url, headers, qs = {}, body, json }) => {
  const target = new URL(url);
  for (const [name, value] of Object.entries(qs)) {
    if (value !== undefined) {
      target.searchParams.set(name, value instanceof Date ? value.toISOString() : value);
    }
  }
  const sent = json ?? body;
  return answered(target, {
    method,
    headers: sent === undefined ? headers : { ...headers, "Content-Type": "application/json" },
    body: sent === undefined ? undefined : JSON.stringify(sent),
  });
};

const timed = (promise) => Object.assign(promise, { timeout: () => promise });

exports.start = (environment) => {
  global.cy = {
    env: async (names) => Object.fromEntries(names.map((name) => [name, environment[name]])),
    wrap: async (value) => value,
    request: requested,
  };
  global.Cypress = {
    Promise,
    Commands: { add: (name, command) => (global.cy[name] = command) },
    backend: (event, options) => {
      if (event !== "http:request") throw new Error(`no backend for ${event}`);
      return timed(requested(options));
    },
  };
  require("cypress-mailosaur");
  return global.cy;
};
