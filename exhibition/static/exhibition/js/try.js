// @ts-check
/** The page for a picture: choose or take it, send it, follow it, wipe it. The picture lives in this page alone. */

import { answerIn } from "./answer.js";
import { Camera, countDown, whyNot } from "./camera.js";
import { speakTheChosenLanguage } from "./languages.js";
import { follow } from "./live.js";
import { NotAPicture, grab, reduce } from "./picture.js";
import * as pieces from "./pieces.js";

/** @typedef {"choose" | "camera" | "counting" | "chosen" | "sending" | "answered"} Phase */
/** @typedef {{url: string, delete: string, websocket: string}} Visit  as the server says when it has taken a picture */

const root = /** @type {HTMLElement} */ (document.querySelector("[data-try]"));
const form = /** @type {HTMLFormElement} */ (find("[data-form]"));
const file = /** @type {HTMLInputElement} */ (find("[data-file]"));
const consent = /** @type {HTMLInputElement} */ (find("[data-consent]"));
const video = /** @type {HTMLVideoElement} */ (find("[data-video]"));
const photo = /** @type {HTMLImageElement} */ (find("[data-photo]"));
const stage = find("[data-stage]");
const count = find("[data-count]");
const problem = find("[data-problem]");
const status = find("[data-status]");

const camera = new Camera(video);
const answer = answerIn(find("[data-answer]"), find("[data-boxes]"), {
  onDeleted: (reached) => {
    wipe();
    tell(reached ? "deleted" : "delete_failed");
    find("[data-file]").focus();
  },
  onLost: () => complain("network"),
});

/** @type {Phase} */
let phase = "choose";
/** The picture as it is sent. @type {Blob | null} */
let picture = null;
let fromCamera = false;
/** Ends whatever is going on: a countdown, a visit being followed. */
let going = new AbortController();
/** The visit that is followed, or whose answer is on the page. @type {Visit | null} */
let visit = null;

/** @param {string} selector @returns {HTMLElement} */
function find(selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

// --- what is seen ---------------------------------------------------------------------------------------------------

/** @param {Phase} next */
function enter(next) {
  phase = next;
  root.dataset.phase = next;
  for (const element of root.querySelectorAll("[data-in]")) {
    const phases = (element.getAttribute("data-in") ?? "").split(" ");
    const retake = phases.includes("retake") && phase === "chosen" && fromCamera;
    /** @type {HTMLElement} */ (element).hidden = !phases.includes(phase) && !retake;
  }
}

/** @param {string} key @returns {string} */
function said(key) {
  const sentences = JSON.parse(document.getElementById("said")?.textContent ?? "{}");
  return sentences[key] ?? sentences.try_again;
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
  photo.alt = said(key);
}

// --- a picture ------------------------------------------------------------------------------------------------------

/** @param {Blob} blob */
function show(blob) {
  forgetPicture();
  picture = blob;
  photo.src = URL.createObjectURL(blob);
  describe("alt_ready");
  enter("chosen");
  tell("ready");
}

function forgetPicture() {
  if (photo.src) {
    URL.revokeObjectURL(photo.src);
  }
  photo.removeAttribute("src");
  photo.alt = "";
  picture = null;
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
  if (phase !== "choose" && phase !== "chosen") {
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
  if (!finished || phase !== "counting") {
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
  if (!picture) {
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
    visit = await submit(picture, signal);
    await receive(visit, signal);
  } catch (error) {
    if (!signal.aborted) {
      enter("chosen");
      complain(error instanceof Refusal ? error.code : "network", error instanceof Refusal ? error.message : "");
    }
  }
}

function token() {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken")).value;
}

/** The server took the picture and said no. */
class Refusal extends Error {
  /** @param {string} code @param {string} sentence */
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/** For answers that are no problem details, given before the page was reached. */
const CODES = new Map([[413, "photo_too_large"], [429, "busy"], [503, "machine_unavailable"]]);

/**
 * @param {Blob} blob
 * @param {AbortSignal} signal
 * @returns {Promise<Visit>}
 */
async function submit(blob, signal) {
  const body = new FormData();
  body.append("consent", "on");
  body.append("photo", blob, "picture.jpg");
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  const response = await fetch(form.action, { method: "POST", body, headers, signal });
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const told = isJson ? await response.json() : {};
  if (response.status !== 202) {
    throw new Refusal(told.code ?? CODES.get(response.status) ?? "try_again", told.detail ?? "");
  }
  return told;
}

/**
 * @param {Visit} followed
 * @param {AbortSignal} signal
 */
async function receive({ url, websocket }, signal) {
  tell("waiting");
  const slow = setTimeout(() => tell("slow"), 6000);
  await follow({
    websocket,
    signal,
    hasEnded: async () => (await pieces.get(url, signal)).status !== 202,
    onEvent: (event) => tell(event.type === "waiting" ? "waiting" : "looking"),
  });
  clearTimeout(slow);
  if (signal.aborted) {
    return;
  }
  const { status: ended, nodes } = await pieces.get(url, signal);
  if (ended !== 200) {
    const alert = nodes.find((node) => node instanceof HTMLElement && node.matches("[role=alert]"));
    throw new Refusal("try_again", alert?.textContent ?? "");
  }
  enter("answered");
  tell("");
  describe("alt_answered");
  answer.show(nodes);
}

function cancelSend() {
  going.abort();
  if (visit) {
    // Nobody waits for the answer; a visit that cannot be reached ends by itself.
    fetch(visit.delete, { method: "POST", headers: { "X-CSRFToken": token() }, keepalive: true }).catch(() => null);
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

photo.addEventListener("load", () => {
  find("[data-picture]").style.setProperty("--aspect", String(photo.naturalWidth / photo.naturalHeight));
});
file.addEventListener("change", () => choose(file.files));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("keydown", (event) => {
  const cancel = { counting: cancelCount, camera: closeCamera, sending: cancelSend }[String(phase)];
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
  wanted: () => phase !== "choose",
  spoken: async () => {
    tell("");
    if (picture) {
      describe(phase === "answered" ? "alt_answered" : "alt_ready");
    }
    if (phase === "answered" && visit) {
      answer.show((await pieces.get(visit.url)).nodes);
    }
  },
});

document.documentElement.classList.add("js");
form.noValidate = true;
enter("choose");
