import { begin } from "./begin.js";
import { Field } from "./field.js";
import { Store } from "./store.js";

begin("hai-long-field-screen", async (shell) => new Field(await Store.open(), shell).run());
