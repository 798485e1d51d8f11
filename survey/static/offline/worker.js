/* The service worker: keeps the app's files, so that it starts without a network. It never touches an answer.
   The service puts SHELL before this: the version, which follows from the files' content, and their addresses. */
/* global SHELL */

const CACHE = `hai-long-${SHELL.app}-${SHELL.version}`;
const OURS = new RegExp(`^hai-long-${SHELL.app}-[0-9a-f]+$`);

addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(SHELL.files.map((file) => new Request(file, { cache: "reload" })))),
  );
});

addEventListener("activate", (event) => {
  const clear = async () => {
    const old = (await caches.keys()).filter((name) => OURS.test(name) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(clear());
});

addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  const page = event.request.mode === "navigate" && address.pathname === new URL(SHELL.page, location).pathname;
  if (!page && !SHELL.files.includes(address.pathname + address.search)) return;
  const kept = caches.open(CACHE).then((cache) => cache.match(page ? SHELL.page : event.request, { ignoreVary: true }));
  event.respondWith(kept.then((answer) => answer ?? fetch(event.request)));
});
