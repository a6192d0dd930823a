// Every operation of the API, declared once: method and path by subject and name.
//
// The name is the operation's id in the OpenAPI document, in the manner of this language:
// `show_message` is `showMessage`. `bytes` behind it says that the answer is a file. The types of
// `mayfly.api` are made of this table, and a test compares it with what the service has.

export const OPERATIONS = /** @type {const} */ ({
  addresses: {
    createAddress: "POST /api/emails",
    showAddress: "GET /api/emails/{email}",
    deleteAddress: "DELETE /api/emails/{email}",
    addressStatus: "GET /api/emails/{email}/status",
  },
  messages: {
    listMessages: "GET /api/emails/{email}/messages",
    waitForMessage: "GET /api/emails/{email}/wait",
    deleteMessages: "DELETE /api/emails/{email}/messages",
    sendSample: "POST /api/emails/{email}/sample",
    showMessage: "GET /api/messages/{id}",
    markMessage: "PATCH /api/messages/{id}",
    deleteMessage: "DELETE /api/messages/{id}",
    rawMessage: "GET /api/messages/{id}/raw bytes",
    downloadAttachment: "GET /api/messages/{id}/attachments/{attachmentId} bytes",
  },
  privateInboxes: {
    createInbox: "POST /v1/inboxes",
    loginInbox: "POST /v1/inboxes:login",
    showInbox: "GET /v1/inboxes/{inboxId}",
    deleteInbox: "DELETE /v1/inboxes/{inboxId}",
    rotateToken: "POST /v1/inboxes/{inboxId}/token:rotate",
    changePop3Credentials: "PUT /v1/inboxes/{inboxId}/credentials",
    listInboxMessages: "GET /v1/inboxes/{inboxId}/messages",
    deleteInboxMessages: "DELETE /v1/inboxes/{inboxId}/messages",
    waitInInbox: "GET /v1/inboxes/{inboxId}/wait",
    sendSampleToInbox: "POST /v1/inboxes/{inboxId}/sample",
    showInboxMessage: "GET /v1/inboxes/{inboxId}/messages/{uid}",
    markInboxMessage: "PATCH /v1/inboxes/{inboxId}/messages/{uid}",
    deleteInboxMessage: "DELETE /v1/inboxes/{inboxId}/messages/{uid}",
    rawInboxMessage: "GET /v1/inboxes/{inboxId}/messages/{uid}/raw bytes",
    downloadInboxAttachment:
      "GET /v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId} bytes",
  },
  anonymousSessions: {
    createSession: "POST /api/session",
    showSession: "GET /api/session",
  },
  accounts: {
    registerUser: "POST /api/users/register",
    verifyUser: "POST /api/users/verify",
    loginUser: "POST /api/users/login",
    logoutUser: "POST /api/users/logout",
    showUser: "GET /api/users/me",
    deleteUser: "DELETE /api/users/me",
    updateProfile: "PUT /api/users/profile",
    changePassword: "POST /api/users/change-password",
    forgetPassword: "POST /api/users/password/forgot",
    resetPassword: "POST /api/users/password/reset",
    createSocketToken: "POST /api/users/socket-token",
  },
  mailboxes: {
    createMailbox: "POST /api/user/mailbox/create",
    listMailboxes: "GET /api/user/mailbox",
    showMailbox: "GET /api/user/mailbox/{mailboxId}",
    deleteMailbox: "DELETE /api/user/mailbox/{mailboxId}",
    extendMailbox: "POST /api/user/mailbox/{mailboxId}/extend",
    mailboxQr: "GET /api/user/mailbox/{mailboxId}/qr",
    listMailboxMessages: "GET /api/user/mailbox/{mailboxId}/messages",
    deleteMailboxMessages: "DELETE /api/user/mailbox/{mailboxId}/messages",
    waitInMailbox: "GET /api/user/mailbox/{mailboxId}/wait",
    sendSampleToMailbox: "POST /api/user/mailbox/{mailboxId}/sample",
    changeMailboxMessages: "POST /api/user/mailbox/{mailboxId}/messages:bulk",
    showMailboxMessage: "GET /api/user/mailbox/{mailboxId}/messages/{number}",
    changeMailboxMessage: "PATCH /api/user/mailbox/{mailboxId}/messages/{number}",
    deleteMailboxMessage: "DELETE /api/user/mailbox/{mailboxId}/messages/{number}",
    rawMailboxMessage: "GET /api/user/mailbox/{mailboxId}/messages/{number}/raw bytes",
    downloadMailboxAttachment:
      "GET /api/user/mailbox/{mailboxId}/messages/{number}/attachments/{attachmentId} bytes",
    listFolders: "GET /api/user/mailbox/{mailboxId}/folders",
    listThreads: "GET /api/user/mailbox/{mailboxId}/threads",
  },
  rules: {
    showRules: "GET /api/user/mailbox/{mailboxId}/rules",
    putRules: "PUT /api/user/mailbox/{mailboxId}/rules",
    tryRules: "POST /api/user/mailbox/{mailboxId}/rules/test",
    exportRules: "GET /api/user/mailbox/{mailboxId}/rules/sieve",
    showDomainRules: "GET /api/v1/domains/{domainId}/rules",
    putDomainRules: "PUT /api/v1/domains/{domainId}/rules",
    tryDomainRules: "POST /api/v1/domains/{domainId}/rules/test",
    exportDomainRules: "GET /api/v1/domains/{domainId}/rules/sieve",
  },
  forwarding: {
    askDestination: "POST /api/user/forwarding",
    listDestinations: "GET /api/user/forwarding",
    removeDestination: "DELETE /api/user/forwarding/{address}",
    confirmDestination: "POST /api/forwarding/confirm",
    stopForwarding: "POST /api/forwarding/stop",
  },
  exports: {
    exportInbox: "POST /v1/inboxes/{inboxId}/exports",
    showInboxExport: "GET /v1/inboxes/{inboxId}/exports/{exportId}",
    exportMailbox: "POST /api/user/mailbox/{mailboxId}/exports",
    showMailboxExport: "GET /api/user/mailbox/{mailboxId}/exports/{exportId}",
    exportAccount: "POST /api/user/exports",
    showAccountExport: "GET /api/user/exports/{exportId}",
  },
  sending: {
    sendEmail: "POST /api/v1/emails",
    listEmails: "GET /api/v1/emails",
    announceAttachment: "POST /api/v1/emails/attachments",
    emailStats: "GET /api/v1/emails/stats",
    showEmail: "GET /api/v1/emails/{emailId}",
    deleteEmail: "DELETE /api/v1/emails/{emailId}",
    resendEmail: "POST /api/v1/emails/{emailId}/resend",
    listSuppressions: "GET /api/v1/suppressions",
    clearSuppression: "DELETE /api/v1/suppressions/{address}",
    sendBatch: "POST /api/v1/emails/batch",
    askToSend: "POST /api/v1/emails/approval",
  },
  templates: {
    createTemplate: "POST /api/v1/templates",
    listTemplates: "GET /api/v1/templates",
    showTemplate: "GET /api/v1/templates/{templateId}",
    changeTemplate: "PUT /api/v1/templates/{templateId}",
    deleteTemplate: "DELETE /api/v1/templates/{templateId}",
    previewTemplate: "POST /api/v1/templates/{templateId}/preview",
  },
  domains: {
    registerDomain: "POST /api/v1/domains",
    listOwnDomains: "GET /api/v1/domains",
    showOwnDomain: "GET /api/v1/domains/{domainId}",
    deleteOwnDomain: "DELETE /api/v1/domains/{domainId}",
    verifyDomain: "POST /api/v1/domains/{domainId}/verify",
    showDomainDns: "GET /api/v1/domains/{domainId}/dns",
    changeDomainDns: "PUT /api/v1/domains/{domainId}/dns",
  },
  apiKeys: {
    createKey: "POST /api/v1/keys",
    listKeys: "GET /api/v1/keys",
    revokeKey: "DELETE /api/v1/keys/{keyId}",
  },
  relays: {
    testRelay: "POST /api/v1/smtp/test",
    showRelay: "GET /api/v1/smtp/domains/{domainId}/config",
    keepDomainRelay: "PUT /api/v1/domains/{domainId}/smtp",
    keepRelay: "PUT /api/v1/smtp/domains/{domainId}/config",
    forgetRelay: "DELETE /api/v1/smtp/domains/{domainId}/config",
    makeDkim: "POST /api/v1/smtp/domains/{domainId}/dkim",
    makeSpf: "POST /api/v1/smtp/domains/{domainId}/spf",
    makeDmarc: "POST /api/v1/smtp/domains/{domainId}/dmarc",
  },
  webhooks: {
    makeWebhook: "POST /api/v1/webhooks",
    makeWebhookOfInbox: "POST /v1/inboxes/{inboxId}/webhooks",
    makeWebhookOfAddress: "POST /api/emails/{email}/webhooks",
    makeWebhookOfDeployment: "POST /v1/admin/webhooks",
    listWebhooks: "GET /api/v1/webhooks",
    listWebhooksOfInbox: "GET /v1/inboxes/{inboxId}/webhooks",
    listWebhooksOfAddress: "GET /api/emails/{email}/webhooks",
    listWebhooksOfDeployment: "GET /v1/admin/webhooks",
    showWebhook: "GET /api/v1/webhooks/{webhookId}",
    showWebhookOfInbox: "GET /v1/inboxes/{inboxId}/webhooks/{webhookId}",
    showWebhookOfAddress: "GET /api/emails/{email}/webhooks/{webhookId}",
    showWebhookOfDeployment: "GET /v1/admin/webhooks/{webhookId}",
    changeWebhook: "PUT /api/v1/webhooks/{webhookId}",
    changeWebhookOfInbox: "PUT /v1/inboxes/{inboxId}/webhooks/{webhookId}",
    changeWebhookOfAddress: "PUT /api/emails/{email}/webhooks/{webhookId}",
    changeWebhookOfDeployment: "PUT /v1/admin/webhooks/{webhookId}",
    removeWebhook: "DELETE /api/v1/webhooks/{webhookId}",
    removeWebhookOfInbox: "DELETE /v1/inboxes/{inboxId}/webhooks/{webhookId}",
    removeWebhookOfAddress: "DELETE /api/emails/{email}/webhooks/{webhookId}",
    removeWebhookOfDeployment: "DELETE /v1/admin/webhooks/{webhookId}",
    tryWebhook: "POST /api/v1/webhooks/{webhookId}/test",
    tryWebhookOfInbox: "POST /v1/inboxes/{inboxId}/webhooks/{webhookId}/test",
    tryWebhookOfAddress: "POST /api/emails/{email}/webhooks/{webhookId}/test",
    tryWebhookOfDeployment: "POST /v1/admin/webhooks/{webhookId}/test",
    listWebhookDeliveries: "GET /api/v1/webhooks/{webhookId}/deliveries",
    listWebhookDeliveriesOfInbox: "GET /v1/inboxes/{inboxId}/webhooks/{webhookId}/deliveries",
    listWebhookDeliveriesOfAddress: "GET /api/emails/{email}/webhooks/{webhookId}/deliveries",
    listWebhookDeliveriesOfDeployment: "GET /v1/admin/webhooks/{webhookId}/deliveries",
    replayWebhook: "POST /api/v1/webhooks/{webhookId}/deliveries",
    replayWebhookOfInbox: "POST /v1/inboxes/{inboxId}/webhooks/{webhookId}/deliveries",
    replayWebhookOfAddress: "POST /api/emails/{email}/webhooks/{webhookId}/deliveries",
    replayWebhookOfDeployment: "POST /v1/admin/webhooks/{webhookId}/deliveries",
    downloadWebhookFile: "GET /v1/webhooks/files/{ticket} bytes",
  },
  admin: {
    handOutReset: "POST /v1/admin/accounts/password-reset",
    showStats: "GET /v1/admin/stats",
    addDomain: "POST /v1/admin/domains",
    listDomains: "GET /v1/admin/domains",
    changeDomain: "PUT /v1/admin/domains/{domainId}",
    deleteDomain: "DELETE /v1/admin/domains/{domainId}",
    listApprovals: "GET /v1/admin/accounts/sending",
    showApproval: "GET /v1/admin/accounts/{accountId}/sending",
    decideApproval: "PUT /v1/admin/accounts/{accountId}/sending",
    generateInboxes: "POST /v1/admin/generate",
    exportInboxes: "GET /v1/admin/export",
  },
  service: {
    proofOfWork: "GET /api/proof-of-work",
    health: "GET /health",
    ready: "GET /ready",
    healthReady: "GET /health/ready",
    healthPing: "GET /health/ping",
    healthMetrics: "GET /health/metrics",
    metrics: "GET /metrics",
    domainNames: "GET /api/domains",
    openapi: "GET /openapi.json",
    apiDocs: "GET /api-docs",
    docs: "GET /docs",
    docsFile: "GET /docs/{file} bytes",
  },
  statistics: {
    ownStats: "GET /api/v1/stats",
    allStats: "GET /v1/admin/stats/history",
  },
});

/**
 * The id that the service has for an operation of this name.
 * @param {string} name
 */
export const operationId = (name) =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The names in braces of a path.
 * @template {string} T
 * @typedef {T extends `${string}{${infer Name}}${infer Rest}`
 *   ? Name | PathNames<Rest> : never} PathNames
 */

/**
 * What an operation takes: what stands in its path by name, the query, and the body as JSON.
 * @typedef {object} CallOptions
 * @property {Record<string, unknown>} [query] parameters of the query; undefined ones are left out
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {string | null} [token] in place of the client's own; null for none
 * @property {AbortSignal} [signal]
 */

/**
 * One operation as a function.
 * @template {string} T
 * @typedef {[PathNames<T>] extends [never]
 *   ? (options?: CallOptions) => Promise<AnswerOf<T>>
 *   : (options: Record<PathNames<T>, string | number> & CallOptions) => Promise<AnswerOf<T>>
 * } Operation
 */

/**
 * Bytes of a file; else what JSON says, or a text.
 * @template {string} T
 * @typedef {T extends `${string} bytes` ? Uint8Array : any} AnswerOf
 */

/**
 * All operations by subject.
 * @typedef {{[S in keyof typeof OPERATIONS]:
 *   {[O in keyof typeof OPERATIONS[S]]: Operation<typeof OPERATIONS[S][O] & string>}}} Api
 */
