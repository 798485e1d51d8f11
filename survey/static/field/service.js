/* How a visit is told to the service. */

import { hand } from "./network.js";

/** Hand over visits; gives what became of each. */
export function send(device, entries, { waiting, oldest, dead }, clock, bounds = []) {
  const timed = (entry) => ({ seq: entry.seq, at: entry.time.at, clock: clock.told(entry.time) });
  const batch = entries.map((entry) => ({
    id: entry.id,
    unit: entry.unit,
    disposition: entry.disposition,
    ...(entry.interview ? { interview: entry.interview } : {}),
    ...timed(entry),
  }));
  const body = { batch, around: bounds.map(timed), waiting, oldest, dead };
  return hand("visits", device, body, clock);
}
