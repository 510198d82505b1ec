// @ts-check
/** The page for a picture: choose or take it, send it, follow it, wipe it. The picture lives in this page alone. */

import { answerIn } from "./answer.js";
import { Camera, countDown, whyNot } from "./camera.js";
import { speakTheChosenLanguage } from "./languages.js";
import { Phases } from "./phases.js";
import { HeldPicture, NotAPicture, grab, reduce } from "./picture.js";
import * as pieces from "./pieces.js";
import { Refusal, answerTo, forget, submit } from "./sending.js";
import { said } from "./sentences.js";

/** @typedef {"choose" | "camera" | "counting" | "chosen" | "sending" | "answered"} Phase */

const root = /** @type {HTMLElement} */ (document.querySelector("[data-try]"));
const form = /** @type {HTMLFormElement} */ (find("[data-form]"));
const file = /** @type {HTMLInputElement} */ (find("[data-file]"));
const consent = /** @type {HTMLInputElement} */ (find("[data-consent]"));
const video = /** @type {HTMLVideoElement} */ (find("[data-video]"));
const stage = find("[data-stage]");
const count = find("[data-count]");
const problem = find("[data-problem]");
const status = find("[data-status]");

/** @type {Phases<Phase>} */
const phases = new Phases(root, "choose");
const picture = new HeldPicture(/** @type {HTMLImageElement} */ (find("[data-photo]")));
const camera = new Camera(video);
const answer = answerIn(find("[data-answer]"), find("[data-boxes]"), {
  onDeleted: (reached) => {
    wipe();
    tell(reached ? "deleted" : "delete_failed");
    find("[data-file]").focus();
  },
  onLost: () => complain("network"),
});

let fromCamera = false;
/** Ends whatever is going on: a countdown, a visit being followed. */
let going = new AbortController();
/** The visit that is followed, or whose answer is on the page. @type {import("./sending.js").Visit | null} */
let visit = null;

/** @param {string} selector @returns {HTMLElement} */
function find(selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

// --- what is seen ---------------------------------------------------------------------------------------------------

/** @param {Phase} next */
function enter(next) {
  phases.enter(next, ...(next === "chosen" && fromCamera ? ["retake"] : []));
}

/** @param {string} key  of a sentence, or "" for silence */
function tell(key) {
  problem.hidden = true;
  status.textContent = key ? said(key) : "";
}

/** @param {string} key @param {string} [sentence]  the server's own, when it sent one */
function complain(key, sentence) {
  status.textContent = "";
  problem.textContent = sentence || said(key);
  problem.hidden = false;
}

/** @param {string} key */
function describe(key) {
  picture.image.alt = said(key);
}

// --- a picture ------------------------------------------------------------------------------------------------------

/** @param {Blob} blob */
function show(blob) {
  picture.hold(blob);
  describe("alt_ready");
  enter("chosen");
  tell("ready");
}

function forgetPicture() {
  picture.forget();
  file.value = "";
}

function wipe() {
  going.abort();
  going = new AbortController();
  camera.close();
  forgetPicture();
  answer.wipe();
  visit = null;
  count.textContent = "";
  consent.checked = false;
  fromCamera = false;
  enter("choose");
  tell("");
}

/** @param {FileList | File[] | null | undefined} files */
async function choose(files) {
  if (phases.now !== "choose" && phases.now !== "chosen") {
    return;
  }
  if (files?.length !== 1) {
    complain("one_picture");
    return;
  }
  try {
    const smaller = await reduce(files[0]);
    fromCamera = false;
    show(smaller);
  } catch (error) {
    if (!(error instanceof NotAPicture)) {
      throw error;
    }
    complain("not_a_picture");
  }
}

// --- the camera -----------------------------------------------------------------------------------------------------

async function openCamera() {
  forgetPicture();
  try {
    if (await camera.open()) {
      enter("camera");
      tell("camera_open");
      find("[data-shoot]").focus();
    }
  } catch (error) {
    camera.close();
    enter("choose");
    complain(navigator.mediaDevices ? whyNot(error) : "camera_missing");
  }
}

function closeCamera() {
  camera.close();
  enter("choose");
  tell("camera_closed");
  find("[data-open-camera]").focus();
}

async function shoot() {
  going = new AbortController();
  enter("counting");
  find("[data-cancel-count]").focus();
  const finished = await countDown((left) => (count.textContent = String(left)), going.signal);
  count.textContent = "";
  if (!finished || phases.now !== "counting") {
    return;
  }
  const blob = await grab(video);
  camera.close();
  fromCamera = true;
  show(blob);
  consent.focus();
}

function cancelCount() {
  going.abort();
  enter("camera");
  tell("camera_open");
  find("[data-shoot]").focus();
}

// --- sending and following ------------------------------------------------------------------------------------------

async function send() {
  if (!picture.blob) {
    complain("photo_missing");
    return;
  }
  if (!consent.checked) {
    complain("consent_missing");
    consent.focus();
    return;
  }
  going = new AbortController();
  const { signal } = going;
  enter("sending");
  tell("sending");
  find("[data-cancel-send]").focus();
  try {
    const sent = await submit(form.action, { consent: "on", photo: picture.blob }, signal);
    visit = sent;
    await receive(sent, signal);
  } catch (error) {
    if (!signal.aborted) {
      enter("chosen");
      complain(error instanceof Refusal ? error.code : "network", error instanceof Refusal ? error.message : "");
    }
  }
}

/**
 * @param {import("./sending.js").Visit} sent
 * @param {AbortSignal} signal
 */
async function receive(sent, signal) {
  tell("waiting");
  const slow = setTimeout(() => tell("slow"), 6000);
  signal.addEventListener("abort", () => clearTimeout(slow));
  const told = answerTo(sent, ({ type }) => tell(type === "waiting" ? "waiting" : "looking"), signal);
  const nodes = await told.finally(() => clearTimeout(slow));
  if (signal.aborted) {
    return;
  }
  enter("answered");
  tell("");
  describe("alt_answered");
  answer.show(nodes);
}

function cancelSend() {
  going.abort();
  if (visit) {
    forget(visit);
    visit = null;
  }
  enter("chosen");
  tell("cancelled");
  find("[data-send]").focus();
}

// --- what visitors do -----------------------------------------------------------------------------------------------

/** @type {[string, () => void][]} */
const buttons = [
  ["[data-open-camera]", openCamera],
  ["[data-close-camera]", closeCamera],
  ["[data-shoot]", shoot],
  ["[data-cancel-count]", cancelCount],
  ["[data-retake]", openCamera],
  ["[data-discard]", wipe],
  ["[data-cancel-send]", cancelSend],
  ["[data-again]", wipe],
];
for (const [selector, deed] of buttons) {
  find(selector).addEventListener("click", () => deed());
}

file.addEventListener("change", () => choose(file.files));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("keydown", (event) => {
  const cancel = { counting: cancelCount, camera: closeCamera, sending: cancelSend }[String(phases.now)];
  if (event.key === "Escape" && cancel) {
    event.preventDefault();
    cancel();
  }
});
document.addEventListener("paste", (event) => {
  if (event.clipboardData?.files.length || event.clipboardData?.getData("text")) {
    choose(event.clipboardData.files);
  }
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  stage.classList.add("over");
});
document.addEventListener("dragleave", () => stage.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  stage.classList.remove("over");
  choose(event.dataTransfer?.files);
});

// Neither the picture nor the words outlive the page, not even in the browser's own cache of pages left.
addEventListener("pagehide", wipe);

speakTheChosenLanguage({
  lost: () => complain("network"),
  wanted: () => phases.now !== "choose",
  spoken: async () => {
    tell("");
    if (picture.blob) {
      describe(phases.now === "answered" ? "alt_answered" : "alt_ready");
    }
    if (phases.now === "answered" && visit) {
      answer.show((await pieces.get(visit.url)).nodes);
    }
  },
});

document.documentElement.classList.add("js");
form.noValidate = true;
enter("choose");
