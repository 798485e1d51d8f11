/* An app itself: kept by the service worker for days without a network, and renewed only where nothing is disturbed. */

/** Milliseconds after which the page is loaded anew even if no worker told that it took over. */
const PATIENCE = 5_000;

export class Shell {
  version = document.body.dataset.version;
  #registration = null; #renewing = false;

  /** Keep the app on the device. */
  async keep() {
    const { root, app } = document.body.dataset;
    const how = { scope: `${root}/${app}/`, updateViaCache: "none" };
    this.#registration = await navigator.serviceWorker.register(`${root}/${app}/worker.js`, how);
    navigator.serviceWorker.addEventListener("controllerchange", () => this.#renewing && location.reload());
  }

  /** Whether a newer version lies ready. */
  get waits() {
    return Boolean(this.#registration?.waiting);
  }

  /** Look for a newer version. */
  look() {
    this.#registration?.update().catch(() => {});
  }

  /** Start the newer version if there is one; true if the page is about to go. */
  renew() {
    if (!this.waits) return false;
    this.#renewing = true;
    this.#registration.waiting.postMessage("take over");
    setTimeout(() => location.reload(), PATIENCE);
    return true;
  }
}
