// Where something is in a text of JSON, so that a mistake can be shown where it was made.

const BLANK = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The text is no JSON; `at` is where it stops being some. */
export class NotJson extends Error {
  constructor(at) {
    super("no JSON");
    this.at = at;
  }
}

/**
 * From where to where the value at this path is, such as `if.allof[1].header`; the nearest that
 * there is around it, if it is not there. Throws NotJson.
 */
export function placeOf(text, path = "") {
  const places = read(text);
  let wanted = path;
  while (!places.has(wanted)) wanted = wanted.replace(/\.?[^.[]*$|\[\d+\]$/, "");
  return places.get(wanted);
}

/** The line that this place is in, counted from 1. */
export function lineOf(text, at) {
  return text.slice(0, at).split("\n").length;
}

/** The place of each value, by its path. */
function read(text) {
  const places = new Map();
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw new NotJson(at);
    at += found.length;
    return found;
  };
  const value = (path) => {
    take(BLANK);
    const from = at;
    if (text[at] === "{") members(path, "}");
    else if (text[at] === "[") members(path, "]");
    else take(text[at] === '"' ? STRING : SCALAR);
    places.set(path, [from, at]);
    take(BLANK);
  };
  const members = (path, end) => {
    at += 1;
    take(BLANK);
    for (let count = 0; text[at] !== end; count += 1) {
      if (count) take(/,/y);
      take(BLANK);
      value(path + (end === "]" ? `[${count}]` : named(path)));
    }
    at += 1;
  };
  const named = (path) => {
    const name = JSON.parse(take(STRING));
    take(BLANK);
    take(/:/y);
    return path ? `.${name}` : name;
  };
  value("");
  if (at < text.length) throw new NotJson(at);
  return places;
}
