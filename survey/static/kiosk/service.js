/* How a press is told to the service. */

import { hand } from "./network.js";

const { root } = document.body.dataset;

/** Hand over entries; gives what became of each. */
export function send(device, entries, state, clock, bounds = []) {
  const timed = (entry) => ({ seq: entry.seq, at: entry.time.at, clock: clock.told(entry.time) });
  const batch = entries.map((entry) => ({
    id: entry.id,
    counter: entry.counter,
    instrument: entry.instrument,
    wave: entry.wave,
    answers: entry.answers,
    language: entry.language,
    partial: entry.partial,
    ...timed(entry),
    ...(entry.comment ? { comment: entry.comment } : {}),
  }));
  return hand("responses", device, { batch, around: bounds.map(timed), ...state }, clock);
}

/** Where a receipt's square is drawn, and where a recording lies. */
export const squareOf = (code) => `${root}/kiosk/receipts/${encodeURIComponent(code)}.svg`;
