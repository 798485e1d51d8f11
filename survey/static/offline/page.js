/* Shows screens. Each is a <template> of the page, once in every language, and nothing of one outlives it. */

const place = Object.fromEntries(["head", "main", "foot"].map((name) => [name, document.getElementById(name)]));

/** The languages that the page is written in. */
export const languages = [...document.querySelectorAll("[data-language]")].map((each) => each.dataset.language);

/** What people call the languages that are spoken here. */
const NAMES = { vi: "Tiếng Việt", en: "English", blt: "Thái", hmn: "Mông" };

/** What is shown, as functions that make it: shown again when the language changes. */
const shown = {};

const template = (name) => document.getElementById(`${document.documentElement.lang}-${name}`);

/** A sentence in the language that is spoken; `{name}` in it stands for a value. */
export function say(name, values = {}) {
  return template(name).content.textContent.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** A text of the service in the language that is spoken, or in the first that it has. */
export function words(text) {
  return text?.[document.documentElement.lang] ?? Object.values(text ?? {})[0] ?? "";
}

/** A number as the language writes it. */
export const number = (value, options) => new Intl.NumberFormat(document.documentElement.lang, options).format(value);

/**
 * The content of a template. `text` fills what has data-text, `act` runs when what has data-act is pressed, and a
 * part with data-if stays only where `has` says so. `lists` gives what goes into the parts with data-list, and `on`
 * what the part with data-on listens to.
 */
export function made(name, { text = {}, act = {}, has = {}, lists = {}, on = {} } = {}) {
  const content = template(name).content.cloneNode(true);
  for (const part of content.querySelectorAll("[data-if]")) if (!has[part.dataset.if]) part.remove();
  for (const part of content.querySelectorAll("[data-text]")) part.textContent = text[part.dataset.text] ?? "";
  for (const part of content.querySelectorAll("[data-act]")) {
    part.addEventListener("click", () => act[part.dataset.act]?.());
  }
  for (const part of content.querySelectorAll("[data-list]")) part.append(...[lists[part.dataset.list] ?? []].flat());
  for (const [event, run] of Object.entries(on)) content.querySelector("[data-on]").addEventListener(event, run);
  return content;
}

/** Show a screen; `make` gives its parts. The focus goes to its heading, where readers and keyboards begin. */
export function show(name, make = () => ({})) {
  uncover();
  shown.main = () => show(name, make);
  place.main.replaceChildren(made(name, make()));
  place.main.dataset.screen = name;
  document.title = `${place.main.querySelector("h1").textContent} – Hài lòng`;
  scrollTo(0, 0);
  (place.main.querySelector("[data-focus]") ?? place.main.querySelector("h1")).focus({ preventScroll: true });
}

/** Show a screen and wait for what is pressed there: resolves with what an act resolves. */
export function ask(name, make) {
  return new Promise((resolve) => show(name, () => make(resolve)));
}

/** The name of the screen that is shown. */
export const current = () => place.main.dataset.screen;

/** Show what stands above or below every screen. */
export function surround(name, make = () => ({})) {
  shown[name] = () => place[name].replaceChildren(made(name, make()));
  shown[name]();
}

/** Lay a dialog over the screen. Escape presses what has the focus first. */
export function cover(name, make) {
  uncover();
  place.main.append(made(name, make()));
  const dialog = place.main.querySelector("dialog");
  dialog.addEventListener("cancel", (event) => (event.preventDefault(), dialog.querySelector("[data-focus]").click()));
  dialog.showModal();
  dialog.querySelector("[data-focus]").focus();
  return dialog;
}

export function uncover() {
  place.main.querySelector("dialog")?.remove();
}

/** Leave nothing of the screen. */
export function clear() {
  uncover();
  delete shown.main;
  place.main.replaceChildren();
  place.main.dataset.screen = "";
  document.title = "Hài lòng";
}

/** Speak a language, on what is shown too. */
export function speak(language) {
  document.documentElement.lang = language;
  for (const again of Object.values(shown)) again();
}

/** An element with attributes and content. */
export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...content);
  return made;
}

/** A button that chooses a language. */
export function choice(code, chosen, click) {
  return element("button", { type: "button", lang: code, "aria-pressed": String(chosen), click }, NAMES[code] ?? code);
}

/** One of the five faces. */
export function face(number) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "face");
  drawing.setAttribute("viewBox", "0 0 48 48");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#face-${number}`);
  drawing.append(use);
  return drawing;
}
