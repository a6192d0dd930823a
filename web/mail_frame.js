// The frame that displays the HTML of messages. It has an origin of its own and no way out; it is sent
// what to display, and reports its height and which keys were pressed.

import { element } from "./dom.js";

const SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
const MOST_HEIGHT = 30_000; // of hostile messages
const MOST_PICTURES = 40;
const MOST_PICTURE_BYTES = 4_000_000; // larger ones are answered with a link to elsewhere
const PASSED_KEYS = new Set(["j", "k", "Escape"]);

/** The frame; `pictures` are the mail's own ones, `[{path, size}]`. */
export function mailFrame({ title, html, pictures, withImages, mailOrigin, onkey }) {
  const page = withImages ? "mail-images.html" : "mail.html";
  const frame = element("iframe", {
    class: "mail",
    title,
    sandbox: SANDBOX,
    referrerpolicy: "no-referrer",
    src: `${mailOrigin}/${page}`,
  });
  const listen = (event) => {
    if (!frame.isConnected) return removeEventListener("message", listen);
    if (event.source !== frame.contentWindow) return;
    const { ready, height, key } = event.data ?? {};
    if (ready) begin(frame, html, pictures);
    if (Number.isFinite(height))
      frame.style.height = `${Math.min(Math.ceil(height), MOST_HEIGHT)}px`;
    if (PASSED_KEYS.has(key)) onkey(key);
  };
  addEventListener("message", listen);
  return frame;
}

async function begin(frame, html, pictures) {
  const shown = pictures.slice(0, MOST_PICTURES).filter(({ size }) => size <= MOST_PICTURE_BYTES);
  // Its origin is opaque, so no other can be named; `event.source` was checked.
  frame.contentWindow.postMessage({ html, paths: pictures.map(({ path }) => path) }, "*");
  for (const { path } of shown) {
    const picture = await pictureAt(path);
    if (!frame.isConnected) return;
    if (picture) frame.contentWindow.postMessage({ path, picture }, "*");
  }
}

/** The picture, or null: a message without one of its pictures can still be read. */
async function pictureAt(path) {
  try {
    const answer = await fetch(path);
    const picture = answer.ok ? await answer.blob() : null;
    return picture;
  } catch {
    return null;
  }
}
