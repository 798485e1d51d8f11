/* One person at the tablet, from the first question to the thanks. The first answer counts as soon as it is pressed,
   also if the person then walks away; what follows is added to it until the visit is over, and nothing after that. */

import { Full } from "./durable.js";
import { untouched, watch } from "./idle.js";
import { ask, clear, element, face, made, number, say, show, words } from "./page.js";
import { squareOf } from "./service.js";
import { hush } from "./voice.js";

/** Milliseconds that a receipt is waited for. */
const RECEIPT = 1_500;
/** Milliseconds that the pressed face is seen before the next question comes. */
const SEEN = 350;
/** Characters that a comment may have. */
const LONGEST = 2_000;
/** What was shown and passed over; a question that nobody reached is left out altogether. */
const SKIPPED = "refused";

/** The items that one press answers. */
const pressable = (instrument) => instrument.items.filter((item) => item.kind !== "choices");

export class Visit {
  #kiosk; #entry;
  #draft = ""; #writing = null; #over = false;

  constructor(kiosk) {
    const { config } = kiosk;
    this.#kiosk = kiosk;
    this.#entry = {
      id: crypto.randomUUID(),
      seq: null,
      counter: config.counter.code,
      instrument: config.instrument.ref,
      wave: config.wave.code,
      answers: {},
      partial: true,
    };
  }

  /** Ask everything; resolves when the screen may be shown to the next person. */
  async run() {
    const { sender, config } = this.#kiosk;
    sender.answering = this.#entry.id;
    let stop;
    const away = new Promise((resolve) => {
      const fate = () => (this.#entry.seq === null ? "fate-none" : "fate-kept");
      stop = watch(config.settings, fate, () => resolve(null));
    });
    let screen;
    try {
      screen = await Promise.race([this.#questions(), away]);
    } catch (fault) {
      if (!(fault instanceof Full)) throw fault;
      this.#kiosk.full = true;
      screen = this.#entry.seq === null ? "full" : "half";
    } finally {
      this.#over = true;
      stop();
      hush();
      await this.#writing?.catch(() => {});
      sender.answering = null;
    }
    await this.#close(screen);
  }

  /** The screens one after the other; resolves with the one to end on, null if the person left. */
  async #questions() {
    const items = pressable(this.#kiosk.config.instrument);
    for (let at = 0; at <= items.length; ) {
      if (at < 0) return null;
      const end = at < items.length ? await this.#question(items, at) : await this.#comment();
      if (this.#over) return null;
      if (end === "finish") break;
      at += end === "back" ? -1 : 1;
    }
    await this.#keep({ partial: false, ...(this.#draft.trim() ? { comment: this.#draft } : {}) });
    return "thanks";
  }

  /** Keep what is new, durably. Only then is anything shown that depends on it, and only then may it be sent. */
  #keep(news) {
    const { store, language, clock } = this.#kiosk;
    const entry = { ...this.#entry, ...news, language: language.text };
    const kept = entry.seq === null ? store.begin({ ...entry, time: clock.press() }) : store.update(entry);
    this.#writing = kept.then((written) => (this.#entry = written));
    return this.#writing;
  }

  async #question(items, at) {
    const item = items[at];
    const { instrument } = this.#kiosk.config;
    const reasons = at === 0 ? [] : item.missing.filter((reason) => reason !== SKIPPED);
    const answer = async (value, pressed) => {
      pressed?.setAttribute("aria-pressed", "true");
      await this.#keep({ answers: { ...this.#entry.answers, [item.code]: value } });
      await new Promise((resolve) => setTimeout(resolve, SEEN));
      return "on";
    };
    const end = await ask("question", (resolve) => {
      const once = (value, pressed) => resolve(() => answer(value, pressed));
      this.#heard(item.code, words(item.text));
      return {
        text: {
          place: say("place", { number: number(at + 1), all: number(items.length) }),
          question: words(item.text),
        },
        has: { voice: this.#can(item.code), back: true, skip: at > 0, done: at > 0 },
        act: {
          listen: () => this.#read(item.code, words(item.text)),
          back: () => resolve("back"),
          finish: () => resolve("finish"),
          skip: () => once(SKIPPED),
        },
        lists: {
          progress: items.map((_, index) => element("li", { class: index < at ? "past" : index === at && "now" })),
          steps: instrument.scales[item.scale].steps.map((step) => this.#step(item, step, once)),
          reasons: reasons.map((reason) => this.#reason(item, reason, once)),
        },
      };
    });
    return typeof end === "function" ? end() : end;
  }

  #step(item, step, once) {
    const kind = step.face ? `answer step-${step.face}` : "answer plain-answer";
    const content = [...(step.face ? [face(step.face)] : []), element("span", {}, words(step.label))];
    return this.#button(item, step.value, kind, once, content);
  }

  #reason(item, reason, once) {
    return this.#button(item, reason, "reason-answer", once, [say(`missing-${reason}`)]);
  }

  #button(item, value, kind, once, content) {
    const pressed = String(this.#entry.answers[item.code] === value);
    const click = (event) => once(value, event.currentTarget);
    return element("button", { type: "button", class: kind, "aria-pressed": pressed, click }, ...content);
  }

  #comment() {
    return ask("comment", (resolve) => {
      this.#heard("comment", say("comment-asked"));
      const room = element("span", {}, "");
      const tell = () => (room.textContent = say("room", { n: number(LONGEST - this.#draft.length) }));
      const field = element("textarea", {
        id: "words",
        rows: 5,
        maxlength: LONGEST,
        autocomplete: "off",
        spellcheck: "false",
        "aria-labelledby": "asked",
        "aria-describedby": "hint",
        input: () => ((this.#draft = field.value), tell()),
      });
      field.value = this.#draft;
      tell();
      return {
        text: { place: say("place-last") },
        has: { voice: this.#can("comment") },
        act: {
          listen: () => this.#read("comment", say("comment-asked")),
          back: () => resolve("back"),
          send: () => resolve("finish"),
          finish: () => ((this.#draft = ""), resolve("finish")),
        },
        lists: { field, room },
      };
    });
  }

  #can(item) {
    return this.#kiosk.voice.can(this.#kiosk.language.voice, item);
  }

  #read(item, text) {
    return this.#kiosk.voice.read(this.#kiosk.language.voice, item, text);
  }

  /** Whoever chose a language that is only spoken hears each question without asking for it. */
  #heard(item, text) {
    hush();
    if (this.#kiosk.language.voice !== this.#kiosk.language.text) this.#read(item, text);
  }

  /** Forget the answers, then thank, in the same way whatever they were. */
  async #close(screen) {
    const { sender, config } = this.#kiosk;
    const id = this.#entry.seq === null ? null : this.#entry.id;
    this.#entry = null;
    this.#draft = "";
    clear();
    const receipt = id && screen === "thanks" ? sender.heard(id, RECEIPT) : null;
    sender.wake();
    if (screen === null) return;
    await new Promise((resolve) => {
      const ended = () => (stop(), resolve());
      const stop = untouched(config.settings.thanks_seconds, ended);
      if (screen === "thanks") this.#thanks(receipt, ended);
      else show(screen, () => ({ act: { end: ended } }));
    });
  }

  #thanks(receipt, ended) {
    let heard = { outcome: "asked" };
    const state = () => {
      const code = heard?.receipt;
      if (!code) return made(["asked", "refused"].includes(heard?.outcome) ? `receipt-${heard.outcome}` : "receipt-later");
      const square = element("img", { class: "square", src: squareOf(code), alt: say("square") });
      return made("receipt-given", { text: { code }, lists: { square } });
    };
    show("thanks", () => ({ act: { end: ended }, lists: { receipt: state() } }));
    receipt.then((result) => {
      heard = result;
      document.querySelector("[data-screen=thanks] [data-list=receipt]")?.replaceChildren(state());
    });
  }
}
