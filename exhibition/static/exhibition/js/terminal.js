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
import { Camera, countDown, whyNot } from "./camera.js";
import { Going } from "./going.js";
import { watchHealth } from "./health.js";
import { watchForIdleness } from "./idle.js";
import { leaveFor, showThatItDraws, stayAwake } from "./kiosk.js";
import { goBackTo, speakTheChosenLanguage } from "./languages.js";
import { Phases } from "./phases.js";
import { HeldPicture, grab } from "./picture.js";
import * as pieces from "./pieces.js";
import { readWithinThePage } from "./reading.js";
import { Sayings } from "./sayings.js";
import { hold } from "./screen.js";
import { Refusal, answerTo, forget, submit } from "./sending.js";
import { said } from "./sentences.js";
import { WallQuestion } from "./wall_question.js";

const SLOW_MS = 6000;
const ENDED_MS = 20_000;
/** Phases whose visit has told nothing yet: one that ends there is deleted, so that nothing of it is counted. */
const UNTOLD = ["sending", "noface"];

const root = document.body;
const { photoAddress = "", websocket = "", consent = "", defaultLanguage = "", machine } = root.dataset;
const video = /** @type {HTMLVideoElement} */ (find("[data-video]"));
const count = find("[data-count]");
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
const camera = new Camera(video, () => trouble("camera_unplugged", "start"));
const wall = new WallQuestion(find("[data-question]"), find("[data-boxes]"));
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
  if (sentence) {
    sayings.quote("problem", sentence);
  } else {
    sayings.say("problem", key);
  }
}

/** @param {import("./health.js").Health} health */
function showHealth(health) {
  for (const element of root.querySelectorAll("[data-when]")) {
    /** @type {HTMLElement} */ (element).hidden = element.getAttribute("data-when") !== health;
  }
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
  count.textContent = "";
}

/** Nothing of the visit is left on this screen. */
function wipe() {
  if (visit && UNTOLD.includes(phases.now)) {
    forget(visit);
  }
  drop();
  visit = null;
  sayings.silence();
  if (idleDialog.open) {
    idleDialog.close();
  }
  history.replaceState(null, "", location.pathname);
  enter("attract");
  lookAtTheMachine();
}

function wipeForTheNext() {
  wipe();
  goBackTo(defaultLanguage).catch(() => null);
}

/** @param {string} key  of the sentence that says how it ended @param {string} [sentence]  the server's own */
function end(key, sentence) {
  drop();
  enter("ended");
  if (sentence) {
    sayings.quote("ended", sentence);
  } else {
    sayings.say("ended", key);
  }
  going.later(ENDED_MS, wipeForTheNext);
}

async function deleteNow() {
  const deleted = takeBack();
  drop();
  end((await deleted) ? "ended_deleted" : "ended_delete_failed");
}

/** Delete the visit, if there is one. @returns {Promise<boolean>} */
async function takeBack() {
  const gone = visit;
  visit = null;
  return gone === null || forget(gone);
}

// --- the camera -----------------------------------------------------------------------------------------------------

async function openCamera() {
  picture.forget();
  try {
    if (await camera.open()) {
      enter("mirror", "[data-shoot]");
      tell("camera_open");
    }
  } catch (error) {
    trouble(navigator.mediaDevices ? whyNot(error) : "camera_missing", "start");
  }
}

function closeCamera() {
  camera.close();
  enter("start");
  tell("camera_closed");
}

async function shoot() {
  const signal = going.begin();
  enter("counting", "[data-cancel-count]");
  const finished = await countDown((left) => (count.textContent = String(left)), signal);
  count.textContent = "";
  if (!finished) {
    return;
  }
  const blob = await grab(video);
  if (signal.aborted) {
    return;
  }
  camera.close();
  picture.hold(blob);
  enter("picture");
  describe();
  tell("ready");
}

function cancelCount() {
  going.begin();
  enter("mirror", "[data-shoot]");
  tell("camera_open");
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
    const sent = await submit(photoAddress, { consent, photo: picture.blob }, signal);
    visit = sent;
    await receive(sent, signal);
  } catch (error) {
    if (!signal.aborted) {
      visit = null;
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
  const nodes = await answerTo(sent, showPlace, signal);
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

/** @param {import("./live.js").VisitEvent} event */
function showPlace({ type, ahead = 0, seconds = 0 }) {
  if (type === "waiting" && ahead) {
    tell(ahead === 1 ? "waiting_one" : "waiting_many", { ahead, seconds: Math.max(1, Math.round(seconds)) });
  } else {
    tell("looking");
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
  const asked = visit;
  const { status, nodes } = asked ? await pieces.get(asked.url) : { status: 410, nodes: [] };
  if (asked !== visit) {
    return;
  }
  if (status === 200) {
    showAnswer(nodes);
  } else {
    end("ended");
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
  const asked = visit;
  const question = asked ? await wall.ask(asked.visit) : null;
  if (asked !== visit) {
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

async function sayYes() {
  if (!visit || !picture.blob) {
    return;
  }
  const signal = going.begin();
  enter("hanging");
  sayings.say("hanging", "to_the_wall");
  try {
    const { seconds } = await submit(wall.address(visit.visit), { photo: picture.blob }, signal);
    hang(Date.now() + seconds * 1000);
  } catch (error) {
    if (!signal.aborted) {
      end("wall_network", error instanceof Refusal ? error.message : "");
    }
  }
}

/** @param {number} until  in milliseconds since the epoch */
function hang(until) {
  const left = Math.ceil((until - Date.now()) / 1000);
  if (left > 0) {
    sayings.say("hanging", "hanging", { seconds: left });
    going.later(250, () => hang(until));
  } else {
    end("ended_after_wall");
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
  ["[data-shoot]", shoot],
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
for (const dead of ["contextmenu", "dragstart", "dragover", "drop"]) {
  document.addEventListener(dead, (event) => event.preventDefault());
}

// --- what the house does --------------------------------------------------------------------------------------------

function leave() {
  line.letGo();
  wipe();
  leaveFor(location.pathname);
}

const lookAtTheMachine = watchHealth(() => phases.now === "attract", showHealth);
let cut = false;
const line = hold({
  websocket,
  onEvent: () => null,
  onConnected: () => {
    if (cut) {
      tell(phases.now === "attract" ? "" : "network_back");
      lookAtTheMachine();
    }
    cut = false;
  },
  onLost: () => {
    cut = true;
    if (phases.now === "attract") {
      showHealth("cut");
    } else {
      tell("network_lost");
    }
  },
  onRefused: leave,
});

watchForIdleness({ dialog: idleDialog, asks: () => phases.now !== "attract", onQuiet: wipeForTheNext });

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
showThatItDraws();
phases.enter("attract");
history.replaceState(null, "", location.pathname);
showHealth(machine === "sound" ? "sound" : "broken");
