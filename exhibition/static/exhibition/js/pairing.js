// @ts-check
/** A device that shows its code asks now and then whether it has become a screen, and then becomes it. */

import { leaveFor, showThatItDraws, stayAwake } from "./kiosk.js";

const ASK_AGAIN_MS = 2000;
const PATIENCE_MS = 5000;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-pairing]"));
const status = /** @type {HTMLElement} */ (root.querySelector("[data-status]"));
const said = JSON.parse(document.getElementById("said")?.textContent ?? "{}");
const ends = performance.now() + Number(root.dataset.seconds) * 1000;

/** @param {string} sentence  told anew only when it is another: listeners hear each change */
function say(sentence) {
  if (status.textContent !== sentence) {
    status.textContent = sentence;
  }
}

/** @returns {Promise<boolean>}  whether to ask again */
async function ask() {
  const answer = await fetch(String(root.dataset.pairing), {
    headers: { Accept: "application/json" },
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  /** @type {{state: string, address?: string}} */
  const { state, address } = await answer.json();
  if (state === "paired" && address) {
    say(said.approved);
    leaveFor(address);
  } else if (state === "expired") {
    say(said.expired);
    leaveFor(location.href); // and show a new code
  } else {
    const minutes = Math.max(1, Math.ceil((ends - performance.now()) / 60_000));
    say((minutes === 1 ? said.waiting_one : said.waiting).replace("{minutes}", String(minutes)));
    return true;
  }
  return false;
}

/** Ask for ever: a server that is away is back sooner or later. */
async function askAgain() {
  const again = await ask().catch(() => (say(said.unreached), true));
  if (again) {
    setTimeout(askAgain, ASK_AGAIN_MS);
  }
}

askAgain();
stayAwake();
showThatItDraws();
