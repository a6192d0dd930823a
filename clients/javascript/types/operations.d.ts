export declare const OPERATIONS: {
    readonly addresses: {
        readonly createAddress: "POST /api/emails";
        readonly showAddress: "GET /api/emails/{email}";
        readonly deleteAddress: "DELETE /api/emails/{email}";
        readonly addressStatus: "GET /api/emails/{email}/status";
    };
    readonly messages: {
        readonly listMessages: "GET /api/emails/{email}/messages";
        readonly waitForMessage: "GET /api/emails/{email}/wait";
        readonly deleteMessages: "DELETE /api/emails/{email}/messages";
        readonly sendSample: "POST /api/emails/{email}/sample";
        readonly showMessage: "GET /api/messages/{id}";
        readonly markMessage: "PATCH /api/messages/{id}";
        readonly deleteMessage: "DELETE /api/messages/{id}";
        readonly rawMessage: "GET /api/messages/{id}/raw bytes";
        readonly downloadAttachment: "GET /api/messages/{id}/attachments/{attachmentId} bytes";
    };
    readonly privateInboxes: {
        readonly createInbox: "POST /v1/inboxes";
        readonly loginInbox: "POST /v1/inboxes:login";
        readonly showInbox: "GET /v1/inboxes/{inboxId}";
        readonly deleteInbox: "DELETE /v1/inboxes/{inboxId}";
        readonly rotateToken: "POST /v1/inboxes/{inboxId}/token:rotate";
        readonly changePop3Credentials: "PUT /v1/inboxes/{inboxId}/credentials";
        readonly listInboxMessages: "GET /v1/inboxes/{inboxId}/messages";
        readonly deleteInboxMessages: "DELETE /v1/inboxes/{inboxId}/messages";
        readonly waitInInbox: "GET /v1/inboxes/{inboxId}/wait";
        readonly sendSampleToInbox: "POST /v1/inboxes/{inboxId}/sample";
        readonly showInboxMessage: "GET /v1/inboxes/{inboxId}/messages/{uid}";
        readonly markInboxMessage: "PATCH /v1/inboxes/{inboxId}/messages/{uid}";
        readonly deleteInboxMessage: "DELETE /v1/inboxes/{inboxId}/messages/{uid}";
        readonly rawInboxMessage: "GET /v1/inboxes/{inboxId}/messages/{uid}/raw bytes";
        readonly downloadInboxAttachment: "GET /v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId} bytes";
    };
    readonly anonymousSessions: {
        readonly createSession: "POST /api/session";
        readonly showSession: "GET /api/session";
    };
    readonly accounts: {
        readonly registerUser: "POST /api/users/register";
        readonly verifyUser: "POST /api/users/verify";
        readonly loginUser: "POST /api/users/login";
        readonly logoutUser: "POST /api/users/logout";
        readonly showUser: "GET /api/users/me";
        readonly deleteUser: "DELETE /api/users/me";
        readonly updateProfile: "PUT /api/users/profile";
        readonly changePassword: "POST /api/users/change-password";
        readonly forgetPassword: "POST /api/users/password/forgot";
        readonly resetPassword: "POST /api/users/password/reset";
        readonly createSocketToken: "POST /api/users/socket-token";
    };
    readonly mailboxes: {
        readonly createMailbox: "POST /api/user/mailbox/create";
        readonly listMailboxes: "GET /api/user/mailbox";
        readonly showMailbox: "GET /api/user/mailbox/{mailboxId}";
        readonly deleteMailbox: "DELETE /api/user/mailbox/{mailboxId}";
        readonly extendMailbox: "POST /api/user/mailbox/{mailboxId}/extend";
        readonly mailboxQr: "GET /api/user/mailbox/{mailboxId}/qr";
        readonly listMailboxMessages: "GET /api/user/mailbox/{mailboxId}/messages";
        readonly deleteMailboxMessages: "DELETE /api/user/mailbox/{mailboxId}/messages";
        readonly waitInMailbox: "GET /api/user/mailbox/{mailboxId}/wait";
        readonly sendSampleToMailbox: "POST /api/user/mailbox/{mailboxId}/sample";
        readonly changeMailboxMessages: "POST /api/user/mailbox/{mailboxId}/messages:bulk";
        readonly showMailboxMessage: "GET /api/user/mailbox/{mailboxId}/messages/{number}";
        readonly changeMailboxMessage: "PATCH /api/user/mailbox/{mailboxId}/messages/{number}";
        readonly deleteMailboxMessage: "DELETE /api/user/mailbox/{mailboxId}/messages/{number}";
        readonly rawMailboxMessage: "GET /api/user/mailbox/{mailboxId}/messages/{number}/raw bytes";
        readonly downloadMailboxAttachment: "GET /api/user/mailbox/{mailboxId}/messages/{number}/attachments/{attachmentId} bytes";
        readonly listFolders: "GET /api/user/mailbox/{mailboxId}/folders";
        readonly listThreads: "GET /api/user/mailbox/{mailboxId}/threads";
    };
    readonly rules: {
        readonly showRules: "GET /api/user/mailbox/{mailboxId}/rules";
        readonly putRules: "PUT /api/user/mailbox/{mailboxId}/rules";
        readonly tryRules: "POST /api/user/mailbox/{mailboxId}/rules/test";
        readonly exportRules: "GET /api/user/mailbox/{mailboxId}/rules/sieve";
        readonly showDomainRules: "GET /api/v1/domains/{domainId}/rules";
        readonly putDomainRules: "PUT /api/v1/domains/{domainId}/rules";
        readonly tryDomainRules: "POST /api/v1/domains/{domainId}/rules/test";
        readonly exportDomainRules: "GET /api/v1/domains/{domainId}/rules/sieve";
    };
    readonly forwarding: {
        readonly askDestination: "POST /api/user/forwarding";
        readonly listDestinations: "GET /api/user/forwarding";
        readonly removeDestination: "DELETE /api/user/forwarding/{address}";
        readonly confirmDestination: "POST /api/forwarding/confirm";
        readonly stopForwarding: "POST /api/forwarding/stop";
    };
    readonly exports: {
        readonly exportInbox: "POST /v1/inboxes/{inboxId}/exports";
        readonly showInboxExport: "GET /v1/inboxes/{inboxId}/exports/{exportId}";
        readonly exportMailbox: "POST /api/user/mailbox/{mailboxId}/exports";
        readonly showMailboxExport: "GET /api/user/mailbox/{mailboxId}/exports/{exportId}";
        readonly exportAccount: "POST /api/user/exports";
        readonly showAccountExport: "GET /api/user/exports/{exportId}";
    };
    readonly sending: {
        readonly sendEmail: "POST /api/v1/emails";
        readonly listEmails: "GET /api/v1/emails";
        readonly announceAttachment: "POST /api/v1/emails/attachments";
        readonly emailStats: "GET /api/v1/emails/stats";
        readonly showEmail: "GET /api/v1/emails/{emailId}";
        readonly deleteEmail: "DELETE /api/v1/emails/{emailId}";
        readonly resendEmail: "POST /api/v1/emails/{emailId}/resend";
        readonly listSuppressions: "GET /api/v1/suppressions";
        readonly clearSuppression: "DELETE /api/v1/suppressions/{address}";
        readonly sendBatch: "POST /api/v1/emails/batch";
        readonly askToSend: "POST /api/v1/emails/approval";
    };
    readonly templates: {
        readonly createTemplate: "POST /api/v1/templates";
        readonly listTemplates: "GET /api/v1/templates";
        readonly showTemplate: "GET /api/v1/templates/{templateId}";
        readonly changeTemplate: "PUT /api/v1/templates/{templateId}";
        readonly deleteTemplate: "DELETE /api/v1/templates/{templateId}";
        readonly previewTemplate: "POST /api/v1/templates/{templateId}/preview";
    };
    readonly domains: {
        readonly registerDomain: "POST /api/v1/domains";
        readonly listOwnDomains: "GET /api/v1/domains";
        readonly showOwnDomain: "GET /api/v1/domains/{domainId}";
        readonly deleteOwnDomain: "DELETE /api/v1/domains/{domainId}";
        readonly verifyDomain: "POST /api/v1/domains/{domainId}/verify";
        readonly showDomainDns: "GET /api/v1/domains/{domainId}/dns";
        readonly changeDomainDns: "PUT /api/v1/domains/{domainId}/dns";
    };
    readonly apiKeys: {
        readonly createKey: "POST /api/v1/keys";
        readonly listKeys: "GET /api/v1/keys";
        readonly revokeKey: "DELETE /api/v1/keys/{keyId}";
    };
    readonly relays: {
        readonly testRelay: "POST /api/v1/smtp/test";
        readonly showRelay: "GET /api/v1/smtp/domains/{domainId}/config";
        readonly keepDomainRelay: "PUT /api/v1/domains/{domainId}/smtp";
        readonly keepRelay: "PUT /api/v1/smtp/domains/{domainId}/config";
        readonly forgetRelay: "DELETE /api/v1/smtp/domains/{domainId}/config";
        readonly makeDkim: "POST /api/v1/smtp/domains/{domainId}/dkim";
        readonly makeSpf: "POST /api/v1/smtp/domains/{domainId}/spf";
        readonly makeDmarc: "POST /api/v1/smtp/domains/{domainId}/dmarc";
    };
    readonly webhooks: {
        readonly makeWebhook: "POST /api/v1/webhooks";
        readonly makeWebhookOfInbox: "POST /v1/inboxes/{inboxId}/webhooks";
        readonly makeWebhookOfAddress: "POST /api/emails/{email}/webhooks";
        readonly makeWebhookOfDeployment: "POST /v1/admin/webhooks";
        readonly listWebhooks: "GET /api/v1/webhooks";
        readonly listWebhooksOfInbox: "GET /v1/inboxes/{inboxId}/webhooks";
        readonly listWebhooksOfAddress: "GET /api/emails/{email}/webhooks";
        readonly listWebhooksOfDeployment: "GET /v1/admin/webhooks";
        readonly showWebhook: "GET /api/v1/webhooks/{webhookId}";
        readonly showWebhookOfInbox: "GET /v1/inboxes/{inboxId}/webhooks/{webhookId}";
        readonly showWebhookOfAddress: "GET /api/emails/{email}/webhooks/{webhookId}";
        readonly showWebhookOfDeployment: "GET /v1/admin/webhooks/{webhookId}";
        readonly changeWebhook: "PUT /api/v1/webhooks/{webhookId}";
        readonly changeWebhookOfInbox: "PUT /v1/inboxes/{inboxId}/webhooks/{webhookId}";
        readonly changeWebhookOfAddress: "PUT /api/emails/{email}/webhooks/{webhookId}";
        readonly changeWebhookOfDeployment: "PUT /v1/admin/webhooks/{webhookId}";
        readonly removeWebhook: "DELETE /api/v1/webhooks/{webhookId}";
        readonly removeWebhookOfInbox: "DELETE /v1/inboxes/{inboxId}/webhooks/{webhookId}";
        readonly removeWebhookOfAddress: "DELETE /api/emails/{email}/webhooks/{webhookId}";
        readonly removeWebhookOfDeployment: "DELETE /v1/admin/webhooks/{webhookId}";
        readonly tryWebhook: "POST /api/v1/webhooks/{webhookId}/test";
        readonly tryWebhookOfInbox: "POST /v1/inboxes/{inboxId}/webhooks/{webhookId}/test";
        readonly tryWebhookOfAddress: "POST /api/emails/{email}/webhooks/{webhookId}/test";
        readonly tryWebhookOfDeployment: "POST /v1/admin/webhooks/{webhookId}/test";
        readonly listWebhookDeliveries: "GET /api/v1/webhooks/{webhookId}/deliveries";
        readonly listWebhookDeliveriesOfInbox: "GET /v1/inboxes/{inboxId}/webhooks/{webhookId}/deliveries";
        readonly listWebhookDeliveriesOfAddress: "GET /api/emails/{email}/webhooks/{webhookId}/deliveries";
        readonly listWebhookDeliveriesOfDeployment: "GET /v1/admin/webhooks/{webhookId}/deliveries";
        readonly replayWebhook: "POST /api/v1/webhooks/{webhookId}/deliveries";
        readonly replayWebhookOfInbox: "POST /v1/inboxes/{inboxId}/webhooks/{webhookId}/deliveries";
        readonly replayWebhookOfAddress: "POST /api/emails/{email}/webhooks/{webhookId}/deliveries";
        readonly replayWebhookOfDeployment: "POST /v1/admin/webhooks/{webhookId}/deliveries";
        readonly downloadWebhookFile: "GET /v1/webhooks/files/{ticket} bytes";
    };
    readonly admin: {
        readonly handOutReset: "POST /v1/admin/accounts/password-reset";
        readonly showStats: "GET /v1/admin/stats";
        readonly addDomain: "POST /v1/admin/domains";
        readonly listDomains: "GET /v1/admin/domains";
        readonly changeDomain: "PUT /v1/admin/domains/{domainId}";
        readonly deleteDomain: "DELETE /v1/admin/domains/{domainId}";
        readonly listApprovals: "GET /v1/admin/accounts/sending";
        readonly showApproval: "GET /v1/admin/accounts/{accountId}/sending";
        readonly decideApproval: "PUT /v1/admin/accounts/{accountId}/sending";
        readonly generateInboxes: "POST /v1/admin/generate";
        readonly exportInboxes: "GET /v1/admin/export";
    };
    readonly service: {
        readonly proofOfWork: "GET /api/proof-of-work";
        readonly health: "GET /health";
        readonly ready: "GET /ready";
        readonly healthReady: "GET /health/ready";
        readonly healthPing: "GET /health/ping";
        readonly healthMetrics: "GET /health/metrics";
        readonly metrics: "GET /metrics";
        readonly domainNames: "GET /api/domains";
        readonly openapi: "GET /openapi.json";
        readonly apiDocs: "GET /api-docs";
        readonly docs: "GET /docs";
        readonly docsFile: "GET /docs/{file} bytes";
    };
    readonly statistics: {
        readonly ownStats: "GET /api/v1/stats";
        readonly allStats: "GET /v1/admin/stats/history";
    };
};
/**
 * The id that the service has for an operation of this name.
 * @param {string} name
 */
export declare const operationId: (name: string) => string;
export type PathNames<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;
export type CallOptions = {
    /**
     * parameters of the query; undefined ones are left out
     */
    query?: Record<string, unknown>;
    /**
     * sent as JSON
     */
    body?: unknown;
    headers?: Record<string, string>;
    /**
     * in place of the client's own; null for none
     */
    token?: string | null;
    signal?: AbortSignal;
};
export type Operation<T extends string> = [PathNames<T>] extends [never] ? (options?: CallOptions) => Promise<AnswerOf<T>> : (options: Record<PathNames<T>, string | number> & CallOptions) => Promise<AnswerOf<T>>;
export type AnswerOf<T extends string> = T extends `${string} bytes` ? Uint8Array : any;
export type Api = {
    [S in keyof typeof OPERATIONS]: {
        [O in keyof typeof OPERATIONS[S]]: Operation<typeof OPERATIONS[S][O] & string>;
    };
};
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
