import { begin } from "./begin.js";
import { Kiosk } from "./kiosk.js";
import { Store } from "./store.js";

begin("hai-long-kiosk-screen", async (shell) => new Kiosk(await Store.open(), shell).run());
