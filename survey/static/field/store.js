/* What the phone keeps: whom to visit and what to ask, interviews that go on (`drafts`), visits that wait to be sent
   (`waiting`), those that were refused (`refused`), and how visits ended that the service has not told of yet (`made`).
   All that names a place or an answer is sealed. */

import { Durable, result } from "./durable.js";
import { nextAfter, renumbered } from "./queue.js";
import { Vault } from "./vault.js";

const STORES = { known: null, waiting: "seq", refused: "id", drafts: "unit", made: "id" };

export class Store {
  #kept;
  vault = null;

  static async open() {
    const store = new Store();
    store.#kept = await Durable.open("hai-long-field", STORES);
    return store;
  }

  known(name) {
    return this.#kept.known(name);
  }

  know(name, value) {
    return this.#kept.know(name, value);
  }

  lost() {
    return this.#kept.lost();
  }

  hasRoom() {
    return this.#kept.hasRoom();
  }

  refused() {
    return this.#kept.refused();
  }

  /** Take up a phone: the same one goes on with its numbers; under another id, what waits is numbered anew. */
  async activate(device, config) {
    const last = await this.#kept.in(["known", "waiting"], "readwrite", async (known, waiting) => {
      const before = await result(known.get("device"));
      const another = before !== undefined && before.id !== device.id;
      const counted = another ? 0 : await result(known.get("last"));
      let number = nextAfter(config.next_seq - 1, counted, this.#kept.marked(device.id)) - 1;
      if (another) {
        const entries = await result(waiting.getAll());
        waiting.clear();
        for (const entry of renumbered(entries, number + 1)) waiting.put(entry);
        number += entries.length;
      }
      known.put(device, "device");
      known.put(number, "last");
      return number;
    });
    this.#kept.mark(device.id, last);
  }

  /** Lock what is kept with a new PIN; null where the secret opens another vault. */
  async lock(pin, secret) {
    const before = await this.known("vault");
    const made = before ? await Vault.renew(before, pin, secret) : await Vault.make(pin, secret);
    if (made === null) return null;
    await this.know("vault", made.kept);
    this.vault = made.vault;
    return made.vault;
  }

  /** Open what is kept with the PIN; whether it was right. */
  async unlock(pin) {
    this.vault = await Vault.open(await this.known("vault"), pin);
    return this.vault !== null;
  }

  /** Keep whom to visit and what to ask; visits that the service holds are told by it from now on. */
  async configure(config) {
    const sealed = await this.vault.seal(config);
    await this.#kept.in(["known", "waiting", "made"], "readwrite", async (known, waiting, made) => {
      known.put(nextAfter(config.next_seq - 1, await result(known.get("last"))) - 1, "last");
      known.put(sealed, "config");
      const still = new Set((await result(waiting.getAll())).map((entry) => entry.id));
      for (const one of await result(made.getAll())) if (!still.has(one.id)) made.delete(one.id);
    });
  }

  async config() {
    const sealed = await this.known("config");
    return sealed ? this.vault.open(sealed) : null;
  }

  /** Unit -> how its visits ended that the service has not told of yet, in their order. */
  async made() {
    const rows = await this.#kept.in(["made"], "readonly", (made) => result(made.getAll()));
    const found = {};
    for (const { unit, disposition } of rows.sort((one, other) => one.seq - other.seq)) {
      (found[unit] ??= []).push(disposition);
    }
    return found;
  }

  /** The units with an interview that goes on. */
  async drafted() {
    return new Set(await this.#kept.in(["drafts"], "readonly", (drafts) => result(drafts.getAllKeys())));
  }

  async draft(unit) {
    const kept = await this.#kept.in(["drafts"], "readonly", (drafts) => result(drafts.get(unit)));
    return kept ? this.vault.open(kept.sealed) : null;
  }

  /** Keep how far an interview is, durably. */
  async keepDraft(draft) {
    const sealed = await this.vault.seal(draft);
    await this.#kept.in(["drafts"], "readwrite", (drafts) => void drafts.put({ unit: draft.unit, sealed }));
  }

  /** Keep a visit: its number, what is told of it, and the end of the draft, in one transaction. */
  async keep(visit, time) {
    const sealed = await this.vault.seal(visit);
    const { id, unit, disposition } = visit;
    const stores = ["known", "waiting", "drafts", "made"];
    const [seq, device] = await this.#kept.in(stores, "readwrite", async (known, waiting, drafts, made) => {
      const { id: own } = await result(known.get("device"));
      const next = nextAfter(await result(known.get("last")), this.#kept.marked(own));
      known.put(next, "last");
      waiting.add({ seq: next, id, time, answered: Boolean(visit.interview), sealed });
      made.put({ id, unit, disposition, seq: next });
      if (visit.interview) drafts.delete(unit);
      return [next, own];
    });
    this.#kept.mark(device, seq);
  }

  /** The first visits that wait, in order; none while the phone is locked. */
  async waiting(most) {
    if (!this.vault) return [];
    const rows = await this.#kept.in(["waiting"], "readonly", (waiting) => result(waiting.getAll(null, most)));
    return Promise.all(rows.map(async ({ sealed, ...row }) => ({ ...(await this.vault.open(sealed)), ...row })));
  }

  /** How much waits, since when, and how much was refused. */
  async state() {
    const state = await this.#kept.state();
    const rows = await this.#kept.in(["waiting"], "readonly", (waiting) => result(waiting.getAll()));
    return { ...state, interviews: rows.filter((row) => row.answered).length };
  }

  /** Forget what the service holds; of what it refused, keep it sealed. */
  async settle({ held, refused }) {
    const sealed = new Map();
    for (const entry of refused) sealed.set(entry.id, await this.vault.seal(entry));
    const laid = ({ id, seq, time, unit, code }) => ({ id, seq, at: time.at, unit, code, sealed: sealed.get(id) });
    return this.#kept.settle({ held, refused }, laid);
  }

  /** Forget everything. Gives false, and forgets nothing, while a visit waits or an interview goes on. */
  async leave() {
    const all = Object.keys(STORES);
    const left = await this.#kept.in(all, "readwrite", async (...stores) => {
      const [, waiting, , drafts] = stores;
      if ((await result(waiting.count())) + (await result(drafts.count()))) return false;
      for (const store of stores) store.clear();
      return true;
    });
    if (left) this.#kept.unmark();
    return left;
  }
}
