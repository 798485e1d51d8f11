/* Reads aloud: a recording where there is one, and Vietnamese with a voice of the device itself. A voice that lives
   on somebody's servers would tell them what is asked, and Thái and Mông are spoken by people or not at all. */

/** Recordings that were heard or fetched ahead lie here, and are there without a network. */
const CACHE = "hai-long-kiosk-recordings";

let playing = null;

function deviceVoice(language) {
  if (language !== "vi" || !("speechSynthesis" in window)) return null;
  return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith("vi"));
}

/** Recordings by language and item, as the service named them. */
export class Voice {
  constructor(recordings) {
    this.recordings = recordings ?? {};
  }

  /** The languages that are spoken but not written here: those with at least one recording. */
  spoken(written) {
    return Object.keys(this.recordings).filter(
      (language) => !written.includes(language) && Object.keys(this.recordings[language]).length > 0,
    );
  }

  /** Fetch every recording ahead, and drop those that are no longer named. */
  async keep() {
    const wanted = Object.values(this.recordings).flatMap(Object.values).map((url) => new URL(url, location).href);
    const cache = await caches.open(CACHE);
    const kept = (await cache.keys()).map((request) => request.url);
    await Promise.all(kept.filter((url) => !wanted.includes(url)).map((url) => cache.delete(url)));
    await Promise.allSettled(wanted.filter((url) => !kept.includes(url)).map((url) => cache.add(url)));
  }

  can(language, item) {
    return Boolean(this.recordings[language]?.[item] || deviceVoice(language));
  }

  /** Read an item; `text` is what it says, for the device's own voice, which also helps out for a lost recording. */
  async read(language, item, text) {
    hush();
    const recording = this.recordings[language]?.[item];
    try {
      if (recording) await play(recording);
      else speak(language, text);
    } catch {
      speak(language, text);
    }
  }
}

function speak(language, text) {
  const voice = deviceVoice(language);
  if (!voice) return;
  const said = new SpeechSynthesisUtterance(text);
  Object.assign(said, { voice, lang: voice.lang, rate: 0.9 });
  speechSynthesis.speak(said);
}

async function play(recording) {
  const answer = (await caches.match(recording)) ?? (await fetch(recording));
  const sound = new Audio(URL.createObjectURL(await answer.blob()));
  playing = sound;
  sound.addEventListener("emptied", () => URL.revokeObjectURL(sound.src), { once: true });
  await sound.play();
}

export function hush() {
  playing?.pause();
  playing?.removeAttribute("src");
  playing?.load();
  playing = null;
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
