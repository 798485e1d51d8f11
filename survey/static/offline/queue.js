/* The rules of the outbox. Pure: what was read comes in, what is to be written comes out.
   benchmarks/outbox.py says the same in Python; tests/browser/outbox.json holds the two together. */

/** Entries in one request at the most. */
export const BATCH = 50;
/** Entries in one request whose times are told so that others can be placed among them, at the most. */
const MARKS = 200;
/** Milliseconds before the first retry, and at the most; in between they double. */
const FIRST_PAUSE = 2_000, LONGEST_PAUSE = 300_000;

/** The number of a device's next entry: beyond every number that is remembered anywhere. */
export function nextAfter(...known) {
  return Math.max(0, ...known.filter(Number.isSafeInteger)) + 1;
}

/** What is sent next, in order. The entry that somebody is answering waits; those `passed` over had their turn. */
export function batch(entries, { answering = null, passed = [], most = BATCH } = {}) {
  return entries
    .filter((entry) => entry.id !== answering && !passed.includes(entry.id))
    .sort((one, other) => one.seq - other.seq)
    .slice(0, most);
}

/** The first and the last entry of each session of the app, in order: what others' times are told by. */
export function bounds(entries, most = MARKS) {
  const ordered = [...entries].sort((one, other) => one.seq - other.seq);
  const at = (index) => ordered[index]?.time.session;
  return ordered.filter((_, index) => at(index) !== at(index - 1) || at(index) !== at(index + 1)).slice(-most);
}

/**
 * What the server's results mean for the entries that were sent. What it holds is removed, what it refuses for good
 * is laid aside with its code; of everything else nothing is known, so it stays and is sent again.
 */
export function settle(sent, results) {
  const heard = new Map(results.map((result) => [result.id, result]));
  const settled = { held: [], refused: [] };
  for (const entry of sent) {
    const { outcome, code } = heard.get(entry.id) ?? {};
    if (outcome === "kept" || outcome === "known") settled.held.push(entry.seq);
    if (outcome === "refused") settled.refused.push({ ...entry, code: code ?? "refused" });
  }
  return settled;
}

/**
 * What to do about an answer that is no list of results: `wait` and send the same again, send it in `parts`,
 * `pass` over this one entry for now, lay it `aside` for good, or `stop`, because the device is signed out.
 */
export function after(status, size) {
  if (status === 401 || status === 403) return "stop";
  if (status === 400 || status === 413 || status === 422) return size > 1 ? "parts" : "aside";
  if (status === 500) return size > 1 ? "parts" : "pass";
  return "wait";
}

/** Milliseconds to wait after `failures` in a row; `chance` (0 to 1) keeps devices from coming back all at once. */
export function pause(failures, chance, asked = 0) {
  if (failures === 0) return 0;
  const doubled = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures - 1, 20));
  return Math.max(asked, doubled * (0.5 + chance / 2));
}

/** The same entries under another device: numbered anew, in their order, from `first` on. */
export function renumbered(entries, first) {
  return batch(entries, { most: entries.length }).map((entry, index) => ({ ...entry, seq: first + index }));
}
