// @ts-check
/** What a screen that nobody operates does for itself: stays awake, shows that it still draws, and finds its page. */

const BEAT_MS = 1000;
const LOOKS_AGAIN_MS = 2000;

/** Keep the display lit, where the browser allows it. */
export function stayAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") {
      navigator.wakeLock?.request("screen").catch(() => null); // refused, on a battery that runs low
    }
  };
  document.addEventListener("visibilitychange", ask); // a page that was hidden has lost its lock
  ask();
}

/** Note the time of the last frame in `data-rendered` of the root: a page that is frozen no longer does. */
export function showThatItDraws() {
  const beat = () => {
    requestAnimationFrame(() => (document.documentElement.dataset.rendered = new Date().toISOString()));
  };
  setInterval(beat, BEAT_MS);
  beat();
}

/** The browser's own menus, and what it does with things that are dragged, would lead off the screen. */
export function offerNothingElse() {
  for (const dead of ["contextmenu", "dragstart", "dragover", "drop"]) {
    document.addEventListener(dead, (event) => event.preventDefault());
  }
}

/**
 * Go to another page of the house as soon as the house answers: a browser's own page for errors would be a dead end.
 *
 * @param {string} address
 */
export function leaveFor(address) {
  fetch(address, { cache: "no-store" })
    .then((answer) => (answer.status < 500 ? location.replace(address) : Promise.reject(answer.status)))
    .catch(() => setTimeout(() => leaveFor(address), LOOKS_AGAIN_MS));
}
