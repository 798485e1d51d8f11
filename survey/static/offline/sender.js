/* Sends what waits, one batch after the other, again and again until the service holds it. Across all windows of the
   device only one sends at a time. */

import { BATCH, after, batch, bounds, pause, settle } from "./queue.js";
import { Offline } from "./network.js";

export class Sender {
  #store; #clock; #send; #told; #lock;
  #timer = null; #failures = 0; #passed = []; #most = BATCH; #running = null; #again = false;
  /** Where the app was started and stopped while what waits was pressed, read once: later presses have their age. */
  #bounds = null;
  #waited = new Map();

  /** The id of the entry that somebody is answering: it is not sent yet. */
  answering = null;

  /**
   * send(device, entries, state, clock, bounds): hands them over, and gives what became of each.
   * told(event): `heard` after each batch that was taken, with the config's etag; `revoked` when signed out.
   * name: of the app, since one device may have several.
   */
  constructor(store, clock, { name, send, told }) {
    this.#store = store;
    this.#clock = clock;
    this.#send = send;
    this.#told = told;
    this.#lock = `hai-long-${name}-sender`;
    addEventListener("online", () => this.wake());
  }

  /** Send now, without waiting for the pause to end. Resolves when nothing more can be done at the moment. */
  wake() {
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run() {
    clearTimeout(this.#timer);
    while (this.#again) {
      this.#again = false;
      await navigator.locks.request(this.#lock, () => this.#drain());
    }
  }

  /** What the service says of an entry, if it answers within some milliseconds; null otherwise. */
  heard(id, milliseconds) {
    return new Promise((resolve) => {
      setTimeout(resolve, milliseconds, null);
      this.#waited.set(id, resolve);
    }).finally(() => this.#waited.delete(id));
  }

  async #drain() {
    const device = await this.#store.known("device");
    this.#bounds ??= bounds(await this.#store.waiting());
    for (;;) {
      // A visit may end while its entry is read: what was read is then older than what is kept.
      const before = this.answering;
      const entries = await this.#store.waiting(BATCH + 2 + this.#passed.length);
      const sent = batch(entries, { answering: this.answering, passed: [before, ...this.#passed], most: this.#most });
      if (!device || sent.length === 0) break;
      if (!(await this.#deliver(device, sent))) return;
    }
    this.#most = BATCH;
    if (!this.answering && !this.#passed.length) this.#bounds = [];
    if (this.#passed.length) this.#later(0);
    this.#passed = [];
  }

  /** Send one batch, and do what the answer asks for; whether to go on at once. */
  async #deliver(device, sent) {
    try {
      const told = await this.#send(device, sent, await this.#store.state(), this.#clock, this.#bounds);
      const settled = settle(sent, told.results);
      if (settled.held.length + settled.refused.length === 0) throw new Offline("nothing that was sent was answered");
      await this.#store.settle(settled);
      this.#failures = 0;
      for (const heard of told.results) this.#waited.get(heard.id)?.(heard);
      this.#told({ kind: "heard", etag: told.config_etag });
      return true;
    } catch (fault) {
      return this.#failed(fault, sent);
    }
  }

  async #failed(fault, sent) {
    const todo = fault instanceof Offline || !fault.status ? "wait" : after(fault.status, sent.length);
    if (todo === "stop") this.#told({ kind: "revoked" });
    if (todo === "parts") this.#most = Math.ceil(sent.length / 2);
    if (todo === "pass") this.#passed.push(...sent.map((entry) => entry.id));
    if (todo === "aside") {
      await this.#store.settle({ held: [], refused: sent.map((entry) => ({ ...entry, code: fault.code })) });
    }
    if (todo === "wait") this.#later(fault.wait ?? 0);
    return todo !== "wait" && todo !== "stop";
  }

  #later(asked) {
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), pause(this.#failures, Math.random(), asked));
  }
}
