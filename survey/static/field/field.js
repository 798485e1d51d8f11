/* The interviewer's phone: whom she visits by village, how each visit ended, and what waits to be sent. */

import { activation } from "./activation.js";
import { Clock, written } from "./clock.js";
import { Interview } from "./interview.js";
import { chosen, unlocking } from "./lock.js";
import { askable, finished, offered, standing } from "./machine.js";
import { Refused, beat, config } from "./network.js";
import { choice, cover, current, element, languages, number, say, show, speak, surround, uncover, words } from "./page.js";
import { Sender } from "./sender.js";
import { send } from "./service.js";

/** Screens on which nothing is lost by going to the list, or by taking up what is new. */
const QUIET = ["home", "village", "unit", "phone"];
const SIGNS = ["pointerdown", "keydown", "input"];
/** Seconds between heartbeats while nothing else is known. */
const BEAT = 300;

export class Field {
  clock = new Clock();
  config = null;
  #contact = null; #made = {}; #drafted = new Set(); #revoked = false; #lockTimer = null; #village = null;

  constructor(store, shell) {
    this.store = store;
    this.shell = shell;
    this.sender = new Sender(store, this.clock, { name: "field", send, told: (event) => this.#told(event) });
  }

  /** Begin with being set up, or with the PIN. */
  async run() {
    navigator.storage.persist();
    speak((await this.store.known("language")) ?? languages[0]);
    await this.#surround();
    const shown = location.hash.slice(1);
    if ((await this.store.known("device")) === undefined || shown) await this.#setUp(shown);
    else await unlocking(this.store);
    const contact = await this.store.known("contact");
    this.#contact = contact?.at ?? null;
    this.clock.offset ??= contact?.offset ?? null;
    for (const sign of SIGNS) addEventListener(sign, () => this.#untouched(), { passive: true });
    await this.#take();
    await this.home();
    this.sender.wake();
    this.#beat();
  }

  /** A code makes the phone hers; then a PIN locks what it keeps. */
  async #setUp(shown) {
    history.replaceState(null, "", location.pathname);
    const told = await activation(this.store, this.clock, await this.store.lost(), shown);
    this.#revoked = false;
    const pin = await chosen();
    // A vault of another phone opens with its own PIN alone.
    if ((await this.store.lock(pin, told.vault)) === null) await unlocking(this.store);
    await this.store.configure(told.config);
    await this.store.know("failures", 0);
  }

  /** Take up what is known of units and questions. */
  async #take() {
    this.config = await this.store.config();
    await this.#recall();
  }

  async #recall() {
    this.#made = await this.store.made();
    this.#drafted = await this.store.drafted();
  }

  #untouched() {
    clearTimeout(this.#lockTimer);
    this.#lockTimer = setTimeout(() => this.#lock(), this.config.settings.lock_seconds * 1_000);
  }

  /** Forget the key, and begin with the PIN: what was answered is kept. */
  #lock() {
    location.reload();
  }

  // The list, the village, the household.

  #visits(unit) {
    return [...unit.visits, ...(this.#made[unit.code] ?? [])];
  }

  #done(units) {
    return units.filter((unit) => finished(this.config.dispositions, this.#visits(unit))).length;
  }

  async home() {
    if (this.shell.renew()) return;
    await this.#recall();
    const { units, waves, person } = this.config;
    show("home", () => ({
      text: { person },
      has: { none: units.length === 0, revoked: this.#revoked },
      act: { phone: () => this.#phone(), again: () => this.#again() },
      lists: { waves: waves.map((wave) => this.#wave(wave, units.filter((unit) => unit.wave === wave.code))) },
    }));
    this.#untouched();
  }

  async #again() {
    await this.#setUp("");
    await this.#take();
    await this.home();
    this.sender.wake();
  }

  #wave(wave, units) {
    const grouped = new Map();
    for (const unit of units) {
      const key = `${unit.commune.code}\n${unit.village}`;
      grouped.set(key, [...(grouped.get(key) ?? []), unit]);
    }
    const until = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" });
    return element(
      "section",
      { class: "wave" },
      element("h2", {}, words(wave.title)),
      element("p", { class: "fine" }, say("until", { day: until.format(new Date(wave.ends)) })),
      ...[...grouped.values()].map((each) => this.#villageButton(wave, each)),
    );
  }

  #villageButton(wave, units) {
    const [{ commune, village }] = units;
    const done = say("done-of", { n: number(this.#done(units)), all: number(units.length) });
    return element(
      "button",
      { type: "button", class: "entry", click: () => this.#showVillage(wave, commune, village) },
      element("span", { class: "name" }, village),
      element("span", { class: "fine" }, words(commune.name)),
      element("span", { class: "state" }, done),
    );
  }

  async #showVillage(wave, commune, village) {
    await this.#recall();
    this.#village = () => this.#showVillage(wave, commune, village);
    const of = (unit) => unit.wave === wave.code && unit.commune.code === commune.code && unit.village === village;
    const units = this.config.units.filter(of);
    const open = units.filter((unit) => !finished(this.config.dispositions, this.#visits(unit)));
    const done = units.filter((unit) => !open.includes(unit));
    show("village", () => ({
      text: { village, commune: words(commune.name) },
      has: { open: open.length > 0, done: done.length > 0 },
      act: { back: () => this.home() },
      lists: {
        open: open.map((unit) => this.#unitButton(wave, unit)),
        done: done.map((unit) => this.#unitButton(wave, unit)),
      },
    }));
  }

  #label(disposition) {
    return words(this.config.dispositions[disposition].label);
  }

  #unitButton(wave, unit) {
    const going = this.#drafted.has(unit.code) ? say("going-on") : this.#label(standing(this.#visits(unit)));
    return element(
      "button",
      { type: "button", class: "entry", click: () => this.#showUnit(wave, unit) },
      element("span", { class: "name" }, unit.label || say("unit-name", { code: unit.code })),
      element("span", { class: "fine" }, unit.part === "substitute" ? say("stands-in", { code: unit.code }) : unit.code),
      element("span", { class: "state" }, going),
    );
  }

  async #showUnit(wave, unit, told = null) {
    await this.#recall();
    const table = this.config.dispositions;
    const visits = this.#visits(unit);
    const going = this.#drafted.has(unit.code);
    show("unit", () => ({
      text: { label: unit.label || say("unit-name", { code: unit.code }), code: unit.code, told: told && say(told) },
      has: {
        told: told !== null,
        visits: visits.length > 0,
        begin: !going && askable(table, visits),
        resume: going && askable(table, visits),
        ends: !finished(table, visits),
        finished: finished(table, visits),
      },
      act: {
        back: () => this.#village(),
        begin: () => this.#interview(wave, unit),
        resume: () => this.#interview(wave, unit),
      },
      lists: {
        visits: visits.map((each) => element("li", {}, this.#label(each))),
        ends: offered(table, visits).map(([name, ends]) => this.#ends(name, ends, wave, unit)),
      },
    }));
  }

  #ends(name, ends, wave, unit) {
    const buttons = ends.map((end) =>
      element("button", { type: "button", class: "second", click: () => this.#sure(end, wave, unit) }, this.#label(end)),
    );
    const listed = element("div", { class: "ends" }, ...buttons);
    return element("details", {}, element("summary", {}, say(`ends-${name}`)), listed);
  }

  /** Ask once more before a visit is kept: it cannot be taken back. */
  #sure(end, wave, unit) {
    const { final } = this.config.dispositions[end];
    cover("sure", () => ({
      text: { end: this.#label(end), what: say(final ? "sure-final" : "sure-again") },
      act: {
        stay: () => uncover(),
        keep: () => this.#keep(wave, unit, { disposition: end }),
      },
    }));
  }

  async #interview(wave, unit) {
    const made = await new Interview(this, unit, wave, await this.store.draft(unit.code)).run();
    if (made !== null) return this.#keep(wave, unit, made);
    const begun = (await this.store.drafted()).has(unit.code);
    await this.#showUnit(wave, unit, begun ? "interrupted" : null);
  }

  /** Keep a visit durably, and only then say so. */
  async #keep(wave, unit, made) {
    const visit = { id: crypto.randomUUID(), unit: unit.code, ...made };
    await this.store.keep(visit, this.clock.press());
    await this.#count();
    this.sender.wake();
    await this.#showUnit(wave, unit, "kept");
  }

  // The phone itself.

  async #phone(outcome = null, sure = false) {
    const device = await this.store.known("device");
    const state = await this.store.state();
    const refused = await this.store.refused();
    const { usage, quota } = await navigator.storage.estimate();
    const safe = await navigator.storage.persisted();
    const when = (time) =>
      time
        ? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time))
        : say("never");
    const megabytes = (size) => number(size / 1e6, { maximumFractionDigits: 1 });
    show("phone", () => ({
      text: {
        person: this.config.person,
        device: device.id,
        waiting: say("amounts", { visits: number(state.waiting), interviews: number(state.interviews) }),
        oldest: state.oldest ? when(state.oldest) : say("none"),
        contact: when(this.#contact),
        storage: say(safe ? "storage-safe" : "storage-unsafe", { used: megabytes(usage), room: megabytes(quota) }),
        version: this.shell.version,
        outcome: outcome && say(outcome),
      },
      has: { outcome: outcome !== null, refused: refused.length > 0, "none-refused": refused.length === 0 },
      act: {
        back: () => this.home(),
        send: () => this.#sendNow(),
        lock: () => this.#lock(),
        out: () => (sure ? this.#signOut() : this.#phone("out-sure", true)),
      },
      lists: { refused: refused.map(row) },
    }));
  }

  async #sendNow() {
    await this.sender.wake();
    await this.#renew();
    const { waiting } = await this.store.state();
    this.#phone(waiting ? "sent-not" : "sent-all");
  }

  async #signOut() {
    if (!(await this.store.leave())) return this.#phone("out-not");
    location.reload();
  }

  async #surround() {
    const lang = document.documentElement.lang;
    const choices = languages.map((code) => choice(code, code === lang, () => this.#choose(code)));
    surround("head", () => ({ lists: { languages: choices } }));
    await this.#count();
  }

  async #choose(code) {
    await this.store.know("language", code);
    speak(code);
    await this.#surround();
  }

  async #count() {
    const { waiting, interviews } = await this.store.state();
    surround("foot", () => ({
      has: { waiting: waiting > 0, sent: waiting === 0 },
      text: { waiting: say("waiting", { visits: number(waiting), interviews: number(interviews) }) },
    }));
  }

  // In touch with the service.

  #told({ kind, etag }) {
    if (kind === "revoked") this.#revoke();
    if (kind === "heard") this.#heard(etag);
    this.#count();
  }

  #revoke() {
    this.#revoked = true;
    if (current() === "home") this.home();
  }

  async #heard(etag) {
    this.#contact = Date.now();
    this.store.know("contact", { at: this.#contact, offset: this.clock.offset }).catch(() => {});
    if (etag && etag !== this.config?.etag) await this.#renew();
  }

  /** Fetch whom to visit and what to ask; a screen that nobody is answering on is shown anew. */
  async #renew() {
    try {
      const told = await config(await this.store.known("device"), this.config?.etag, this.clock);
      if (told === null) return;
      await this.store.configure(told);
      if (QUIET.includes(current())) await this.#take();
      if (current() === "home") await this.home();
    } catch {
      // It can't be had or kept now: the present one is good, and the next contact tries again.
    }
  }

  /** Say how the phone is, from time to time for as long as it runs. */
  async #beat() {
    try {
      const { waiting, oldest, dead } = await this.store.state();
      const { usage, quota } = await navigator.storage.estimate();
      const storage = { persisted: await navigator.storage.persisted(), free: quota - usage };
      const status = { waiting, oldest, dead, app: this.shell.version, storage, device_time: written(Date.now()) };
      const told = await beat(await this.store.known("device"), status, this.clock);
      await this.#heard(told.config_etag);
      this.sender.wake();
    } catch (fault) {
      if (fault instanceof Refused && [401, 403].includes(fault.status)) this.#revoke();
    }
    this.shell.look();
    setTimeout(() => this.#beat(), (this.config?.settings.heartbeat_seconds ?? BEAT) * 1_000);
  }
}

/** A refused visit without its answers: its unit, its day, and why. */
function row({ unit, at, code }) {
  const known = document.getElementById(`${document.documentElement.lang}-refused-${code}`);
  const why = known ? known.content.textContent : say("refused-else", { code });
  return element("tr", {}, ...[unit, at.slice(0, 10), why].map((cell) => element("td", {}, cell)));
}
