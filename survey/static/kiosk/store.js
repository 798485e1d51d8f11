/* What the device keeps, in IndexedDB: who it is and what it was told (`known`), answers that wait to be sent
   (`waiting`), and those that the service refused (`refused`). Nothing counts as kept before its transaction is on
   the disk, hence durability "strict". */

import { nextAfter, renumbered } from "./queue.js";

const NAME = "hai-long-kiosk", VERSION = 1;
/** Outside IndexedDB, as device:number of the last entry: tells a new device from one that lost what it kept. */
const MARK = "hai-long-kiosk-last";

/** There is no room left: nothing of this write was kept. */
export class Full extends Error {}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("known");
      request.result.createObjectStore("waiting", { keyPath: "seq" });
      request.result.createObjectStore("refused", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The last number that was marked for a device; null without one. */
function marked(device) {
  const [id, seq] = (localStorage.getItem(MARK) ?? "").split(":");
  return id === device ? Number.parseInt(seq, 10) : null;
}

/** The mark is a second witness: where it cannot be written, the server's own count remains. */
function mark(device, seq) {
  try {
    localStorage.setItem(MARK, `${device}:${seq}`);
  } catch (fault) {
    if (fault.name !== "QuotaExceededError") throw fault;
  }
}

export class Store {
  #database;

  static async open() {
    const store = new Store();
    store.#database = await opened();
    // The browser closes it only when what was kept is gone or broken: begin anew with what there is.
    store.#database.onclose = () => location.reload();
    return store;
  }

  /** Run `work` over object stores in one transaction: resolves when all of it is durable, rejects with none of it. */
  async #in(names, mode, work) {
    const transaction = this.#database.transaction(names, mode, { durability: "strict" });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    });
    try {
      const [found] = await Promise.all([work(...names.map((name) => transaction.objectStore(name))), ended]);
      return found;
    } catch (fault) {
      throw fault?.name === "QuotaExceededError" ? new Full() : fault;
    }
  }

  /** What is known under a name; undefined if nothing is. */
  known(name) {
    return this.#in(["known"], "readonly", (known) => result(known.get(name)));
  }

  know(name, value) {
    return this.#in(["known"], "readwrite", (known) => result(known.put(value, name)));
  }

  /** Whether there was a device here whose storage is gone. */
  async lost() {
    return localStorage.getItem(MARK) !== null && (await this.known("device")) === undefined;
  }

  /**
   * Take up a device: the same one with a new key goes on with its numbers; under another one, what waits is
   * numbered anew. A number that the server or the mark remembers is never given again. config: null while no
   * survey is open.
   */
  async activate(device, config) {
    const last = await this.#in(["known", "waiting"], "readwrite", async (known, waiting) => {
      const before = await result(known.get("device"));
      const another = before !== undefined && before.id !== device.id;
      const counted = another ? 0 : await result(known.get("last"));
      let number = nextAfter((config?.next_seq ?? 1) - 1, counted, marked(device.id)) - 1;
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
    mark(device.id, last);
  }

  /** Keep what shall be asked from now on, and give no number that the server remembers. */
  configure(config) {
    return this.#in(["known"], "readwrite", async (known) => {
      known.put(nextAfter(config.next_seq - 1, await result(known.get("last"))) - 1, "last");
      known.put(config, "config");
    });
  }

  /** Keep the first answer of a visit: number and entry in one transaction. Gives the entry with its number. */
  async begin(entry) {
    const [kept, device] = await this.#in(["known", "waiting"], "readwrite", async (known, waiting) => {
      const { id } = await result(known.get("device"));
      const numbered = { ...entry, seq: nextAfter(await result(known.get("last")), marked(id)) };
      known.put(numbered.seq, "last");
      waiting.add(numbered);
      return [numbered, id];
    });
    mark(device, kept.seq);
    return kept;
  }

  /** Keep what was added to an entry. Gives the entry. */
  update(entry) {
    return this.#in(["waiting"], "readwrite", (waiting) => (waiting.put(entry), entry));
  }

  /** The first entries that wait, in order. */
  waiting(most) {
    return this.#in(["waiting"], "readonly", (waiting) => result(waiting.getAll(null, most)));
  }

  /** How many wait, since when, and how many were refused. */
  state() {
    return this.#in(["waiting", "refused"], "readonly", async (waiting, refused) => {
      const [first] = await result(waiting.getAll(null, 1));
      return {
        waiting: await result(waiting.count()),
        oldest: first?.time.at ?? null,
        dead: await result(refused.count()),
      };
    });
  }

  /** Remove what the server holds, and lay aside what it refused, at once. */
  settle({ held, refused }) {
    return this.#in(["waiting", "refused"], "readwrite", async (waiting, aside) => {
      for (const entry of refused) aside.put(entry);
      for (const seq of [...held, ...refused.map((entry) => entry.seq)]) waiting.delete(seq);
    });
  }

  refused() {
    return this.#in(["refused"], "readonly", (refused) => result(refused.getAll()));
  }

  /** Whether something of an entry's size can be kept; tried, because estimates say otherwise. */
  async hasRoom() {
    try {
      await this.know("room", crypto.getRandomValues(new Uint8Array(65_536)));
      await this.know("room", null);
      return true;
    } catch {
      return false;
    }
  }

  /** Forget the device. Gives false, and forgets nothing, while an answer waits. */
  async leave() {
    const left = await this.#in(["known", "waiting"], "readwrite", async (known, waiting) => {
      if (await result(waiting.count())) return false;
      known.clear();
      return true;
    });
    if (left) localStorage.removeItem(MARK);
    return left;
  }
}
