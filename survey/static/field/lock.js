/* The PIN: chosen when the phone is set up, and asked for whenever the app was left alone. */

import { element, number, say, show } from "./page.js";
import { slowed } from "./pin.js";

const FEWEST = 6, MOST = 12;

const field = (name, label, focus) => [
  element("label", { for: name }, label),
  element("input", {
    id: name,
    name,
    class: "code",
    type: "password",
    inputmode: "numeric",
    autocomplete: "off",
    maxlength: MOST,
    "data-focus": focus,
  }),
];

/** Ask until `check` of what was typed gives no name of a fault; resolves with what was typed first. */
function typed(screen, fields, check) {
  return new Promise((done) => {
    let fault = null;
    const submit = async (event) => {
      event.preventDefault();
      const form = event.currentTarget;
      form.elements.go.disabled = true;
      const given = fields.map(([name]) => form.elements[name].value.trim());
      fault = await check(...given);
      if (fault === null) return done(given[0]);
      ask();
    };
    const ask = () =>
      show(screen, () => ({
        has: { fault: fault !== null },
        text: { fault: fault?.() },
        lists: { fields: fields.flatMap(([name, label], place) => field(name, say(label), place === 0)) },
        on: { submit },
      }));
    ask();
  });
}

/** A new PIN, typed twice. */
export function chosen() {
  return typed("choose", [["first", "pin-first"], ["again", "pin-again"]], (first, again) => {
    if (!/^[0-9]*$/.test(first) || first.length < FEWEST) return () => say("pin-short", { n: number(FEWEST) });
    if (new Set(first).size < 3) return () => say("pin-simple");
    return first === again ? null : () => say("pin-differs");
  });
}

/**
 * Ask for the PIN until it opens what is kept. Wrong tries are counted before the PIN is looked at, so that a
 * restart forgets none of them.
 */
export function unlocking(store) {
  let since = performance.now();
  return typed("unlock", [["first", "pin-own"]], async (pin) => {
    const failures = (await store.known("failures")) ?? 0;
    const left = since + slowed(failures) - performance.now();
    if (left > 0) return () => say("pin-wait", { n: number(Math.ceil(left / 1_000)) });
    await store.know("failures", failures + 1);
    if (!(await store.unlock(pin))) {
      since = performance.now();
      return () => say("pin-wrong");
    }
    await store.know("failures", 0);
    return null;
  });
}
