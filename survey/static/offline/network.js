/* What is asked of the service, and what its answers mean. Nothing else on the device speaks to the network. */

const { root, app } = document.body.dataset;
/** Milliseconds after which a request is given up; the same entries are sent again. */
const PATIENCE = 30_000;

/** There was no answer. */
export class Offline extends Error {}

/** An answer that says no; `code` names why, `wait` is how long it asks to wait (milliseconds). */
export class Refused extends Error {
  constructor(status, code, wait) {
    super(code);
    Object.assign(this, { status, code, wait });
  }
}

/** Ask at a place of the app's own door: what was told, and when it was asked (monotonic). */
export async function ask(path, { device, body, etag } = {}) {
  const asked = performance.now();
  const headers = { Accept: "application/json" };
  if (device) headers.Authorization = `Device ${device.id}.${device.key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-None-Match"] = `"${etag}"`;
  try {
    const answer = await fetch(`${root}/${app}/${path}`, {
      method: body === undefined ? "GET" : "POST",
      body: body === undefined ? undefined : JSON.stringify(body),
      headers,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 304) return { asked, told: null };
    const told = await answer.json();
    const wait = 1_000 * (Number(answer.headers.get("Retry-After")) || 0);
    if (!answer.ok) throw new Refused(answer.status, told.code, wait);
    return { asked, told };
  } catch (fault) {
    // What is no JSON came from something between here and the service, like a network's sign-in page.
    throw fault instanceof Refused ? fault : new Offline(fault.name);
  }
}

/** Exchange an activation code for the device's id and key, and what it shall ask. */
export async function activate(code, clock) {
  const { told, asked } = await ask("devices", { body: { code } });
  clock.heard(told.config?.server_time ?? told.server_time, asked);
  return { device: { id: told.device, key: told.key }, config: told.config, vault: told.vault ?? null };
}

/** What the device shall ask; null if that is still what goes by the name of `etag`. */
export async function config(device, etag, clock) {
  const { told, asked } = await ask("config", { device, etag });
  if (told !== null) clock.heard(told.server_time, asked);
  return told;
}

/** Hand over a batch of entries under the app's own name for them; gives what became of each. */
export async function hand(path, device, body, clock) {
  const { told, asked } = await ask(path, { device, body });
  clock.heard(told.server_time, asked);
  return told;
}

/** Say that the device is alive, and how it is. */
export const beat = (device, status, clock) => hand("heartbeat", device, status, clock);
