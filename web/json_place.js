// Where something is in a text of JSON, so that a mistake can be shown where it was made.

/**
 * From where to where the value at this path is, such as `if.allof[1].header`; the nearest that
 * there is around it, if it is not there. The text has to be JSON.
 */
export function placeOf(text, path) {
  const places = new Map();
  let at = 0;
  const blank = () => {
    while (/\s/.test(text[at] ?? "")) at += 1;
  };
  const string = () => {
    const from = at;
    for (at += 1; text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
    at += 1;
    return JSON.parse(text.slice(from, at));
  };
  const members = (here, isList) => {
    at += 1;
    for (let count = 0; blank(), !"]}".includes(text[at]); count += 1) {
      if (text[at] === ",") at += 1;
      blank();
      let name = `[${count}]`;
      if (!isList) {
        const key = string();
        name = here ? `.${key}` : key;
        blank();
        at += 1; // the colon
      }
      value(here + name);
    }
    at += 1;
  };
  const value = (here) => {
    blank();
    const from = at;
    if (text[at] === '"') string();
    else if (text[at] === "{" || text[at] === "[") members(here, text[at] === "[");
    else while (at < text.length && !/[\s,\]}]/.test(text[at])) at += 1;
    places.set(here, [from, at]);
  };
  value("");
  let wanted = path;
  while (!places.has(wanted)) wanted = wanted.replace(/(^|\.)\w+$|\[\d+\]$|^[^.[]*$/, "");
  return places.get(wanted);
}

/** The line that this place is in, counted from 1. */
export function lineOf(text, at) {
  return text.slice(0, at).split("\n").length;
}
