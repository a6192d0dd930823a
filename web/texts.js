// Everything the page says, in one place; what its rooms say is in room_texts.js, which comes with
// them. A translation is two other objects of the same shape.

const english = {
  name: "Mayfly",
  yourAddress: "Your address",
  copy: "Copy",
  copied: "Copied",
  copyAddress: "Copy the address",
  showQr: "Show as QR code",
  qrAlt: "QR code of {address}",
  qrHint: "Scan it to write to this address from a phone.",
  newAddress: "New address",
  newAddressQuestion: "Give up this address?",
  newAddressWarning:
    "{address} and all its mail are deleted at once. Nobody gets that address again for a while.",
  giveUp: "Delete and get a new one",
  deleteMailbox: "Delete mailbox",
  deleteMailboxQuestion: "Delete this mailbox?",
  deleteMailboxWarning: "{address} and all its mail are deleted at once.",
  extend: "Extend",
  extended: "It now lasts until {time}.",
  expired: "This address has ended.",
  timeLeft: "{time} left",
  endsAt: "Ends {time}",
  cancel: "Cancel",
  close: "Close",
  back: "Back to the list",
  undo: "Undo",

  live: "Live",
  liveHint: "New mail appears at once.",
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
  reconnectingHint: "The connection is down; the page checks for new mail every few seconds.",
  offline: "You are offline. Your messages stay here; new ones arrive when you are back online.",
  noNewAddresses: "This service creates no new addresses until {time}.",
  noNewMail: "This service accepts no new mail until {time}.",
  closedForToday: "This service has reached its limit for today. It resumes at {time}.",
  notify: "Notify me of new mail",
  notifyOn: "You will be notified of new mail while this page is open.",
  notifyDenied: "This browser does not allow notifications from this page.",

  search: "Search sender, subject, text",
  nothingYet: "Waiting for mail",
  nothingYetHint: "Use the address anywhere. Messages to it appear here automatically.",
  nothingFound: "Nothing found for “{words}”.",
  loadingMore: "Loading more…",
  inboxFull: {
    one: "This address is full, or one sender has filled its share of it. {count} message was dropped since {time}. Delete messages to make room.",
    other:
      "This address is full, or one sender has filled its share of it. {count} messages were dropped since {time}. Delete messages to make room.",
  },
  unread: "Unread",
  attachment: "Has attachments",
  noSubject: "(no subject)",
  unknownSender: "(unknown sender)",
  messageCount: { one: "{count} message", other: "{count} messages" },
  newMail: "New mail from {sender}: {subject}",
  newMails: { one: "{count} new message", other: "{count} new messages" },

  chooseMessage: "Choose a message",
  chooseMessageHint: "Press j and k to move between messages, and ? to see all keys.",
  to: "to",
  from: "From",
  delete: "Delete",
  deleted: "Message deleted",
  markUnread: "Mark as unread",
  markRead: "Mark as read",
  downloadRaw: "Download (.eml)",
  downloadRawHint: "The message as it was received, byte for byte",
  htmlView: "Formatted",
  textView: "Plain text",
  headersView: "Headers",
  mailContent: "Content of the message",
  noText: "This message has no text.",
  truncated: "This message is too long to show in full. The download has all of it.",
  blockedImages: {
    one: "{count} remote image is blocked: loading it would let the sender know that you read this.",
    other:
      "{count} remote images are blocked: loading them would let the sender know that you read this.",
  },
  showImages: "Show images",
  attachments: { one: "{count} attachment", other: "{count} attachments" },
  unnamed: "unnamed",
  download: "Download {name}",
  code: "Code",
  copyCode: "Copy the code {code}",
  confirmationLink: "Confirmation link",
  copyLink: "Copy link",
  openLink: "Open {host}",
  linkNotSecure: "This link is http: others on the way can read and change what it shows.",
  defects: "This message is not well-formed ({list}); it is displayed as far as possible.",
  recovered: "The notification of this message was lost; it was recovered from the stored copy.",
  gone: "This message no longer exists.",

  verdicts: {
    summaryGood: "Sender checked",
    summaryBad: "Be careful",
    summaryUnknown: "Sender not checked",
    spf: {
      PASS: "SPF: the server that sent it may send for this domain.",
      FAIL: "SPF: the server that sent it may not send for this domain.",
      other: "SPF: the domain does not say which servers send for it.",
    },
    dkim: {
      PASS: "DKIM: signed by its domain, and not changed since.",
      FAIL: "DKIM: its signature is wrong, or it was changed on its way.",
      other: "DKIM: it has no signature that could be checked.",
    },
    dmarc: {
      PASS: "DMARC: the sender is the address in From.",
      FAIL: "DMARC: the address in From may be forged.",
      other: "DMARC: the domain in From says nothing about forgeries.",
    },
    spam: {
      PASS: "Spam: not suspected.",
      FAIL: "Spam: it looks like spam.",
      other: "Spam: not judged.",
    },
    virus: {
      PASS: "Virus: none found.",
      FAIL: "Virus: one was found. Do not open its attachments.",
      other: "Virus: not looked for.",
    },
    unchecked: "Nothing was checked: this server does not look at signatures, spam or viruses.",
  },

  logIn: "Log in",
  logOut: "Log out",
  register: "Create an account",
  account: "Account",
  accountHint:
    "An account has several mailboxes with names you choose. They last a week, and longer if you extend them.",
  email: "E-mail address",
  password: "Password",
  passwordHint: "8 characters or more; a long phrase is best.",
  newPassword: "New password",
  currentPassword: "Current password",
  fullName: "Name (optional)",
  takeAlong: "Keep {address} and its mail",
  haveAccount: "I have an account",
  needAccount: "I need an account",
  verifyTitle: "Check your email",
  verifyHint: "A message to {email} has a token. Paste it here, with the password you chose.",
  verify: "Verify",
  token: "Token",
  verifiedNow: "Your address is verified.",
  loggedOut: "You are logged out.",
  loggedIn: "Welcome, {name}.",
  migrated: "{address} is yours now.",
  profile: "Profile",
  save: "Save",
  saved: "Saved.",
  changePassword: "Change password",
  passwordChanged: "Password changed. All other sessions have ended.",
  forgotPassword: "Forgot password?",
  forgottenTitle: "Forgotten password",
  forgottenHint: "A message to this address will have a link to choose a new password.",
  sendLink: "Send the link",
  forwardingTitle: "Shall mail be forwarded to you?",
  forwardingHint: "Somebody who has an account here asked for it. If it was not you, close this: nothing is forwarded. You can end it at any time, by the same link.",
  forwardingConfirm: "Forward mail to me",
  forwardingConfirmed: "Mail is forwarded to {address}",
  forwardingStop: "Forward nothing to me",
  forwardingStopQuestion: "Forward nothing to you?",
  forwardingStopWarning:
    "Nothing is forwarded to this address any more, until its owner asks again and you confirm it.",
  forwardingStopped: "Nothing is forwarded to {address} any more.",
  rules: "Rules",
  mailboxRules: "Rules of this mailbox",
  spam: "Spam",
  showSpam: "Show spam ({count})",
  hideSpam: "Hide spam ({count})",
  isSpam: "This message lies in spam.",
  notSpam: "Not spam",
  resetTitle: "Choose a new password",
  resetHint: "Open the link in the message, or paste its token here. All sessions end.",
  resetLinkHint: "All sessions of the account end, and you are logged in here.",
  passwordReset: "Password changed. All sessions have ended; API keys still work.",
  deleteAccount: "Delete account",
  deleteAccountHint: "Deletes the account, its mailboxes and all their mail at once.",
  accountDeleted: "Your account and its mailboxes are deleted.",
  newMailbox: "New mailbox",
  mailboxName: "Name",
  mailboxNameHint:
    "a to z, digits, and single . - _ between them. Leave it empty for a random one.",
  mailboxDomain: "Domain",
  create: "Create",
  noMailbox: "No mailbox yet",
  noMailboxHint: "Create one, with a name you choose.",
  mailboxes: "Mailboxes",
  mailboxesUsed: "{count} of {limit} in use",

  keys: "Keys",
  keyList: {
    "j / k": "next / previous message",
    Enter: "open it",
    d: "delete it",
    r: "mark it as read or unread",
    "/": "search",
    c: "copy the address",
    Esc: "back",
    "?": "this list",
  },

  domains: "Domains",
  sent: "Sent mail",
  settings: "Settings",
  backToMail: "Back to your mail",
  again: "Try again",

  api: "API",
  tooMany: "Too many requests. It goes on in {seconds} s.",
  noAnswer: "The service does not answer. Trying again…",
  closed: "New anonymous addresses are switched off here. Log in to get one.",

  bytes: ["B", "KB", "MB", "GB"],
  now: "now",
  minutes: { one: "{count} minute", other: "{count} minutes" },
  hoursAndMinutes: "{hours} h {minutes} min",
  days: { one: "{count} day", other: "{count} days" },
  lessThanAMinute: "less than a minute",
};

export const language = "en";
const texts = english;
const plural = new Intl.PluralRules(language);

/** Take in further texts, of a part of the page that is loaded later. */
export function learn(more) {
  Object.assign(texts, more);
}

/** The text of this name, with {values} put in; `count` chooses between one and several. */
export function say(name, values = {}) {
  let text = texts[name];
  if (typeof text === "object") text = text[plural.select(values.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A group of texts, as it is. */
export function group(name) {
  return texts[name];
}
