// @ts-check
/**
 * A terminal: one visit after another, each in this one page. `data-phase` says where the visitor is. The picture lives
 * in this page alone until its visitor says so, and nothing of a visit outlives it here.
 *
 * @typedef {"attract" | "warning" | "notice" | "age" | "minors" | "start" | "mirror" | "counting" | "picture"
 *   | "sending" | "noface" | "answered" | "wall" | "hanging" | "ended" | "trouble"} Phase
 * @typedef {import("./sending.js").Visit & {visit: string}} Visit
 */

import { answerIn } from "./answer.js";
import { Going } from "./going.js";
import { leaveFor, offerNothingElse, showThatItDraws, stayAwake } from "./kiosk.js";
import { goBackTo, speakTheChosenLanguage } from "./languages.js";
import { Phases } from "./phases.js";
import { HeldPicture } from "./picture.js";
import * as pieces from "./pieces.js";
import { readWithinThePage } from "./reading.js";
import { Sayings } from "./sayings.js";
import { Refusal, answerTo, forget, placeInTheQueue, submit } from "./sending.js";
import { said } from "./sentences.js";
import { Shooting } from "./shooting.js";
import { showHealth, watchSurroundings } from "./surroundings.js";
import { WallConsent } from "./wall_consent.js";

const SLOW_MS = 6000;
const ENDED_MS = 20_000;
/** Phases whose visit has told nothing yet: one that ends there is deleted, so that nothing of it is counted. */
const UNTOLD = ["sending", "noface"];

const root = document.body;
const { photoAddress = "", websocket = "", consent = "", defaultLanguage = "", machine } = root.dataset;
const idleDialog = /** @type {HTMLDialogElement} */ (find("[data-idle]"));

/** @type {Phases<Phase>} */
const phases = new Phases(root, "attract");
const going = new Going();
const sayings = new Sayings({
  status: find("[data-status]"),
  problem: find("[data-problem]"),
  ended: find("[data-ended]"),
  hanging: find("[data-hanging]"),
});
const picture = new HeldPicture(/** @type {HTMLImageElement} */ (find("[data-photo]")));
const camera = new Shooting({
  video: /** @type {HTMLVideoElement} */ (find("[data-video]")),
  count: find("[data-count]"),
  going,
  onOpen: showMirror,
  onCount: () => enter("counting", "[data-cancel-count]"),
  onTaken: showPicture,
  onTrouble: (key) => trouble(key, "start"),
});
const wall = new WallConsent({
  place: find("[data-question]"),
  layer: find("[data-boxes]"),
  going,
  onHanging: (seconds) => sayings.say("hanging", "hanging", { seconds }),
  onEnd: end,
});
const closeReading = readWithinThePage({
  dialog: /** @type {HTMLDialogElement} */ (find("[data-reading]")),
  onLost: () => tell("network_lost"),
});
const answer = answerIn(find("[data-answer]"), find("[data-boxes]"), {
  onDeleted: (reached) => end(reached ? "ended_deleted" : "ended_delete_failed"),
  onLost: () => tell("network_lost"),
});

/** The visit that is followed, or whose answer may still be deleted. @type {Visit | null} */
let visit = null;
/** Where *Try again* leads from the trouble that is on the screen. @type {Phase} */
let wayBack = "attract";

/** @param {string} selector @returns {HTMLElement} */
function find(selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

// --- what is seen ---------------------------------------------------------------------------------------------------

/**
 * @param {Phase} next
 * @param {string} [focus]  where the reader is put; else at the phase's heading
 */
function enter(next, focus = ".panel section:not([hidden]) h1") {
  phases.enter(next, ...(next === "ended" && visit ? ["deletable"] : []));
  tell("");
  scrollTo(0, 0);
  /** @type {HTMLElement | null} */ (root.querySelector(focus))?.focus();
}

/** @param {string} key @param {Record<string, number>} [figures] */
function tell(key, figures) {
  sayings.say("status", key, figures);
}

/**
 * @param {string} key
 * @param {Phase} back  where *Try again* leads
 * @param {string} [sentence]  the server's own, when it sent one
 */
function trouble(key, back, sentence) {
  going.begin();
  camera.close();
  wayBack = back;
  enter("trouble");
  find("[data-retry]").hidden = key === "machine_unavailable"; // that is for the staff to mend
  sayings.say("problem", key, {}, sentence);
}

/** What is heard in the picture's place. */
function describe() {
  const key = { answered: "alt_answered", wall: "alt_wall", hanging: "alt_wall" }[String(phases.now)] ?? "alt_ready";
  picture.image.alt = picture.blob ? said(key) : "";
}

// --- beginning and end ----------------------------------------------------------------------------------------------

/** Nothing of the picture is left on this screen. */
function drop() {
  going.begin();
  camera.close();
  picture.forget();
  answer.wipe();
  wall.wipe();
  closeReading();
}

/** Nothing of the visit is left on this screen. */
function wipe() {
  if (UNTOLD.includes(phases.now)) {
    takeBack();
  }
  drop();
  visit = null;
  sayings.silence();
  if (idleDialog.open) {
    idleDialog.close();
  }
  history.replaceState(null, "", location.pathname);
  enter("attract");
  house.look();
}

function wipeForTheNext() {
  wipe();
  goBackTo(defaultLanguage).catch(() => null);
}

/** @param {string} key  of the sentence that says how it ended @param {string} [sentence]  the server's own */
function end(key, sentence) {
  drop();
  enter("ended");
  sayings.say("ended", key, {}, sentence);
  going.later(ENDED_MS, wipeForTheNext);
}

async function deleteNow() {
  const gone = visit;
  drop();
  const deleted = gone === null || (await forget(gone));
  if (visit === gone) {
    visit = deleted ? null : gone;
    end(deleted ? "ended_deleted" : "ended_delete_failed");
  }
}

/** Delete the visit, whose answer nobody has read or will read. */
function takeBack() {
  if (visit) {
    forget(visit);
  }
  visit = null;
}

// --- the picture ----------------------------------------------------------------------------------------------------

function openCamera() {
  picture.forget();
  camera.open();
}

function showMirror() {
  enter("mirror", "[data-shoot]");
  tell("camera_open");
}

function closeCamera() {
  camera.close();
  enter("start");
  tell("camera_closed");
}

function cancelCount() {
  going.begin();
  showMirror();
}

/** @param {Blob} taken */
function showPicture(taken) {
  picture.hold(taken);
  enter("picture");
  describe();
  tell("ready");
}

// --- sending and following ------------------------------------------------------------------------------------------

async function use() {
  if (!picture.blob) {
    return;
  }
  const signal = going.begin();
  enter("sending", "[data-cancel-send]");
  tell("sending");
  try {
    // Not broken off on the way: what the server has taken has to be deleted, and for that it must be known.
    const sent = await submit(photoAddress, { consent, photo: picture.blob });
    if (signal.aborted) {
      forget(sent);
      return;
    }
    visit = sent;
    await receive(sent, signal);
  } catch (error) {
    if (!signal.aborted) {
      takeBack();
      notTaken(error);
    }
  }
}

/** @param {unknown} error */
function notTaken(error) {
  if (!(error instanceof Refusal)) {
    trouble("network", "picture");
  } else if (error.code === "not_paired") {
    leave();
  } else {
    trouble(error.code, error.code === "consent_outdated" ? "attract" : "picture", error.message);
  }
}

/** @param {Visit} sent @param {AbortSignal} signal */
async function receive(sent, signal) {
  tell("waiting");
  going.later(SLOW_MS, () => tell("slow"));
  const nodes = await answerTo(sent, (event) => tell(...placeInTheQueue(event)), signal);
  if (signal.aborted) {
    return;
  }
  going.begin();
  if (nodes.some((node) => node instanceof HTMLElement && node.matches("[data-scene]"))) {
    enter("noface");
  } else {
    showAnswer(nodes);
  }
}

/** @param {Node[]} nodes */
function showAnswer(nodes) {
  enter("answered");
  describe();
  answer.show(nodes);
}

/** Ask for the answer again: it is wanted only now, or in another language. */
async function showAnswerAgain() {
  const signal = going.begin();
  const { status, nodes } = visit ? await pieces.get(visit.url) : { status: 410, nodes: [] };
  if (!signal.aborted) {
    status === 200 ? showAnswer(nodes) : end("ended");
  }
}

function tryAgain() {
  takeBack();
  openCamera();
}

function cancelSend() {
  going.begin();
  takeBack();
  enter("picture");
  tell("cancelled");
}

// --- the wall -------------------------------------------------------------------------------------------------------

async function goOn() {
  const signal = going.begin();
  const question = visit && (await wall.ask(visit.visit));
  if (signal.aborted) {
    return;
  }
  if (!question) {
    end("ended");
    return;
  }
  answer.wipe();
  wall.show(question);
  enter("wall");
  describe();
}

function sayYes() {
  if (visit && picture.blob) {
    enter("hanging");
    sayings.say("hanging", "to_the_wall");
    wall.hang(visit.visit, picture.blob);
  }
}

// --- what visitors do -----------------------------------------------------------------------------------------------

function retry() {
  if (wayBack === "attract") {
    location.reload();
  } else {
    enter(wayBack);
  }
}

/** @type {[string, () => unknown][]} */
const buttons = [
  ["[data-leave]", wipe],
  ["[data-start]", openCamera],
  ["[data-shoot]", () => camera.shoot()],
  ["[data-close-camera]", closeCamera],
  ["[data-cancel-count]", cancelCount],
  ["[data-use]", use],
  ["[data-retake]", openCamera],
  ["[data-cancel-send]", cancelSend],
  ["[data-again]", tryAgain],
  ["[data-whole]", () => showAnswerAgain().catch(() => tell("network_lost"))],
  ["[data-go-on]", () => goOn().catch(() => tell("network_lost"))],
  ["[data-no]", () => end("ended")],
  ["[data-yes]", sayYes],
  ["[data-take-down]", deleteNow],
  ["[data-delete-now]", deleteNow],
  ["[data-retry]", retry],
  ["[data-stay]", () => idleDialog.close()],
  ["[data-end-now]", () => (idleDialog.close(), visit ? deleteNow() : wipe())],
];
for (const [selector, deed] of buttons) {
  for (const button of root.querySelectorAll(selector)) {
    button.addEventListener("click", () => deed());
  }
}
for (const button of root.querySelectorAll("[data-to]")) {
  button.addEventListener("click", () => enter(/** @type {Phase} */ (button.getAttribute("data-to"))));
}
document.addEventListener("keydown", (event) => {
  const cancel = { counting: cancelCount, mirror: closeCamera, sending: cancelSend }[String(phases.now)];
  if (event.key === "Escape" && cancel && !idleDialog.open) {
    event.preventDefault();
    cancel();
  }
});

// --- what the house does --------------------------------------------------------------------------------------------

const house = watchSurroundings({
  websocket,
  idleDialog,
  isFree: () => phases.now === "attract",
  tell,
  onQuiet: wipeForTheNext,
  onRevoked: leave,
});

function leave() {
  house.letGo();
  wipe();
  leaveFor(location.pathname);
}

speakTheChosenLanguage({
  wanted: () => true,
  lost: () => tell("network_lost"),
  spoken: async () => {
    sayings.again();
    describe();
    if (phases.now === "answered") {
      await showAnswerAgain();
    }
  },
});

// Neither the picture nor the words outlive the page, not even in the browser's own cache of pages left.
addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => event.persisted && wipe());

document.documentElement.classList.add("js");
stayAwake();
offerNothingElse();
showThatItDraws();
phases.enter("attract");
history.replaceState(null, "", location.pathname);
showHealth(machine === "sound" ? "sound" : "broken");
