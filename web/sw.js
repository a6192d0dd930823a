// Keeps the page's own files, so that it opens without a network and says so. No mail is kept.

const KEPT = "mayfly";

self.addEventListener("install", (event) => {
  // What a page asks for while it is left gets lost here: the API is asked past this worker.
  event.addRoutes?.({ condition: { urlPattern: "/api/*" }, source: "network" });
  event.waitUntil(Promise.all([keepAll(), self.skipWaiting()]));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs =
    url.origin === self.location.origin &&
    (url.pathname === "/" || /^\/[\w-]+\.(js|css|svg|png|webmanifest)$/.test(url.pathname));
  if (request.method === "GET" && isOurs) event.respondWith(fresh(request));
});

/** What the first opening has loaded just before this worker was there; it is not loaded again. */
async function keepAll() {
  const kept = await caches.open(KEPT);
  const page = await fetch("/", { cache: "force-cache" });
  const names = (await page.clone().text()).match(/(?<=")\/[\w-]+\.(js|css|svg|webmanifest)(?=")/g);
  await kept.put("/", page);
  await kept.addAll([...new Set(names)].map((name) => new Request(name, { cache: "force-cache" })));
}

/** What the network says; what was kept, where it says nothing. */
async function fresh(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const answer = await kept.match(request);
    if (answer) return answer;
    throw error;
  }
}
