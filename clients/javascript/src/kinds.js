// The three kinds of inbox: which operations each has, and how what it answers looks in one form.

/**
 * An attachment of a message.
 * @typedef {object} Attachment
 * @property {string} id
 * @property {string} filename
 * @property {string} contentType
 * @property {number} size in bytes
 * @property {string | null} contentId
 * @property {boolean} inline whether it belongs into the HTML
 */

/**
 * A message as lists show it.
 * @typedef {object} MessageSummary
 * @property {string} id what the inbox's other methods take
 * @property {number} seq its number in the inbox: 1, 2, 3…, in order of arrival
 * @property {string} from the address; anybody can write anything there
 * @property {string} fromName
 * @property {string} subject
 * @property {Date} receivedAt
 * @property {boolean} isRead
 * @property {boolean} isSpam
 * @property {boolean} hasAttachments
 * @property {number} size of the raw message, in bytes
 */

/**
 * A whole message.
 * @typedef {MessageSummary & {
 *   text: string,
 *   html: string,
 *   to: {name: string, address: string}[],
 *   attachments: Attachment[],
 *   confirmation: {code: string | null, link: string | null, secure: boolean | null},
 *   headers: Record<string, string>,
 *   truncated: boolean,
 *   source: any,
 * }} Message `headers` by lower-case names; a repeated one has a line for each. `to` has To and Cc.
 *   `source` is what the service has answered.
 */

/**
 * What an inbox of a kind does it with: the subject, and the operation's name for each verb.
 * @typedef {object} Kind
 * @property {string} subject
 * @property {Record<string, string>} operations
 * @property {[string, string]} remove subject and operation that delete the inbox
 * @property {string} inbox what its paths call the inbox
 * @property {string} message what its paths call a message
 * @property {string} cursor the parameter of lists that go on
 * @property {number} page
 * @property {(content: any, headers: Headers) => {messages: any[], last: number}} listed
 * @property {(source: any) => MessageSummary} summary
 * @property {(source: any) => Message} whole
 * @property {(marks: Marks) => object} marks
 */

/**
 * What can be said of a message.
 * @typedef {object} Marks
 * @property {boolean} [isRead]
 * @property {boolean} [isSpam] `false` takes it out of spam
 */

/**
 * @param {any} source
 * @returns {MessageSummary}
 */
function line(source) {
  return {
    id: String(source.id),
    seq: source.seq,
    from: source.from,
    fromName: source.fromName,
    subject: source.subject,
    receivedAt: new Date(source.receivedAt),
    isRead: source.isRead,
    isSpam: source.isSpam,
    hasAttachments: source.hasAttachments,
    size: source.size,
  };
}

/**
 * @param {any} source
 * @param {string} text
 * @param {string} html
 * @returns {Message}
 */
function whole(source, text, html) {
  return {
    ...line(source),
    text: source[text],
    html: source[html],
    to: [...source.to, ...source.cc],
    attachments: source.attachments.map((/** @type {any} */ { url, ...each }) => each),
    confirmation: source.confirmation,
    headers: gathered(source.headers),
    truncated: source.truncated.length > 0,
    source,
  };
}

/**
 * @param {{name: string, value: string}[]} headers
 * @returns {Record<string, string>}
 */
function gathered(headers) {
  const found = new Map();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    found.set(key, found.has(key) ? `${found.get(key)}\n${value}` : value);
  }
  return Object.fromEntries(found);
}

/** @type {Kind} */
const PUBLIC = {
  subject: "messages",
  operations: {
    list: "listMessages",
    wait: "waitForMessage",
    erase: "deleteMessages",
    sample: "sendSample",
    show: "showMessage",
    mark: "markMessage",
    delete: "deleteMessage",
    raw: "rawMessage",
    attachment: "downloadAttachment",
  },
  remove: ["addresses", "deleteAddress"],
  inbox: "email",
  message: "id",
  cursor: "after",
  page: 100,
  listed: (content, headers) => ({
    messages: content,
    last: Number(headers.get("X-Last-Sequence") ?? 0),
  }),
  summary: line,
  whole: (source) => whole(source, "body", "html"),
  marks: (marks) => marks,
};

/** @type {Kind} */
const PRIVATE = {
  subject: "privateInboxes",
  operations: {
    list: "listInboxMessages",
    wait: "waitInInbox",
    erase: "deleteInboxMessages",
    sample: "sendSampleToInbox",
    show: "showInboxMessage",
    mark: "markInboxMessage",
    delete: "deleteInboxMessage",
    raw: "rawInboxMessage",
    attachment: "downloadInboxAttachment",
  },
  remove: ["privateInboxes", "deleteInbox"],
  inbox: "inboxId",
  message: "uid",
  cursor: "since_uid",
  page: 50,
  listed: (content) => ({ messages: content.messages, last: Number(content.last_uid) }),
  summary: (source) => ({
    id: source.uid,
    seq: Number(source.uid),
    from: source.sender,
    fromName: source.sender_name,
    subject: source.subject,
    receivedAt: new Date(source.received_at),
    isRead: source.is_read,
    isSpam: source.is_spam,
    hasAttachments: source.attachments.some((/** @type {any} */ each) => !each.inline),
    size: source.size_bytes,
  }),
  whole: (source) => ({
    ...PRIVATE.summary(source),
    text: source.text_body,
    html: source.html_body,
    to: source.recipients,
    attachments: source.attachments.map((/** @type {any} */ each) => ({
      id: each.id,
      filename: each.filename,
      contentType: each.content_type,
      size: each.size_bytes,
      contentId: each.content_id,
      inline: each.inline,
    })),
    confirmation: source.confirmation,
    headers: source.headers,
    truncated: source.truncated.length > 0,
    source,
  }),
  marks: ({ isRead, isSpam }) => ({ is_read: isRead, is_spam: isSpam }),
};

/** @type {Kind} */
const MAILBOX = {
  subject: "mailboxes",
  operations: {
    list: "listMailboxMessages",
    wait: "waitInMailbox",
    erase: "deleteMailboxMessages",
    sample: "sendSampleToMailbox",
    show: "showMailboxMessage",
    mark: "changeMailboxMessage",
    delete: "deleteMailboxMessage",
    raw: "rawMailboxMessage",
    attachment: "downloadMailboxAttachment",
  },
  remove: ["mailboxes", "deleteMailbox"],
  inbox: "mailboxId",
  message: "number",
  cursor: "after",
  page: 100,
  listed: (content) => ({ messages: content.messages, last: content.lastNumber ?? 0 }),
  summary: line,
  whole: (source) => whole(source, "bodyText", "bodyHtml"),
  marks: ({ isRead, isSpam }) => ({
    isRead,
    folder: isSpam === undefined ? undefined : isSpam ? "spam" : "inbox",
  }),
};

/** The kinds by name: a public address, a private inbox, a mailbox of an account or a session. */
export const KINDS = { public: PUBLIC, private: PRIVATE, mailbox: MAILBOX };
