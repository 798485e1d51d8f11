/* When something was pressed, told so that it survives a clock that is wrong or jumps: the device's time with its
   offset, how far that was from the server's at the last contact, and whether both of the device's clocks agree. */

/** Milliseconds by which wall clock and monotonic clock may drift apart before the wall clock is called unsteady. */
const DRIFT = 5_000;

/** Local time with its offset, as in 2026-11-26T21:40:00.123+07:00. */
export function written(milliseconds) {
  const date = new Date(milliseconds);
  const offset = -date.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(milliseconds + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

export class Clock {
  /** Monotonic readings mean something within one session only: a restart begins another. */
  #session = crypto.randomUUID();
  #apart = null;

  /** Milliseconds that the server's clock was ahead at the last contact, which may lie before a restart. */
  offset = null;

  /** The server said what time it is, in answer to a question that was asked at `asked` (monotonic). */
  heard(serverTime, asked) {
    const server = Date.parse(serverTime);
    if (Number.isNaN(server)) return;
    this.offset = Math.round(server + (performance.now() - asked) / 2 - Date.now());
    this.#apart = Date.now() - performance.now();
  }

  /** What is kept with an answer about its time. Without a contact in this session nothing ties the clocks together. */
  press() {
    const apart = Date.now() - performance.now();
    return {
      at: written(Date.now()),
      offset: this.offset,
      steady: this.#apart !== null && Math.abs(apart - this.#apart) < DRIFT,
      session: this.#session,
      pressed: performance.now(),
    };
  }

  /** What the server is told of a press; its age is known only within the session that it happened in. */
  told({ offset, steady, session, pressed }) {
    const age = session === this.#session ? Math.round(performance.now() - pressed) : null;
    return { offset_ms: offset, age_ms: age, steady };
  }
}
