/* Where an app begins: one window of the device asks, any other waits until that one is closed. */

import { say, show, surround } from "./page.js";
import { Shell } from "./shell.js";

/** Milliseconds until a window that failed begins anew. */
const PATIENCE = 15_000;

function rest(why) {
  surround("foot");
  show("resting", () => ({ text: { why: say(`why-${why}`) } }));
}

/** What nobody foresaw ends in an honest screen, and in a new beginning with all that is kept. */
function beginAnew(event) {
  event.preventDefault();
  rest("unable");
  setTimeout(() => location.reload(), PATIENCE);
}

/** The lock is held until the window is gone. */
async function hold(run, shell) {
  try {
    await run(shell);
  } catch {
    rest("unable");
  }
  return new Promise(() => {});
}

/** Run an app in this window, when no other has it. name: of the lock · run: the app over its shell */
export async function begin(name, run) {
  addEventListener("unhandledrejection", beginAnew);
  if (!isSecureContext || !navigator.locks || !window.indexedDB || !navigator.serviceWorker) return rest("unable");
  const shell = new Shell();
  shell.keep().catch(() => {});
  const alone = await navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && hold(run, shell));
  if (alone === null) {
    rest("elsewhere");
    await navigator.locks.request(name, () => hold(run, shell));
  }
}
