// A filter as one line of search words: `from:shop.example has:attachment`.

const WORDS = "q";
const KEYS = { since: "after" };
const STATES = {
  hasAttachment: ["has:attachment", "-has:attachment"],
  isRead: ["is:read", "is:unread"],
};

/** The words that mean what these fields of a filter do. */
export function wordsOf(fields) {
  const named = Object.entries(fields).filter(([name]) => name !== WORDS);
  const words = named.map(([name, value]) => {
    if (name in STATES) return STATES[name][value ? 0 : 1];
    return `${KEYS[name] ?? name}:${quoted(String(value))}`;
  });
  return [...words, fields[WORDS]].filter(Boolean).join(" ");
}

function quoted(text) {
  if (text && !/[\s"]/.test(text)) return text;
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
