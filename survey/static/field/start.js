/* Where it begins: one window of the phone asks, any other waits until that one is closed. */

import { Field } from "./field.js";
import { say, show, surround } from "./page.js";
import { Shell } from "./shell.js";
import { Store } from "./store.js";

const LOCK = "hai-long-field-screen";
/** Milliseconds until a window that failed begins anew. */
const PATIENCE = 15_000;

function rest(why) {
  surround("foot");
  show("resting", () => ({ text: { why: say(`why-${why}`) } }));
}

async function start() {
  if (!isSecureContext || !navigator.locks || !window.indexedDB || !navigator.serviceWorker) return rest("unable");
  const shell = new Shell();
  shell.keep().catch(() => {});
  const alone = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && begin(shell));
  if (alone === null) {
    rest("elsewhere");
    await navigator.locks.request(LOCK, () => begin(shell));
  }
}

/** Run for as long as the window lives: the lock is held until then. */
async function begin(shell) {
  try {
    await new Field(await Store.open(), shell).run();
  } catch {
    rest("unable");
  }
  return new Promise(() => {});
}

/** What nobody foresaw ends in an honest screen, and in a new beginning with all that is kept. */
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  rest("unable");
  setTimeout(() => location.reload(), PATIENCE);
});

start();
