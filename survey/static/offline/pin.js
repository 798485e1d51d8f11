/* The staff's PIN, checked without the network against the hash that the service gave, and slowed after wrong tries. */

/** The bytes that base64url spells. */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/** Whether `typed` is the PIN. Rejects for a hash of another kind. */
export async function matches(typed, { hash, salt, iterations, algorithm }) {
  if (algorithm !== "PBKDF2-SHA-256") throw new Error(`unknown algorithm ${algorithm}`);
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(typed), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations };
  const derived = await crypto.subtle.deriveBits(how, key, 256);
  const wanted = bytes(hash);
  const found = new Uint8Array(derived);
  return wanted.length === found.length && found.every((byte, index) => byte === wanted[index]);
}

/** Milliseconds to wait after so many wrong tries: none for three, then half a minute, doubled up to half an hour. */
export function slowed(failures) {
  return failures < 3 ? 0 : Math.min(1_800_000, 30_000 * 2 ** (failures - 3));
}
