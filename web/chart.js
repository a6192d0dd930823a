// Small charts: bars stacked of parts, drawn as SVG, with words for those who do not see them.

import { element } from "./dom.js";
import { say } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 100;
const GAP = 0.15; // of a bar's room, left free beside it
let made = 0; // titles have ids

/**
 * Bars side by side, one for each line, the same room for all.
 *
 * `parts` are `{name, label}`, lowest first; `lines` are `{label, counts}`, and `about` is a
 * sentence that says what all of it shows.
 */
export function columns(title, about, parts, lines) {
  const most = Math.max(...lines.map((line) => sumOf(line, parts)));
  const bars = lines.flatMap((line, at) => {
    const room = { x: at + GAP / 2, width: 1 - GAP };
    let top = HIGH;
    return pieces(line, parts).map(({ name, count, tip }) => {
      const height = (count / most) * HIGH;
      top -= height;
      return bar({ ...room, y: top, height }, name, tip);
    });
  });
  return figure(
    title,
    parts,
    lines,
    element("span", { class: "hint" }, say("most", { count: most })),
    picture(title, about, `0 0 ${lines.length} ${HIGH}`, bars, "plot"),
    element(
      "div",
      { class: "ends hint" },
      [lines[0], lines.at(-1)].map(({ label }) => element("span", {}, label)),
    ),
  );
}

/** Bars one below the other, with the name of each beside it. */
export function rows(title, about, parts, lines) {
  const most = Math.max(...lines.map((line) => sumOf(line, parts)));
  const row = (line) => {
    let x = 0;
    const found = pieces(line, parts);
    const bars = found.map(({ name, count, tip }) => {
      const width = (count / most) * HIGH;
      x += width;
      return bar({ x: x - width, y: 0, width, height: 1 }, name, tip);
    });
    const words = found.map(({ tip }) => tip).join("; ");
    return element(
      "li",
      {},
      element("bdi", { class: "break" }, line.label),
      picture(line.label, words, `0 0 ${HIGH} 1`, bars, "bar-line"),
      element("span", { class: "hint" }, String(sumOf(line, parts))),
    );
  };
  const shown = lines.filter((line) => sumOf(line, parts));
  return figure(title, parts, lines, element("ul", { class: "bars" }, shown.map(row)));
}

function figure(title, parts, lines, ...content) {
  return element(
    "figure",
    { class: "chart" },
    element(
      "figcaption",
      {},
      element("span", { class: "strong" }, title),
      element(
        "ul",
        { class: "legend hint" },
        parts.map(({ name, label }) =>
          element(
            "li",
            {},
            element("span", { class: `swatch ${name}`, "aria-hidden": "true" }),
            `${label}: ${lines.reduce((sum, { counts }) => sum + counts[name], 0)}`,
          ),
        ),
      ),
    ),
    ...content,
  );
}

function sumOf({ counts }, parts) {
  return parts.reduce((sum, { name }) => sum + counts[name], 0);
}

/** What there is of each part. */
function pieces({ label, counts }, parts) {
  return parts
    .map(({ name, label: part }) => ({
      name,
      count: counts[name],
      tip: `${label}, ${part}: ${counts[name]}`,
    }))
    .filter(({ count }) => count > 0);
}

/** The drawing, stretched to its room; its title and description are what it says to others. */
function picture(title, about, viewBox, bars, kind) {
  made += 1;
  const ids = [`chart-${made}-title`, `chart-${made}-about`];
  const shown = drawn("svg", {
    viewBox,
    preserveAspectRatio: "none",
    role: "img",
    "aria-labelledby": ids[0],
    "aria-describedby": ids[1],
    class: kind,
  });
  const words = [drawn("title", { id: ids[0] }), drawn("desc", { id: ids[1] })];
  words[0].textContent = title;
  words[1].textContent = about;
  shown.append(...words, ...bars);
  return shown;
}

function bar(place, name, tip) {
  const shown = drawn("rect", { ...place, class: name });
  const title = drawn("title", {});
  title.textContent = tip;
  shown.append(title);
  return shown;
}

function drawn(name, attributes) {
  const shown = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) shown.setAttribute(key, value);
  return shown;
}
