// A template's variables as fields to fill in, one for each value.

import { Refused } from "./api.js";
import { field } from "./forms.js";
import { say } from "./texts.js";

export class VariableFields {
  #isFilled;
  #places = []; // the path of each value, and what it is typed into

  /**
   * `sample` has a value in each place that the template reads. With `isFilled` it is there to be
   * changed; otherwise somebody has to say what is to stand there.
   */
  constructor(sample, isFilled) {
    this.#isFilled = isFilled;
    this.fields = this.#of(sample, []);
  }

  #of(values, before) {
    return Object.entries(values).flatMap(([key, value]) => {
      const path = [...before, key];
      const isList = Array.isArray(value);
      if (!isList && value !== null && typeof value === "object") return this.#of(value, path);
      return [this.#field(path, value, isList)];
    });
  }

  #field(path, value, isList) {
    const name = path.join(".");
    const attributes = {
      name: `variable.${name}`,
      "data-field": path[0],
      autocomplete: "off",
      spellcheck: "false",
    };
    const made = isList
      ? field(say("listVariable", { name }), { ...attributes, rows: 4, class: "source" }, "", "textarea")
      : field(name, attributes);
    const input = made.querySelector("input, textarea");
    const text = isList ? JSON.stringify(value, null, 1) : String(value);
    if (this.#isFilled) input.value = text;
    else if (isList) input.placeholder = text;
    input.required = isList;
    this.#places.push({ path, input, isList });
    return made;
  }

  /** What was typed, in the template's shape; Refused names the field that cannot be read. */
  read() {
    const values = {};
    for (const { path, input, isList } of this.#places) {
      let place = values;
      for (const key of path.slice(0, -1)) place = place[key] ??= {};
      place[path.at(-1)] = isList ? list(path.join("."), input.value) : plain(input.value);
    }
    return values;
  }
}

/** Numbers and truths as such, so that templates can reckon with them; what looks otherwise is text. */
function plain(text) {
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
}

function list(name, text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, "NOT_JSON", say("notJson", { name }));
  }
}
