// The HTTP API. Cookies say who asks; every failure is one of two errors.

/** The service refused: `code` and `status` say how, `retryAfter` (seconds) when to come again. */
export class Refused extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** No answer came. */
export class Unreachable extends Error {}

/** As `call`; solves what the service asks strangers to, if it does. */
async function create(path, body) {
  try {
    return await call("POST", path, { body });
  } catch (error) {
    if (error.code !== "PROOF_OF_WORK_REQUIRED") throw error;
  }
  const [{ solve }, challenge] = await Promise.all([
    import("/proof.js"),
    call("GET", "/api/proof-of-work"),
  ]);
  return call("POST", path, { body, headers: { "X-Altcha": await solve(challenge) } });
}

/** The answer's JSON, or its text or bytes (`as`: "text", "blob"). `body` is sent as JSON. */
async function call(method, path, options = {}) {
  const { body, headers = {}, keepalive = false, cache = "no-store", as = "json" } = options;
  let answer;
  try {
    answer = await fetch(path, {
      method,
      keepalive,
      cache,
      headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    throw new Unreachable(path, { cause });
  }
  let document;
  try {
    document = await answer[answer.ok ? as : "json"]();
  } catch (cause) {
    // An answer that is no JSON comes from something in between.
    throw new Unreachable(path, { cause });
  }
  if (answer.ok) return document;
  const { code = "INTERNAL_ERROR", message = answer.statusText } = document.error ?? {};
  const retryAfter = Number(answer.headers.get("Retry-After")) || undefined;
  throw new Refused(answer.status, code, message, retryAfter);
}

function nullIfNotFound(error) {
  if (error.status === 404) return null;
  throw error;
}

const mailboxPath = (id) => `/api/user/mailbox/${encodeURIComponent(id)}`;
/** With spam, which the list shows if it is asked to: so nothing wanted is out of reach. */
const listPath = (id) => `${mailboxPath(id)}/messages?limit=100&includeSpam=true`;
const messagePath = (id, number) => `${mailboxPath(id)}/messages/${number}`;
const domainPath = (id) => `/api/v1/domains/${encodeURIComponent(id)}`;
const smtpPath = (id) => `/api/v1/smtp/domains/${encodeURIComponent(id)}`;
const exportsPath = (id) => `${id ? mailboxPath(id) : "/api/user"}/exports`;
const sentPath = (id) => `/api/v1/emails/${encodeURIComponent(id)}`;
const hookPath = (id) => `/api/v1/webhooks/${encodeURIComponent(id)}`;
const templatePath = (id) => `/api/v1/templates/${encodeURIComponent(id)}`;

/** What is done with the rules of a mailbox or a domain. */
function rulesAt(path) {
  const rules = `${path}/rules`;
  return {
    get: () => call("GET", rules),
    put: (wanted) => call("PUT", rules, { body: wanted }),
    test: (wanted) => call("POST", `${rules}/test`, { body: wanted }),
    sieve: () => call("GET", `${rules}/sieve`, { as: "text" }),
  };
}

export const api = {
  health: () => call("GET", "/health"),
  config: () => call("GET", "/config.json", { cache: "default" }), // it is preloaded

  showSession: () => call("GET", "/api/session"),
  beginSession: () => create("/api/session", {}),
  socketToken: () => call("POST", "/api/users/socket-token", { body: {} }),
  domains: () => call("GET", "/api/domains"),

  me: () => call("GET", "/api/users/me"),
  register: (email, password, fullName) =>
    create("/api/users/register", { email, password, fullName }),
  verify: (token, password) => call("POST", "/api/users/verify", { body: { token, password } }),
  forgetPassword: (email) => call("POST", "/api/users/password/forgot", { body: { email } }),
  confirmForwarding: (token) => call("POST", "/api/forwarding/confirm", { body: { token } }),
  stopForwarding: (token) => call("POST", "/api/forwarding/stop", { body: { token } }),
  resetPassword: (token, password) =>
    call("POST", "/api/users/password/reset", { body: { token, password } }),
  logIn: (email, password, migrateSession) =>
    call("POST", "/api/users/login", { body: { email, password, migrateSession } }),
  logOut: () => call("POST", "/api/users/logout", { body: {} }),
  rename: (fullName) => call("PUT", "/api/users/profile", { body: { fullName } }),
  changePassword: (currentPassword, newPassword) =>
    call("POST", "/api/users/change-password", { body: { currentPassword, newPassword } }),
  deleteAccount: (password) => call("DELETE", "/api/users/me", { body: { password } }),

  mailboxes: () => call("GET", "/api/user/mailbox?expired=true"),
  createMailbox: (wanted) => call("POST", "/api/user/mailbox/create", { body: wanted }),
  extendMailbox: (id) => call("POST", `${mailboxPath(id)}/extend`, { body: {} }),
  deleteMailbox: (id) => call("DELETE", mailboxPath(id)),
  qrPath: (id) => `${mailboxPath(id)}/qr`,

  /** Newest first, from the cursor of the page before; 100 at most. */
  page: (id, cursor) =>
    call(
      "GET",
      `${listPath(id)}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    ),
  /** Oldest first, those above the number. */
  after: (id, number) => call("GET", `${listPath(id)}&after=${number}`),
  message: (id, number, images) =>
    call("GET", `${messagePath(id, number)}?html=safe${images ? "&images=remote" : ""}`),
  mark: (id, number, isRead) => call("PATCH", messagePath(id, number), { body: { isRead } }),
  move: (id, number, folder) => call("PATCH", messagePath(id, number), { body: { folder } }),
  deleteMessage: (id, number, keepalive) => call("DELETE", messagePath(id, number), { keepalive }),
  rawPath: (id, number) => `${messagePath(id, number)}/raw`,
  attachmentPath: (id, number, part) =>
    `${messagePath(id, number)}/attachments/${encodeURIComponent(part)}`,

  mailboxRules: (id) => rulesAt(mailboxPath(id)),
  domainRules: (id) => rulesAt(domainPath(id)),
  destinations: () => call("GET", "/api/user/forwarding"),
  /** Mails a token there, or another one; `withLists` can be changed as well. */
  askDestination: (wanted) => call("POST", "/api/user/forwarding", { body: wanted }),
  removeDestination: (address) =>
    call("DELETE", `/api/user/forwarding/${encodeURIComponent(address)}`),

  /** Of a mailbox, or of all without one. */
  beginExport: (mailbox, format) => call("POST", exportsPath(mailbox), { body: { format } }),
  export: (mailbox, id) => call("GET", `${exportsPath(mailbox)}/${encodeURIComponent(id)}`),

  ownDomains: () => call("GET", "/api/v1/domains"),
  addDomain: (name) => call("POST", "/api/v1/domains", { body: { name } }),
  ownDomain: (id) => call("GET", domainPath(id)),
  removeDomain: (id) => call("DELETE", domainPath(id)),
  verifyDomain: (id) => call("POST", `${domainPath(id)}/verify`, { body: {} }),
  /** Every record of the domain, expected and found; may take seconds. */
  lookUpDomain: (id) => call("GET", `${domainPath(id)}/dns`),

  /** The owner's own records, all of them at once. */
  keepRecords: (id, records) => call("PUT", `${domainPath(id)}/dns`, { body: { records } }),

  /** What the domain's mail is sent through; null if Amazon SES sends it. */
  relay: (id) => call("GET", `${smtpPath(id)}/config`).catch(nullIfNotFound),
  keepRelay: (id, relay) => call("PUT", `${smtpPath(id)}/config`, { body: relay }),
  /** Connects and logs in, without sending anything; may take seconds. */
  testRelay: (relay) => call("POST", "/api/v1/smtp/test", { body: relay }),
  removeRelay: (id) => call("DELETE", `${smtpPath(id)}/config`),
  dkim: (id, wanted = {}) => call("POST", `${smtpPath(id)}/dkim`, { body: wanted }),
  spf: (id, wanted = {}) => call("POST", `${smtpPath(id)}/spf`, { body: wanted }),
  dmarc: (id, wanted = {}) => call("POST", `${smtpPath(id)}/dmarc`, { body: wanted }),

  keys: () => call("GET", "/api/v1/keys"),
  createKey: (wanted) => call("POST", "/api/v1/keys", { body: wanted }),
  revokeKey: (id) => call("DELETE", `/api/v1/keys/${encodeURIComponent(id)}`),

  webhooks: () => call("GET", "/api/v1/webhooks"),
  webhook: (id) => call("GET", hookPath(id)),
  createWebhook: (wanted) => call("POST", "/api/v1/webhooks", { body: wanted }),
  /** What is not named stays; one that was disabled is enabled with it. */
  changeWebhook: (id, wanted) => call("PUT", hookPath(id), { body: wanted }),
  removeWebhook: (id) => call("DELETE", hookPath(id)),
  /** Sends a sample now; may take fifteen seconds. */
  testWebhook: (id) => call("POST", `${hookPath(id)}/test`, { body: {} }),
  /** Newest first, of one state if there is one, from the cursor of the page before. */
  deliveries: (id, state, cursor) => {
    const asked = new URLSearchParams({ limit: "20" });
    if (state) asked.set("state", state);
    if (cursor) asked.set("cursor", cursor);
    return call("GET", `${hookPath(id)}/deliveries?${asked}`);
  },
  replay: (id, wanted) => call("POST", `${hookPath(id)}/deliveries`, { body: wanted }),

  templates: () => call("GET", "/api/v1/templates"),
  template: (id, version) =>
    call("GET", `${templatePath(id)}${version ? `?version=${version}` : ""}`),
  createTemplate: (source) => call("POST", "/api/v1/templates", { body: source }),
  changeTemplate: (id, source) => call("PUT", templatePath(id), { body: source }),
  removeTemplate: (id) => call("DELETE", templatePath(id)),
  /** Without variables, with samples of them. */
  previewTemplate: (id, wanted) => call("POST", `${templatePath(id)}/preview`, { body: wanted }),

  stats: (asked) => call("GET", `/api/v1/stats?${new URLSearchParams(asked)}`),
  statsFilePath: (asked) => `/api/v1/stats?${new URLSearchParams({ ...asked, format: "csv" })}`,
  /** Of the whole service; the admin key is sent, and kept nowhere. */
  allStats: (asked, key, as = "json") =>
    call("GET", `/v1/admin/stats/history?${new URLSearchParams(asked)}`, {
      headers: { "X-Admin-Key": key },
      as,
    }),
  allStatsFile: (asked, key) => api.allStats({ ...asked, format: "csv" }, key, "blob"),

  suppressions: (cursor) =>
    call(
      "GET",
      `/api/v1/suppressions?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    ),
  removeSuppression: (address) =>
    call("DELETE", `/api/v1/suppressions/${encodeURIComponent(address)}`),

  /** Newest first, of one status if there is one, from the cursor of the page before. */
  sentPage: (status, cursor) => {
    const asked = new URLSearchParams({ limit: "50" });
    if (status) asked.set("status", status);
    if (cursor) asked.set("cursor", cursor);
    return call("GET", `/api/v1/emails?${asked}`);
  },
  askToSend: (purpose) => call("POST", "/api/v1/emails/approval", { body: { purpose } }),
  sendingStats: () => call("GET", "/api/v1/emails/stats"),
  sent: (id) => call("GET", sentPath(id)),
  /** The same mail with the same key is sent once. */
  send: (mail, key) =>
    call("POST", "/api/v1/emails", { body: mail, headers: { "Idempotency-Key": key } }),
  sendAgain: (id) => call("POST", `${sentPath(id)}/resend`, { body: {} }),
  /** Calls back what is scheduled or queued, and removes what is over. */
  deleteSent: (id) => call("DELETE", sentPath(id)),
};
