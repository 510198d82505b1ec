// @ts-check
/** The dashboard: the day's figures and the screens over the live line, the machine by asking. Staff read it. */

import { leaveFor } from "./kiosk.js";
import { hold } from "./screen.js";

/**
 * @typedef {{photographs: number, results: number, failures: Record<string, number>, waiting: number}} Counters
 * @typedef {{slug: string, connected: boolean, name?: string}} ScreenState
 * @typedef {{ready: boolean, reason: string, seconds: number, model: {name: string, version: string} | null}} Machine
 */

const ASKS_EVERY_MS = 5000;
const PATIENCE_MS = 4000;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-dashboard]"));
const live = find("[data-live]");
const language = document.documentElement.lang;
const sentences = JSON.parse(document.getElementById("said")?.textContent ?? "{}");

/** @param {string} selector @param {Element} [within] @returns {HTMLElement} */
function find(selector, within = root) {
  return /** @type {HTMLElement} */ (within.querySelector(selector));
}

/** @param {string} name @param {number} value @param {number} [digits] */
function figure(name, value, digits = 0) {
  const shape = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  find(`[data-figure="${name}"]`).textContent = value.toLocaleString(language, shape);
}

/** @param {Element} row @param {boolean} good @param {string} state */
function mark(row, good, state) {
  row.setAttribute("data-good", good ? "yes" : "no");
  find("[data-state]", row).textContent = state;
}

// --- over the live line ---------------------------------------------------------------------------------------------

/** @param {Counters} counters */
function count({ photographs, results, failures, waiting }) {
  figure("photographs", photographs);
  figure("results", results);
  figure("waiting", waiting);
  figure("failed", Object.values(failures).reduce((all, one) => all + one, 0));
  const named = new Map([...root.querySelectorAll("[data-failure]")].map((row) => [row.getAttribute("data-failure"), row]));
  for (const row of named.values()) {
    /** @type {HTMLElement} */ (row).hidden = true;
  }
  for (const [code, number] of Object.entries(failures)) {
    const row = /** @type {HTMLElement} */ (named.get(code) ?? newRow("[data-failures]", code));
    row.dataset.failure = code;
    row.hidden = number === 0;
    find("[data-count]", row).textContent = number.toLocaleString(language);
  }
  find("[data-no-failures]").hidden = Object.values(failures).some((number) => number > 0);
}

/** @param {string} list @param {string} name  as long as the page has none better @returns {HTMLElement} */
function newRow(list, name) {
  const place = find(list);
  const template = /** @type {HTMLTemplateElement} */ (find("template", place));
  const row = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  find("[data-name]", row).textContent = name;
  place.append(row);
  return row;
}

/** @param {string} slug @param {string} name */
function newScreen(slug, name) {
  const row = newRow("[data-screens]", name);
  row.dataset.screen = slug;
  find("[data-no-screens]").hidden = true;
  return row;
}

/** @param {ScreenState} screen */
function showScreen({ slug, connected, name = slug }) {
  const row = root.querySelector(`[data-screen="${CSS.escape(slug)}"]`) ?? newScreen(slug, name);
  mark(row, connected, connected ? sentences.connected : sentences.away);
}

/** @param {ScreenState[]} screens */
function showScreens(screens) {
  const still = new Set(screens.map(({ slug }) => slug));
  for (const row of root.querySelectorAll("[data-screen]")) {
    if (!still.has(row.getAttribute("data-screen") ?? "")) {
      row.remove();
    }
  }
  find("[data-no-screens]").hidden = screens.length > 0;
  screens.forEach(showScreen);
}

/** @param {"yes" | "no"} broken @param {string} sentence */
function say(broken, sentence) {
  live.dataset.broken = root.dataset.stale = broken;
  live.textContent = sentence;
}

hold({
  websocket: "/ws/dashboard/",
  onConnected: () => say("no", sentences.live),
  onLost: (heard) => say("yes", sentences.broken.replace("{time}", heard.toLocaleTimeString(language, { hourCycle: "h23" }))),
  onRefused: () => leaveFor(location.pathname),
  onEvent: (event) => {
    if (event.type === "snapshot") {
      count(event.counters);
      showScreens(event.screens);
    } else if (event.type === "counters") {
      count(/** @type {any} */ (event));
    } else if (event.type === "screen-state") {
      showScreen(/** @type {any} */ (event));
    }
  },
});

// --- by asking ------------------------------------------------------------------------------------------------------

async function askTheMachine() {
  const row = find("[data-machine-state]");
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(root.dataset.machine ?? "", { cache: "no-store", signal });
    /** @type {Machine} */
    const machine = await answer.json();
    mark(row, machine.ready, machine.ready ? sentences.machine_working : sentences.machine_broken);
    find("[data-model]").textContent = machine.model ? `${machine.model.name} ${machine.model.version}` : "–";
    find("[data-reason]").textContent = machine.reason;
    figure("seconds", machine.seconds, 1);
  } catch {
    mark(row, false, sentences.machine_unknown);
    find("[data-reason]").textContent = "";
  }
  setTimeout(askTheMachine, ASKS_EVERY_MS);
}

askTheMachine();
