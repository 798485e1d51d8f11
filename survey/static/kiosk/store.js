/* What the tablet keeps: who it is and what it was told (`known`), answers that wait to be sent (`waiting`), and those
   that the service refused (`refused`). */

import { Durable, result } from "./durable.js";
import { nextAfter, renumbered } from "./queue.js";

const STORES = { known: null, waiting: "seq", refused: "id" };

export class Store {
  #kept;

  static async open() {
    const store = new Store();
    store.#kept = await Durable.open("hai-long-kiosk", STORES);
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

  /**
   * Take up a device: the same one with a new key goes on with its numbers; under another one, what waits is
   * numbered anew. A number that the server or the mark remembers is never given again. config: null while no
   * survey is open.
   */
  async activate(device, config) {
    const last = await this.#kept.in(["known", "waiting"], "readwrite", async (known, waiting) => {
      const before = await result(known.get("device"));
      const another = before !== undefined && before.id !== device.id;
      const counted = another ? 0 : await result(known.get("last"));
      let number = nextAfter((config?.next_seq ?? 1) - 1, counted, this.#kept.marked(device.id)) - 1;
      if (another) {
        const entries = await result(waiting.getAll());
        waiting.clear();
        for (const entry of renumbered(entries, number + 1)) waiting.put(entry);
        number += entries.length;
      }
      known.put(device, "device");
      known.put(config, "config");
      known.put(number, "last");
      return number;
    });
    this.#kept.mark(device.id, last);
  }

  configure(config) {
    return this.#kept.configure(config);
  }

  /** Keep the first answer of a visit: number and entry in one transaction. Gives the entry with its number. */
  async begin(entry) {
    const [kept, device] = await this.#kept.in(["known", "waiting"], "readwrite", async (known, waiting) => {
      const { id } = await result(known.get("device"));
      const numbered = { ...entry, seq: nextAfter(await result(known.get("last")), this.#kept.marked(id)) };
      known.put(numbered.seq, "last");
      waiting.add(numbered);
      return [numbered, id];
    });
    this.#kept.mark(device, kept.seq);
    return kept;
  }

  /** Keep what was added to an entry. Gives the entry. */
  update(entry) {
    return this.#kept.in(["waiting"], "readwrite", (waiting) => (waiting.put(entry), entry));
  }

  /** The first entries that wait, in order. */
  waiting(most) {
    return this.#kept.in(["waiting"], "readonly", (waiting) => result(waiting.getAll(null, most)));
  }

  state() {
    return this.#kept.state();
  }

  settle(settled) {
    return this.#kept.settle(settled);
  }

  refused() {
    return this.#kept.refused();
  }

  hasRoom() {
    return this.#kept.hasRoom();
  }

  /** Forget the device. Gives false, and forgets nothing, while an answer waits. */
  async leave() {
    const left = await this.#kept.in(["known", "waiting"], "readwrite", async (known, waiting) => {
      if (await result(waiting.count())) return false;
      known.clear();
      return true;
    });
    if (left) this.#kept.unmark();
    return left;
  }
}
