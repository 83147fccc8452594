// Keeps the pages of forms that were opened, and what they need, so that they open without a network; nothing else is ever kept.
const KEPT = "lingnan-forms";

let leaving = false;
self.addEventListener("message", (event) => { leaving = leaving || event.data === "leaving"; });
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const isKept = (url) => url.origin === self.location.origin
  && (url.pathname.startsWith("/static/") || /^\/forms\/[a-z][a-z0-9_.]*$/.test(url.pathname)) && !url.pathname.endsWith("worker.js");

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !isKept(url)) return;
  event.respondWith((async () => {
    try {
      const answer = await fetch(event.request);
      if (answer.ok && !answer.redirected && !leaving) await (await caches.open(KEPT)).put(url.pathname, answer.clone());
      return answer;
    } catch (fault) {
      const kept = await caches.match(url.pathname);
      if (kept) return kept;
      throw fault;
    }
  })());
});
