/* A new tablet or phone, or one that was signed out, becomes a device of the service by a code. */

import { Full } from "./durable.js";
import { Refused, activate } from "./network.js";
import { element, say, show } from "./page.js";

const FAULTS = { 403: "fault-unknown", 429: "fault-often" };

function faultOf(error) {
  if (error instanceof Full) return "fault-full";
  if (error instanceof Refused) return FAULTS[error.status] ?? "fault-refused";
  return "fault-offline";
}

/**
 * Ask for the code until one is taken; resolves with what was told, when the device knows itself and what to ask.
 * shown: a code that came with the address.
 */
export function activation(store, clock, lost, shown = "") {
  return new Promise((done) => {
    let typed = shown, fault = null;

    const submit = async (event) => {
      event.preventDefault();
      const form = event.currentTarget;
      typed = form.elements.activation.value.trim();
      if (typed === "") return again("fault-empty");
      form.elements.send.disabled = true;
      try {
        const told = await activate(typed, clock);
        await store.activate(told.device, told.config);
        done(told);
      } catch (error) {
        again(faultOf(error));
      }
    };
    const again = (name) => {
      fault = name;
      show("activate", parts);
    };
    const parts = () => ({
      has: { lost, fault: fault !== null },
      text: { fault: fault && say(fault) },
      lists: {
        input: element("input", {
          id: "activation",
          class: "code",
          value: typed,
          maxlength: 40,
          autocomplete: "off",
          autocapitalize: "characters",
          spellcheck: "false",
          enterkeyhint: "go",
          "aria-describedby": fault && "fault",
          "aria-invalid": fault && "true",
          "data-focus": true,
        }),
      },
      on: { submit },
    });
    show("activate", parts);
  });
}
