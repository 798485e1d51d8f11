/* What lies on the phone is sealed under a key that only the PIN opens: whoever finds the phone reads neither an
   address nor an answer. A second lock, whose secret the service tells at activation alone, opens it when the PIN was
   forgotten; the phone itself keeps no such secret. */

const ROUNDS = 310_000;
const GCM = "AES-GCM";

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const chance = (size) => crypto.getRandomValues(new Uint8Array(size));

function keyOf(raw) {
  return crypto.subtle.importKey("raw", raw, GCM, false, ["encrypt", "decrypt"]);
}

async function keyOfPin(pin, salt) {
  const from = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, from, 256);
  return keyOf(bits);
}

async function locked(key, content) {
  const iv = chance(12);
  return { iv, data: await crypto.subtle.encrypt({ name: GCM, iv }, key, content) };
}

/** What was locked; null with another key. */
async function unlocked(key, { iv, data }) {
  try {
    return await crypto.subtle.decrypt({ name: GCM, iv }, key, data);
  } catch (fault) {
    if (fault.name === "OperationError") return null;
    throw fault;
  }
}

export class Vault {
  #key;

  static async #of(raw) {
    const vault = new Vault();
    vault.#key = await keyOf(raw);
    return vault;
  }

  /** A new vault: it, and what is kept of it. secret: what the service told at activation. */
  static make(pin, secret) {
    return Vault.#locked(chance(32), pin, secret);
  }

  static async #locked(raw, pin, secret) {
    const salt = chance(16);
    const kept = {
      salt,
      pin: await locked(await keyOfPin(pin, salt), raw),
      secret: await locked(await keyOf(bytesOf(secret)), raw),
    };
    return { vault: await Vault.#of(raw), kept };
  }

  /** The vault, if the PIN is right; null otherwise. */
  static async open(kept, pin) {
    const raw = await unlocked(await keyOfPin(pin, kept.salt), kept.pin);
    return raw && Vault.#of(raw);
  }

  /** The same vault under a new PIN, opened with the service's secret; null where the secret is another's. */
  static async renew(kept, pin, secret) {
    const raw = await unlocked(await keyOf(bytesOf(secret)), kept.secret);
    return raw && Vault.#locked(raw, pin, secret);
  }

  seal(value) {
    return locked(this.#key, new TextEncoder().encode(JSON.stringify(value)));
  }

  async open(sealed) {
    const raw = await unlocked(this.#key, sealed);
    if (raw === null) throw new Error("sealed under another key");
    return JSON.parse(new TextDecoder().decode(raw));
  }
}
