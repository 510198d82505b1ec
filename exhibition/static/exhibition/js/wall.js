// @ts-check
/**
 * The wall: pictures whose visitors said yes, each for its time and no longer.
 *
 * A picture leaves by this computer's own clock, and at once when the server says so. A wall that cannot hear that a
 * picture is to go shows none.
 *
 * @typedef {import("./boxes.js").Drawing} Drawing
 *
 * @typedef {object} Shown  as the server says it
 * @property {string} display
 * @property {string} url
 * @property {number} seconds  that are left to it
 * @property {number} width  pixels
 * @property {number} height
 * @property {Drawing} drawing
 *
 * @typedef {object} Hung
 * @property {HTMLElement} frame
 * @property {number} aspect  width over height
 * @property {AbortController} going  ends its loading and its time
 * @property {string} blob  its address in this browser, or ""
 */

import { draw } from "./boxes.js";
import { hang } from "./hanging.js";
import { leaveFor, showThatItDraws, stayAwake } from "./kiosk.js";
import { hold } from "./screen.js";

const UNHEARD_MS = 2000;
const NOTICE_MS = 10_000;
const LOADS_AGAIN_MS = 400;
const LOOKS_AT_THE_CLOCK_MS = 250;
const SPEAKS_FOR_MS = 14_000;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-wall]"));
const mosaic = /** @type {HTMLElement} */ (root.querySelector("[data-mosaic]"));
const notice = /** @type {HTMLElement} */ (root.querySelector("[data-notice]"));
const template = /** @type {HTMLTemplateElement} */ (root.querySelector("template"));

/** What hangs, in the order in which it came. @type {Map<string, Hung>} */
const hung = new Map();

// --- pictures -------------------------------------------------------------------------------------------------------

/** @param {Shown} shown */
async function show(shown) {
  if (hung.has(shown.display)) {
    return;
  }
  const frame = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  const going = new AbortController();
  const picture = { frame, aspect: shown.width / shown.height, going, blob: "" };
  hung.set(shown.display, picture);
  endAfter(shown.seconds * 1000, going.signal, () => takeDown(shown.display));
  const file = await load(shown.url, going.signal);
  if (!file) {
    takeDown(shown.display);
  } else if (!going.signal.aborted) {
    await putUp(picture, file, shown.drawing);
  }
}

/**
 * @param {Hung} picture
 * @param {Blob} file
 * @param {Drawing} drawing
 */
async function putUp(picture, file, drawing) {
  const { frame, going } = picture;
  const image = /** @type {HTMLImageElement} */ (frame.querySelector("img"));
  picture.blob = URL.createObjectURL(file);
  going.signal.addEventListener("abort", () => URL.revokeObjectURL(picture.blob));
  image.src = picture.blob;
  await image.decode().catch(() => going.abort());
  if (going.signal.aborted) {
    return;
  }
  draw(/** @type {HTMLElement} */ (frame.querySelector("[data-boxes]")), drawing);
  mosaic.append(frame);
  arrange();
}

/** @param {string} display */
function takeDown(display) {
  const picture = hung.get(display);
  if (picture) {
    hung.delete(display);
    picture.going.abort();
    picture.frame.querySelector("img")?.removeAttribute("src");
    picture.frame.remove();
    arrange();
  }
}

function takeAllDown() {
  [...hung.keys()].forEach(takeDown);
}

/**
 * Call `end` after `milliseconds`, by whichever clock says so first: one stands still while the computer sleeps, the
 * other may be set.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @param {() => void} end
 */
function endAfter(milliseconds, signal, end) {
  const [steady, calendar] = [performance.now() + milliseconds, Date.now() + milliseconds];
  const look = () => {
    const left = Math.min(steady - performance.now(), calendar - Date.now());
    if (left <= 0) {
      end();
    } else if (!signal.aborted) {
      setTimeout(look, Math.min(left, LOOKS_AT_THE_CLOCK_MS));
    }
  };
  look();
}

/**
 * The picture's file; null when there is none any more. Tries again while the server cannot be reached.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
async function load(url, signal) {
  while (!signal.aborted) {
    try {
      const answer = await fetch(url, { cache: "no-store", signal });
      if (answer.ok) {
        return await answer.blob();
      }
      if (answer.status < 500) {
        return null;
      }
    } catch {
      // Not reached: the loop's condition knows whether it still matters.
    }
    await new Promise((done) => setTimeout(done, LOADS_AGAIN_MS));
  }
  return null;
}

// --- how they hang --------------------------------------------------------------------------------------------------

function arrange() {
  const pictures = [...hung.values()].filter(({ frame }) => frame.isConnected);
  const wall = { width: mosaic.clientWidth, height: mosaic.clientHeight };
  const gap = parseFloat(getComputedStyle(mosaic).columnGap);
  hang(pictures.map(({ aspect }) => aspect), wall, gap).forEach((place, n) => {
    for (const [side, pixels] of Object.entries(place)) {
      pictures[n].frame.style.setProperty(side, `${pixels.toFixed(1)}px`);
    }
  });
  root.dataset.hung = String(pictures.length);
}

// --- the line -------------------------------------------------------------------------------------------------------

/** @type {number | undefined} */
let unheard;
/** @type {number | undefined} */
let noticed;

function noticeSoon() {
  noticed = setTimeout(() => (notice.hidden = false), NOTICE_MS);
}

const line = hold({
  websocket: root.dataset.websocket ?? "",
  onConnected: () => {
    clearTimeout(unheard);
    clearTimeout(noticed);
    notice.hidden = true;
  },
  onLost: () => {
    unheard = setTimeout(() => {
      takeAllDown();
      line.forget();
    }, UNHEARD_MS);
    noticeSoon();
  },
  onRefused: () => {
    takeAllDown();
    leaveFor(location.pathname);
  },
  onEvent: (event) => {
    if (event.type === "snapshot") {
      /** @type {Shown[]} */
      const displays = event.displays;
      const still = new Set(displays.map(({ display }) => display));
      [...hung.keys()].filter((display) => !still.has(display)).forEach(takeDown);
      displays.forEach(show);
    } else if (event.type === "shown") {
      show(/** @type {Shown} */ (/** @type {unknown} */ (event)));
    } else if (event.type === "gone") {
      takeDown(event.display);
    }
  },
});

// --- the page -------------------------------------------------------------------------------------------------------

/** One language after the other. Where motion is unwanted all stand below each other, as they do without this. */
function speakInTurn() {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    return;
  }
  const groups = [...root.querySelectorAll("[data-turns]")].map(({ children }) => [...children]);
  let turn = 0;
  const next = () => {
    for (const group of groups) {
      group.forEach((one, n) => one.setAttribute("data-turn", n === turn % group.length ? "on" : "off"));
    }
    turn += 1;
  };
  setInterval(next, SPEAKS_FOR_MS);
  next();
}

addEventListener("pagehide", takeAllDown);
new ResizeObserver(arrange).observe(mosaic);
noticeSoon();
speakInTurn();
stayAwake();
showThatItDraws();
