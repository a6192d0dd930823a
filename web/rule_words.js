// Rules in words: what a test looks for, and what an action does.

import { size } from "./clock.js";
import { group, say } from "./texts.js";

const MOST_VALUES = 3; // that are spelled out

/** What a rule looks for, in a sentence; `test` is missing where it is for all mail. */
export function testWords(test) {
  if (!test) return say("anyMail");
  const [[word, wanted]] = Object.entries(test);
  switch (word) {
    case "allof":
      return wanted.map(within).join(say("and"));
    case "anyof":
      return wanted.map(within).join(say("or"));
    case "not":
      return say("notWords", { test: testWords(wanted) });
    case "address":
      return compared(wanted.names.map(headerName).join(say("or")), wanted);
    case "envelope":
      return compared(say("envelopeName", { name: wanted.address }), wanted);
    case "header":
      return compared(wanted.names.map(headerName).join(say("or")), wanted);
    case "exists":
      return say("hasHeaders", { names: wanted.join(say("and")) });
    case "size":
      return say("over" in wanted ? "sizeOver" : "sizeUnder", {
        size: size(wanted.over ?? wanted.under, group("bytes")),
      });
    default:
      return word;
  }
}

/** A test among others: in brackets, if it has some of its own. */
function within(test) {
  const isGroup = ["allof", "anyof"].some((each) => test[each]?.length > 1);
  return isGroup ? `(${testWords(test)})` : testWords(test);
}

function headerName(name) {
  return group("headerNames")[name.toLowerCase()] ?? name;
}

function compared(what, { match, values, part }) {
  const shown = values.slice(0, MOST_VALUES).map((each) => `“${each}”`);
  const more = values.length - shown.length;
  if (more) shown.push(say("moreValues", { count: more }));
  return say("comparedWords", {
    what: part && part !== "all" ? say(`part-${part}`, { what }) : what,
    match: group("matchWords")[match],
    values: shown.join(say("or")),
  });
}

/** What an action does, as a rule has it: `{fileinto: "archive"}`. */
export function actionWords(action) {
  const [[word, value]] = Object.entries(action);
  const words = group("actionWords")[word];
  if (!words) return word;
  if (word === "fileinto") return say("fileinto", { folder: folderName(value) });
  if (word === "flag") return value.map((each) => group("flagWords")[each] ?? each).join(", ");
  return words.replace("{value}", value);
}

/** The same of an action as a trial tells it: `fileinto archive`. */
export function toldWords(told) {
  const [word, ...values] = told.split(" ");
  return actionWords({ [word]: word === "flag" ? values : values.join(" ") });
}

export function folderName(folder) {
  return group("folders")[folder] ?? folder;
}

/** The test at a place such as `rules[0].if.allof[1].header`. */
export function testAt(rules, place) {
  const steps = place.match(/\w+/g).slice(1, -1); // without `rules`, and the word of the test
  return steps.reduce((found, step) => found?.[step], rules);
}
