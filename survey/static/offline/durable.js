/* What a device keeps, in IndexedDB: nothing counts as kept before its transaction is on the disk, hence durability
   "strict". And the mark outside it, as device:number of the last entry, which tells a new device from one that lost
   what it kept. */

import { nextAfter } from "./queue.js";

/** There is no room left: nothing of this write was kept. */
export class Full extends Error {}

/** What a request of IndexedDB comes to. */
export function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function opened(name, stores) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(stores)) {
      request.result.createObjectStore(store, keyPath ? { keyPath } : undefined);
    }
  };
  return result(request);
}

export class Durable {
  #database; #mark;

  /** stores: name of each object store and the path of its key, null where keys are given. */
  static async open(name, stores) {
    const made = new Durable();
    made.#mark = `${name}-last`;
    made.#database = await opened(name, stores);
    // The browser closes it only when what was kept is gone or broken: begin anew with what there is.
    made.#database.onclose = () => location.reload();
    return made;
  }

  /** Run `work` over object stores in one transaction: resolves when all of it is durable, rejects with none of it. */
  async in(names, mode, work) {
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
    return this.in(["known"], "readonly", (known) => result(known.get(name)));
  }

  know(name, value) {
    return this.in(["known"], "readwrite", (known) => result(known.put(value, name)));
  }

  /** Whether there was a device here whose storage is gone. */
  async lost() {
    return localStorage.getItem(this.#mark) !== null && (await this.known("device")) === undefined;
  }

  /** The last number that was marked for a device; null without one. */
  marked(device) {
    const [id, seq] = (localStorage.getItem(this.#mark) ?? "").split(":");
    return id === device ? Number.parseInt(seq, 10) : null;
  }

  /** The mark is a second witness: where it cannot be written, the server's own count remains. */
  mark(device, seq) {
    try {
      localStorage.setItem(this.#mark, `${device}:${seq}`);
    } catch (fault) {
      if (fault.name !== "QuotaExceededError") throw fault;
    }
  }

  unmark() {
    localStorage.removeItem(this.#mark);
  }

  /** Keep what shall be asked from now on, and give no number that the server remembers. */
  configure(config) {
    return this.in(["known"], "readwrite", async (known) => {
      known.put(nextAfter(config.next_seq - 1, await result(known.get("last"))) - 1, "last");
      known.put(config, "config");
    });
  }

  /** Remove what the server holds, and lay aside what it refused, at once. `laid` says what is kept of that. */
  settle({ held, refused }, laid = (entry) => entry) {
    return this.in(["waiting", "refused"], "readwrite", async (waiting, aside) => {
      for (const entry of refused) aside.put(laid(entry));
      for (const seq of [...held, ...refused.map((entry) => entry.seq)]) waiting.delete(seq);
    });
  }

  /** How many wait, since when, and how many were refused. */
  state() {
    return this.in(["waiting", "refused"], "readonly", async (waiting, refused) => {
      const [first] = await result(waiting.getAll(null, 1));
      return {
        waiting: await result(waiting.count()),
        oldest: first?.time.at ?? null,
        dead: await result(refused.count()),
      };
    });
  }

  refused() {
    return this.in(["refused"], "readonly", (refused) => result(refused.getAll()));
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
}
