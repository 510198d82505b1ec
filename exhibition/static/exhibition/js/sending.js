// @ts-check
/** A picture sent, followed to its answer, and taken back. */

import { follow } from "./live.js";
import * as pieces from "./pieces.js";

/** @typedef {{url: string, delete: string, websocket: string}} Visit  as the server says when it has taken a picture */

/** The server took the request and said no. */
export class Refusal extends Error {
  /** @param {string} code @param {string} sentence  the server's own, when it sent one */
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/** For answers that are no problem details, given before the page was reached. */
const CODES = new Map([[413, "photo_too_large"], [429, "busy"], [503, "machine_unavailable"]]);

const FORGET_MS = 5000;

function token() {
  return /** @type {HTMLInputElement} */ (document.querySelector("[name=csrfmiddlewaretoken]")).value;
}

/**
 * Send fields; rejects with a `Refusal`, or with another error when the server cannot be reached.
 *
 * @param {string} address
 * @param {Record<string, string | Blob>} fields
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}  what the server says when it has taken them
 */
export async function submit(address, fields, signal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string") {
      body.append(name, value);
    } else {
      body.append(name, value, "picture.jpg");
    }
  }
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  const response = await fetch(address, { method: "POST", body, headers, signal });
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const told = isJson ? await response.json() : {};
  if (response.status !== 202) {
    throw new Refusal(told.code ?? CODES.get(response.status) ?? "try_again", told.detail ?? "");
  }
  return told;
}

/**
 * Follow a visit to its end; rejects with a `Refusal` when it came to nothing.
 *
 * @param {Visit} visit
 * @param {(event: import("./live.js").VisitEvent) => void} onEvent
 * @param {AbortSignal} signal
 * @returns {Promise<Node[]>}  the answer; nothing when `signal` was aborted
 */
export async function answerTo({ url, websocket }, onEvent, signal) {
  const hasEnded = async () => (await pieces.get(url, signal)).status !== 202;
  await follow({ websocket, signal, hasEnded, onEvent });
  if (signal.aborted) {
    return [];
  }
  const { status, nodes } = await pieces.get(url, signal);
  if (status !== 200) {
    const alert = nodes.find((node) => node instanceof HTMLElement && node.matches("[role=alert]"));
    throw new Refusal("try_again", alert?.textContent ?? "");
  }
  return nodes;
}

/**
 * Where a picture stands that is waiting, as a sentence's key and figures.
 *
 * @param {import("./live.js").VisitEvent} event
 * @returns {[string, Record<string, number>]}
 */
export function placeInTheQueue({ type, ahead = 0, seconds = 0 }) {
  if (type !== "waiting" || !ahead) {
    return ["looking", {}];
  }
  return [ahead === 1 ? "waiting_one" : "waiting_many", { ahead, seconds: Math.max(1, Math.round(seconds)) }];
}

/**
 * Delete a visit, also from a page that is being left.
 *
 * @param {Visit} visit
 * @returns {Promise<boolean>}  whether it is gone; one that cannot be reached ends by itself
 */
export async function forget({ delete: address }) {
  const headers = { "X-CSRFToken": token(), "X-Fragment": "1" };
  const signal = AbortSignal.timeout(FORGET_MS);
  const request = fetch(address, { method: "POST", headers, keepalive: true, signal });
  return request.then(({ status }) => status === 200 || status === 410, () => false);
}
