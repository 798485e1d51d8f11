/* The tablet at its counter: invites, lets one person after the other answer, and keeps in touch with the service. */

import { activation } from "./activation.js";
import { Clock, written } from "./clock.js";
import { untouched } from "./idle.js";
import { choice, current, languages, number, say, show, speak, surround, words } from "./page.js";
import { Sender } from "./sender.js";
import { Refused, beat, config } from "./network.js";
import { send } from "./service.js";
import { Staff } from "./staff.js";
import { Visit } from "./visit.js";
import { Voice } from "./voice.js";

/** Presses on the mark that open the staff's door, and milliseconds that they must come within. */
const KNOCKS = 5, KNOCKING = 4_000;
/** Seconds between heartbeats while nothing else is known. */
const BEAT = 300;

export class Kiosk {
  clock = new Clock();
  language = { text: languages[0], voice: languages[0] };
  config = null;
  contact = null;
  full = false;
  revoked = false;
  voice = new Voice();
  #renewed = false; #knocks = []; #forget = () => {};

  constructor(store, shell) {
    this.store = store;
    this.shell = shell;
    this.sender = new Sender(store, this.clock, { name: "kiosk", send, told: (event) => this.#told(event) });
    this.staff = new Staff(this);
  }

  /** Begin with what is known from earlier, or by being set up. */
  async run() {
    navigator.storage.persist();
    this.#surround();
    const device = await this.store.known("device");
    if (device === undefined) await activation(this.store, this.clock, await this.store.lost());
    const contact = await this.store.known("contact");
    this.contact = contact?.at;
    this.clock.offset ??= contact?.offset ?? null;
    await this.#take();
    this.full = !(await this.store.hasRoom());
    await this.attract();
    this.sender.wake();
    this.#beat();
  }

  /** Invite the next person, in the language that visitors meet first. Only now is anything new taken up. */
  async attract() {
    this.#forget();
    if (this.#renewed) await this.#take();
    if (this.shell.renew()) return;
    this.#speak((await this.store.known("language")) ?? languages[0]);
    const resting = this.#resting();
    if (resting) return this.#rest(resting);
    show("attract", () => ({
      text: { ...this.#place(), title: words(this.config.instrument.title) },
      act: { begin: () => this.#visit() },
    }));
  }

  async #visit() {
    this.#forget();
    await new Visit(this).run();
    if (this.full) this.full = !(await this.store.hasRoom());
    await this.attract();
  }

  /** Why no answers can be taken; null if they can. */
  #resting() {
    if (this.revoked) return "revoked";
    if (this.full) return "full";
    return this.config ? null : "closed";
  }

  /** Take no answers for a while, and say why. */
  #rest(why) {
    const again = async () => {
      await activation(this.store, this.clock, false);
      this.revoked = false;
      await this.#take();
      await this.attract();
      this.sender.wake();
    };
    show("resting", () => ({
      text: { ...this.#place(), why: say(`why-${why}`) },
      has: { again: why === "revoked" },
      act: { again },
    }));
  }

  #place() {
    return { counter: words(this.config?.counter.name), agency: words(this.config?.agency.name) };
  }

  // What stands around every screen.

  #speak(language) {
    this.language = { text: languages.includes(language) ? language : languages[0], voice: language };
    speak(this.language.text);
    this.#surround();
  }

  /** A visitor's choice; forgotten again when nobody begins. */
  #choose(language) {
    this.#speak(language);
    this.#forget();
    if (current() !== "attract") return;
    this.#forget = untouched(this.config.settings.idle_warning_seconds, () => this.attract());
  }

  #surround() {
    const choices = [...languages, ...this.voice.spoken(languages)].map((code) =>
      choice(code, code === this.language.voice, () => this.#choose(code)),
    );
    surround("head", () => ({ act: { knock: () => this.#knock() }, lists: { languages: choices } }));
    this.#count();
  }

  async #count() {
    const { waiting } = await this.store.state();
    surround("foot", () => ({ has: { waiting: waiting > 0 }, text: { waiting: number(waiting) } }));
  }

  #knock() {
    const now = performance.now();
    this.#knocks = [...this.#knocks.filter((time) => now - time < KNOCKING), now];
    if (this.#knocks.length < KNOCKS || !["attract", "resting"].includes(current())) return;
    this.#knocks = [];
    this.#forget();
    this.staff.enter();
  }

  // In touch with the service.

  /** Take up what is known of the questionnaire. */
  async #take() {
    this.#renewed = false;
    this.config = await this.store.known("config");
    this.voice = new Voice(this.config?.settings.audio);
    this.voice.keep();
  }

  /** Fetch a new questionnaire, for when nobody is answering the present one. */
  async #renew() {
    try {
      const told = await config(await this.store.known("device"), this.config?.etag, this.clock);
      if (told === null) return;
      await this.store.configure(told);
      this.#renewed = true;
      this.#refresh();
    } catch {
      // It can't be had or kept now: the present one is asked, and the next contact tries again.
    }
  }

  #told({ kind, etag }) {
    if (kind === "revoked") this.revoked = true;
    if (kind === "heard") this.#heard(etag);
    this.#count();
    this.#refresh();
  }

  #heard(etag) {
    this.contact = Date.now();
    this.store.know("contact", { at: this.contact, offset: this.clock.offset }).catch(() => {});
    // While no survey is open there is no etag, and what was asked last stays.
    if (etag && etag !== this.config?.etag && !this.#renewed) this.#renew();
  }

  /** Say how the device is, from time to time for as long as it runs. */
  async #beat() {
    try {
      const { waiting, oldest, dead } = await this.store.state();
      const { usage, quota } = await navigator.storage.estimate();
      const storage = { persisted: await navigator.storage.persisted(), free: quota - usage };
      const status = { waiting, oldest, dead, app: this.shell.version, storage, device_time: written(Date.now()) };
      const told = await beat(await this.store.known("device"), status, this.clock);
      this.revoked = told.revoked;
      this.#heard(told.config_etag);
      this.sender.wake();
    } catch (fault) {
      if (fault instanceof Refused && fault.status === 401) this.revoked = true;
    }
    if (this.full) this.full = !(await this.store.hasRoom());
    this.shell.look();
    this.#refresh();
    setTimeout(() => this.#beat(), (this.config?.settings.heartbeat_seconds ?? BEAT) * 1_000);
  }

  /** Bring a screen that nobody is using up to date. */
  #refresh() {
    const resting = this.#resting() !== null && !this.#renewed;
    if (current() === "attract" && (resting || this.#renewed || this.shell.waits)) this.attract();
    if (current() === "resting" && !resting) this.attract();
  }
}
