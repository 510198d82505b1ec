// @ts-check
/** Nobody there any more: a screen asks once whether anyone is, waits for an answer, and then ends the visit. */

const QUIET_MS = 60_000;
const ANSWER_MS = 30_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"];

/**
 * @param {object} watch
 * @param {HTMLDialogElement} watch.dialog  asks; shows in `[data-left]` how many seconds are left to answer
 * @param {() => boolean} watch.asks  whether there is a visit to ask about; without one the quiet is reported at once
 * @param {() => void} watch.onQuiet  nobody answered, or there was nothing to ask about
 */
export function watchForIdleness({ dialog, asks, onQuiet }) {
  const left = /** @type {HTMLElement} */ (dialog.querySelector("[data-left]"));
  let since = Date.now();

  const quiet = () => {
    since = Date.now();
    dialog.close();
    onQuiet();
  };

  const look = () => {
    const passed = Date.now() - since;
    if (dialog.open) {
      left.textContent = String(Math.max(0, Math.ceil((ANSWER_MS - passed) / 1000)));
      if (passed >= ANSWER_MS) {
        quiet();
      }
    } else if (passed >= QUIET_MS) {
      since = Date.now();
      if (asks()) {
        left.textContent = String(ANSWER_MS / 1000);
        dialog.showModal();
      } else {
        onQuiet();
      }
    }
  };

  for (const sign of SIGNS) {
    addEventListener(sign, () => (since = Date.now()), { passive: true });
  }
  let [x, y] = [0, 0];
  addEventListener("pointermove", ({ screenX, screenY }) => {
    // A browser also reports a pointer that lies still, whenever what lies below it changes.
    if (!dialog.open && (screenX !== x || screenY !== y)) {
      since = Date.now();
    }
    [x, y] = [screenX, screenY];
  });
  setInterval(look, 1000);
}
