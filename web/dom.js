// Elements, made in one call. Text only ever becomes text: nothing here reads HTML.

/**
 * An element with attributes and children.
 *
 * `on…` attributes are listeners, `true` sets an attribute without a value, `false`, null and
 * undefined leave it out. Children are nodes or texts; null and false are left out.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

/** A button that does something, with an icon or a text or both. */
export function button(attributes, ...children) {
  return element("button", { type: "button", ...attributes }, ...children);
}

/** Give the element these children instead of what it has. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((child) => child != null && child !== false));
}

const FOCUSABLE = "a[href], button, input, select, summary, h1[tabindex]";
const drawn = new WeakMap();

/**
 * Fill the element anew if what it depends on, `state`, has changed since the last time.
 *
 * Whoever was on one of its controls with the keyboard is there again afterwards.
 */
export function refill(parent, state, make) {
  const key = JSON.stringify(state);
  if (drawn.get(parent) === key) return;
  drawn.set(parent, key);
  const at = [...parent.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  fill(parent, make());
  if (at >= 0) parent.querySelectorAll(FOCUSABLE)[at]?.focus();
}

/** Show a dialog with a title and what is in it; it is gone once it is closed. */
export function dialog(title, closeLabel, ...children) {
  const heading = element("h2", { id: "dialog-title" }, title);
  const close = button({ class: "icon", "aria-label": closeLabel, title: closeLabel }, "×");
  const shown = element(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    element("div", { class: "dialog-head" }, heading, close),
    ...children,
  );
  close.addEventListener("click", () => shown.close());
  shown.addEventListener("click", (event) => {
    if (event.target === shown) shown.close(); // its backdrop
  });
  shown.addEventListener("close", () => {
    shown.remove();
    // What it was opened by may be gone: then the room's head has the focus.
    if (document.activeElement === document.body) document.querySelector(".stage h1")?.focus();
  });
  document.body.append(shown);
  shown.showModal();
  shown.querySelector("input:not([hidden])")?.focus(); // not the button that closes it
  return shown;
}
