/* Notices that nobody is there any more: warns, counts down, and then clears the screen. */

import { cover, number, say, uncover } from "./page.js";

const SIGNS = ["pointerdown", "keydown", "input", "wheel", "touchmove"];
/** Seconds that a person has to answer the warning at the least (WCAG 2.2, 2.2.1). */
const LEAST = 20;

/** Watch until `stop` is called. `fate()` names the sentence that tells what will happen; `left()` makes it happen. */
export function watch({ idle_warning_seconds: quiet, idle_reset_seconds: grace }, fate, left) {
  let timer = null;

  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(warn, quiet * 1_000);
  };
  const sign = () => {
    if (!document.querySelector("dialog")) rest();
  };
  const warn = () => {
    const end = performance.now() + Math.max(LEAST, grace) * 1_000;
    const seconds = () => Math.ceil((end - performance.now()) / 1_000);
    const dialog = cover("idle", () => ({
      text: { left: number(seconds()), fate: say(fate()) },
      act: {
        stay: () => (uncover(), rest()),
        end: left,
      },
    }));
    const tick = () => {
      if (seconds() <= 0) return left();
      dialog.querySelector("[data-text=left]").textContent = number(seconds());
      timer = setTimeout(tick, 1_000);
    };
    clearTimeout(timer);
    timer = setTimeout(tick, 1_000);
  };

  for (const name of SIGNS) addEventListener(name, sign, { passive: true });
  rest();
  return function stop() {
    clearTimeout(timer);
    for (const name of SIGNS) removeEventListener(name, sign);
    uncover();
  };
}

/** Run `ended` after some seconds without a touch, unless what is returned was called before. */
export function untouched(seconds, ended) {
  let timer = null;
  const begin = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (stop(), ended()), seconds * 1_000);
  };
  const stop = () => {
    clearTimeout(timer);
    for (const name of SIGNS) removeEventListener(name, begin);
  };
  for (const name of SIGNS) addEventListener(name, begin, { passive: true });
  begin();
  return stop;
}
