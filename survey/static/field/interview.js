/* One interview, from the first question to its end. Each answer is kept before the next question comes: whoever is
   interrupted, or whose phone dies, goes on at the question that was open. */

import { answeredOf, ended } from "./machine.js";
import { ask, element, face, number, say, words } from "./page.js";

/** Milliseconds that the pressed answer is seen before the next question comes. */
const SEEN = 250;
/** Characters that a comment may have. */
const LONGEST = 2_000;
const HELPERS = ["none", "relative", "staff", "other"];

export class Interview {
  #field; #unit; #wave; #draft; #told = null;

  constructor(field, unit, wave, draft) {
    const { ref } = wave.instrument;
    const begun = { unit: unit.code, wave: wave.code, id: crypto.randomUUID(), instrument: ref };
    this.#field = field;
    this.#unit = unit;
    this.#wave = wave;
    this.#draft = draft ?? { ...begun, answers: {}, at: 0, assisted: "none", comment: "" };
  }

  /** Ask from where it was left; resolves with what is to be sent and how it ended, or null when it was interrupted. */
  async run() {
    const { items } = this.#wave.instrument;
    if (Object.keys(this.#draft.answers).length === 0 && !(await this.#consent())) return null;
    for (;;) {
      const at = this.#draft.at;
      const step = at < items.length ? await this.#question(items, at) : await this.#end();
      if (step === "interrupt") return null;
      if (typeof step === "object") return step;
      await this.#keep({ at: Math.min(items.length, Math.max(0, step === "finish" ? items.length : at + step)) });
    }
  }

  /** Keep what is new, durably. Only then is the next screen shown. */
  async #keep(news) {
    this.#draft = { ...this.#draft, ...news, language: document.documentElement.lang };
    await this.#field.store.keepDraft(this.#draft);
  }

  #consent() {
    const { instrument } = this.#wave;
    return ask("consent", (resolve) => ({
      text: { title: words(instrument.title), intro: words(instrument.intro), minutes: say("minutes", { n: number(instrument.minutes) }) },
      act: { begin: () => resolve(true), leave: () => resolve(false) },
    }));
  }

  /** One question; gives how many questions to go on, or what else was pressed. */
  async #question(items, at) {
    const item = items[at];
    const press = async (value) => {
      await this.#keep({ answers: { ...this.#draft.answers, [item.code]: value } });
      await new Promise((resolve) => setTimeout(resolve, SEEN));
      return 1;
    };
    const pressed = await ask("question", (resolve) => this.#shown(items, at, item, resolve));
    return "value" in Object(pressed) ? press(pressed.value) : pressed;
  }

  #shown(items, at, item, resolve) {
    const { instrument, criteria } = this.#wave;
    const { limits } = this.#field.config;
    const many = item.kind === "choices";
    const steps = instrument.scales[item.scale].steps;
    const once = (value) => (event) => {
      event.currentTarget.setAttribute("aria-pressed", "true");
      resolve({ value });
    };
    const factor = instrument.factors.find((one) => one.code === item.factor);
    const enough = ended(criteria, this.#draft.answers, limits) !== "broken_off";
    return {
      text: {
        place: say("place", { number: number(at + 1), all: number(items.length) }),
        heading: words(item.group) || words(factor?.label),
        question: words(item.text),
      },
      has: { heading: Boolean(item.group || factor), back: at > 0, on: this.#answered(item), many, finish: enough },
      act: {
        back: () => resolve(-1),
        on: () => resolve(1),
        many: () => resolve(this.#chosen(item)),
        interrupt: () => resolve("interrupt"),
        finish: () => resolve("finish"),
      },
      lists: {
        bar: element("progress", { max: items.length, value: at, "aria-hidden": "true" }),
        steps: many ? this.#choices(item, steps) : steps.map((step) => this.#step(item, step, once)),
        reasons: reasonsOf(item).map((reason) => this.#button(item, reason, "reason-answer", once, say(`missing-${reason}`))),
        fault: this.#told ? element("p", { class: "told", role: "alert" }, say(this.#told)) : [],
      },
    };
  }

  #answered(item) {
    return this.#draft.answers[item.code] !== undefined && item.kind !== "choices";
  }

  #step(item, step, once) {
    const content = [...(step.face ? [face(step.face)] : []), element("span", {}, words(step.label))];
    return this.#button(item, step.value, step.face ? `answer step-${step.face}` : "answer plain-answer", once, ...content);
  }

  #button(item, value, kind, once, ...content) {
    const pressed = String(this.#draft.answers[item.code] === value);
    return element("button", { type: "button", class: kind, "aria-pressed": pressed, click: once(value) }, ...content);
  }

  /** Several may be chosen: each stays pressed until "next". */
  #choices(item, steps) {
    const before = [this.#draft.answers[item.code] ?? []].flat();
    const toggle = (event) => {
      const { currentTarget: button } = event;
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    };
    return steps.map((step) =>
      element(
        "button",
        {
          type: "button",
          class: "answer plain-answer",
          value: step.value,
          "aria-pressed": String(before.includes(step.value)),
          click: toggle,
        },
        element("span", {}, words(step.label)),
      ),
    );
  }

  /** What is pressed among several; nothing pressed asks again and says so. */
  #chosen() {
    const pressed = document.querySelectorAll('[data-list="steps"] [aria-pressed="true"]');
    const values = [...pressed].map((button) => Number(button.value));
    this.#told = values.length ? null : "choose-one";
    return values.length ? { value: values } : 0;
  }

  /** After the last question: who helped, what the person wants to add, and whether the interview is over. */
  async #end() {
    const { instrument, criteria } = this.#wave;
    const helped = await ask("helped", (resolve) => ({
      act: { back: () => resolve(-1), interrupt: () => resolve("interrupt") },
      lists: {
        helpers: HELPERS.map((who) =>
          element(
            "button",
            {
              type: "button",
              class: "answer plain-answer",
              "aria-pressed": String(this.#draft.helped && this.#draft.assisted === who),
              click: () => resolve({ who }),
            },
            say(`helper-${who}`),
          ),
        ),
      },
    }));
    if (!helped.who) return helped;
    await this.#keep({ assisted: helped.who, helped: true });
    const disposition = ended(criteria, this.#draft.answers, this.#field.config.limits);
    const last = await ask("last", (resolve) => this.#last(criteria, disposition, resolve));
    if (last !== "send") return last;
    const { id, instrument: ref, answers, assisted, comment, language } = this.#draft;
    const interview = { id, instrument: ref ?? instrument.ref, language, answers, assisted };
    return { disposition, interview: comment.trim() ? { ...interview, comment } : interview };
  }

  #last(criteria, disposition, resolve) {
    const enough = disposition !== "broken_off";
    const note = element("textarea", {
      id: "words",
      rows: 4,
      maxlength: LONGEST,
      autocomplete: "off",
      "aria-labelledby": "words-label",
      "aria-describedby": "hint",
      change: () => this.#keep({ comment: note.value }),
    });
    note.value = this.#draft.comment;
    const leave = (step) => async () => {
      await this.#keep({ comment: note.value });
      resolve(step);
    };
    return {
      text: {
        answered: say("answered", {
          n: number(answeredOf(criteria, this.#draft.answers)),
          all: number(criteria.length),
        }),
        ended: say(`ended-${disposition}`),
      },
      has: { enough, few: !enough },
      act: { back: leave(-1), send: leave("send"), interrupt: leave("interrupt") },
      lists: { field: note },
    };
  }
}

/** The reasons for giving no answer to an item; refusing is always one. */
const reasonsOf = (item) => [...new Set([...item.missing, "refused"])];
