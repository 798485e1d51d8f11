// Asks the browser for a passkey, and sends its answer with an ordinary form. Nothing else is asked of anybody.
"use strict";

const form = document.querySelector("form[data-options]");
const fault = document.querySelector("#passkey-fault");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.codePointAt(0));
}

function text(buffer) {
  const plain = String.fromCodePoint(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function read(options) {
  const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = keys(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = keys(options.allowCredentials);
  return read;
}

function written(credential) {
  const told = credential.response;
  const response = { clientDataJSON: text(told.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (told[part]) response[part] = text(told[part]);
  }
  if (told.getTransports) response.transports = told.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask() {
  const publicKey = read(JSON.parse(form.dataset.options));
  const makes = form.dataset.makes === "yes";
  return makes ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

async function press(event) {
  event.preventDefault();
  fault.hidden = true;
  try {
    form.elements.answer.value = written(await ask());
    form.submit();
  } catch {
    fault.hidden = false;
    fault.focus();
  }
}

if (globalThis.PublicKeyCredential) {
  form.addEventListener("submit", press);
  form.querySelector("button").disabled = false;
  document.querySelector("#passkey-none").hidden = true;
}
