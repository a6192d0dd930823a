// Inside the frame of a message: displays what the page sends. Everything else is forbidden by the
// security policy that this document comes with, and by the sandbox it is in.

"use strict";

(() => {
  const waiting = new Map(); // path -> images that show what is there

  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    const { html, paths, path, picture } = event.data;
    if (typeof html === "string") show(html, new Set(paths));
    if (picture instanceof Blob)
      for (const image of waiting.get(path) ?? []) image.src = URL.createObjectURL(picture);
  });

  function show(html, paths) {
    // A template's content is inert: nothing is fetched before we have looked at it.
    const template = document.createElement("template");
    template.innerHTML = html;
    for (const image of template.content.querySelectorAll("img[src]")) {
      image.referrerPolicy = "no-referrer";
      const path = pathOf(image.getAttribute("src"));
      if (!paths.has(path)) continue;
      image.removeAttribute("src"); // the page brings it: this frame has no cookies
      waiting.set(path, [...(waiting.get(path) ?? []), image]);
    }
    // A preview's links have no target of their own, and would lead the frame away.
    for (const link of template.content.querySelectorAll("a[href]")) link.target = "_blank";
    document.body.replaceChildren(template.content);
    new ResizeObserver(tell).observe(document.body);
    tell();
  }

  function pathOf(address) {
    try {
      const url = new URL(address, "https://mail.invalid");
      return url.pathname;
    } catch {
      return "";
    }
  }

  function tell() {
    const height = document.body.getBoundingClientRect().height;
    // What is wider than the frame gets a scroll bar, which takes room as well.
    const bar =
      document.documentElement.scrollWidth > document.documentElement.clientWidth ? 18 : 0;
    parent.postMessage({ height: height + bar }, "*");
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    parent.postMessage({ key: event.key }, "*");
  });

  parent.postMessage({ ready: true }, "*");
})();
