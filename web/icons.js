// The icons, drawn here: 24 by 24, lines in the colour of the text.

const SVG = "http://www.w3.org/2000/svg";

const paths = {
  mayfly:
    "M12 21c-.5-5-.5-9 0-13M12 8c-1-3-4-5-8-5 0 4 2 7 8 9M12 8c1-3 4-5 8-5 0 4-2 7-8 9M12 12c-3 0-5 2-6 5 3 0 5-1 6-3M12 12c3 0 5 2 6 5-3 0-5-1-6-3M12 8l-1-2M12 8l1-2",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "M5 12.5l4.5 4.5L19 7",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2M14 18v2M18 18h2v2h-2z",
  renew: "M19 8a8 8 0 1 0 1 6M19 3v5h-5",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  clock: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3.5 2",
  bell: "M6 17h12l-1.5-2V10a4.5 4.5 0 0 0-9 0v5zM10 20h4",
  person: "M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8M4 21c1-4.5 4-6 8-6s7 1.5 8 6",
  clip: "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.5-6.5L13 4a3 3 0 0 1 4.5 4.5L9.5 16.5a1.5 1.5 0 0 1-2-2L14 8",
  back: "M11 5l-7 7l7 7M4 12h16",
  unread: "M3 6h18v12H3zM3 7l9 7l9-7",
  save: "M12 4v11M7 10.5l5 5l5-5M4 20h16",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9c-4.5-1-8-4-8-9V6z",
  plus: "M12 5v14M5 12h14",
  key: "M8 15a4 4 0 1 0 0-8a4 4 0 0 0 0 8M12 11h9M18 11v4",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  image: "M4 5h16v14H4zM4 16l5-5l4 4l3-2l4 3M15.5 9.5h.01",
  search: "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14M16 16l5 5",
  globe:
    "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3 12h18M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9s1-6 4-9",
  send: "M4 11L20 4l-5 16l-4-6zM11 14l9-10",
  sliders: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h7M15 17h5M13 15v4",
  server: "M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01M11 8h6M11 16h6",
  filter: "M4 5h16l-6 8v6l-4 2v-8z",
  forward: "M13 5l7 6l-7 6v-4c-5 0-7 2-9 6c0-6 3-10 9-10z",
  up: "M12 20V5M6 11l6-6l6 6",
  down: "M12 4v15M6 13l6 6l6-6",
  block: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M5.7 5.7l12.6 12.6",
  page: "M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h5",
  bars: "M5 20V12M10 20V5M15 20v-9M20 20V8M3 20h19",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7l-11 7z",
  cross: "M6 6l12 12M18 6L6 18",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  question:
    "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5h.01",
};

/** An icon; it says nothing to screen readers, so its button needs a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("glyph");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}
