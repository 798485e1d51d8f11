/* The staff's door: a PIN, and behind it how the tablet is. No answer is shown here either. */

import { untouched } from "./idle.js";
import { choice, element, languages, number, say, show, words } from "./page.js";
import { matches, slowed } from "./pin.js";

/** Seconds after which an untouched staff screen goes back to the survey. */
const QUIET = 60;
const LONGEST_PIN = 12;

export class Staff {
  #kiosk; #stop = () => {};
  #typed = ""; #fault = null; #since = performance.now();

  constructor(kiosk) {
    this.#kiosk = kiosk;
  }

  /** Ask for the PIN; without one set, the screen shows the state and lets nothing be changed. */
  enter() {
    this.#stop = untouched(QUIET, () => this.#leave());
    this.#typed = "";
    this.#fault = null;
    if (this.#kiosk.config?.settings.pin) this.#door();
    else this.#room();
  }

  #leave() {
    this.#stop();
    this.#typed = "";
    this.#kiosk.attract();
  }

  #door() {
    const press = (key) => () => this.#press(key);
    const keys = [..."123456789", "erase", "0", "enter"];
    const word = (key) => (key.length > 1 ? say(`pin-${key}`) : key);
    show("pin", () => ({
      text: { ...this.#dots(), fault: this.#fault?.() },
      has: { fault: this.#fault !== null },
      act: { leave: () => this.#leave() },
      on: { keydown: (event) => this.#key(event) },
      lists: {
        pad: keys.map((key) =>
          element("button", { type: "button", class: key === "enter" ? null : "second", click: press(key) }, word(key)),
        ),
      },
    }));
  }

  #key(event) {
    const key = { Backspace: "erase" }[event.key] ?? (/^[0-9]$/.test(event.key) ? event.key : null);
    if (key === null) return;
    event.preventDefault();
    this.#press(key);
  }

  #press(key) {
    if (key === "enter") return this.#try();
    this.#typed = key === "erase" ? this.#typed.slice(0, -1) : (this.#typed + key).slice(0, LONGEST_PIN);
    for (const [name, text] of Object.entries(this.#dots())) {
      document.querySelector(`[data-text=${name}]`).textContent = text;
    }
  }

  /** How much was typed, for eyes and for readers. */
  #dots() {
    const typed = this.#typed.length;
    return { typed: "●".repeat(typed), count: say("pin-typed", { n: number(typed) }) };
  }

  /** Wrong tries are counted on the device before the PIN is looked at, so that a restart forgets none of them. */
  async #try() {
    const { store, config } = this.#kiosk;
    const typed = this.#typed;
    this.#typed = "";
    const failures = (await store.known("failures")) ?? 0;
    const left = this.#since + slowed(failures) - performance.now();
    if (left > 0) return this.#refuse(() => say("pin-wait", { n: number(Math.ceil(left / 1_000)) }));
    await store.know("failures", failures + 1);
    if (!(await matches(typed, config.settings.pin))) {
      this.#since = performance.now();
      return this.#refuse(() => say("pin-wrong"));
    }
    await store.know("failures", 0);
    this.#room();
  }

  #refuse(fault) {
    this.#fault = fault;
    this.#door();
  }

  async #room(outcome = null, sure = false) {
    const { store, config, contact, shell } = this.#kiosk;
    const device = await store.known("device");
    const first = (await store.known("language")) ?? languages[0];
    const state = await store.state();
    const refused = await store.refused();
    const storage = await this.#storage();
    const how = { dateStyle: "medium", timeStyle: "short" };
    const when = new Intl.DateTimeFormat(document.documentElement.lang, how);
    const written = (time) => (time ? when.format(new Date(time)) : say("never"));
    show("staff", () => ({
      text: {
        agency: words(config?.agency.name),
        counter: words(config?.counter.name),
        device: device.id,
        waiting: number(state.waiting),
        oldest: state.oldest ? written(state.oldest) : say("none"),
        contact: written(contact),
        storage: storage(),
        version: shell.version,
        outcome: outcome && say(outcome),
      },
      has: {
        outcome: outcome !== null,
        refused: refused.length > 0,
        "none-refused": refused.length === 0,
        may: Boolean(config?.settings.pin),
      },
      act: {
        leave: () => this.#leave(),
        send: () => this.#send(),
        out: () => (sure ? this.#signOut() : this.#room("out-sure", true)),
      },
      lists: {
        refused: refused.map(row),
        default: languages.map((code) => choice(code, code === first, () => this.#prefer(code))),
      },
    }));
  }

  async #send() {
    await this.#kiosk.sender.wake();
    const { waiting } = await this.#kiosk.store.state();
    this.#room(waiting ? "sent-not" : "sent-all");
  }

  async #prefer(code) {
    await this.#kiosk.store.know("language", code);
    this.#room();
  }

  async #signOut() {
    if (!(await this.#kiosk.store.leave())) return this.#room("out-not");
    location.reload();
  }

  /** Whether the browser may clear what is kept, and how much that is. */
  async #storage() {
    const safe = await navigator.storage.persisted();
    const { usage, quota } = await navigator.storage.estimate();
    const megabytes = (size) => number(size / 1e6, { maximumFractionDigits: 1 });
    return () => say(safe ? "storage-safe" : "storage-unsafe", { used: megabytes(usage), room: megabytes(quota) });
  }
}

/** A refused entry without its answers: its number, its day, and why. */
function row(entry) {
  const cells = [number(entry.seq), entry.time.at.slice(0, 10), element("code", {}, entry.code)];
  return element("tr", {}, ...cells.map((cell) => element("td", {}, cell)));
}
