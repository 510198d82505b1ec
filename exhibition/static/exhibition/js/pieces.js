// @ts-check
/** Pieces of pages, rendered by the server alone: words are chosen and escaped there. */

/** Whose pieces they are: a page may name its own kind. */
const HEADERS = { "X-Fragment": document.querySelector("[data-pieces]")?.getAttribute("data-pieces") ?? "1" };

/**
 * @typedef {object} Piece
 * @property {number} status
 * @property {Node[]} nodes
 */

/**
 * Ask for a piece; rejects when the server cannot be reached.
 *
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<Piece>}
 */
export async function get(address, signal) {
  return piece(await fetch(address, { headers: HEADERS, cache: "no-store", signal }));
}

/**
 * Send a form and read the piece that answers it.
 *
 * @param {HTMLFormElement} form
 * @returns {Promise<Piece>}
 */
export async function send(form) {
  return piece(await fetch(form.action, { method: "POST", headers: HEADERS, body: new FormData(form) }));
}

/** @param {Response} response */
async function piece(response) {
  // A parsed document is inert: nothing in it runs or loads.
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return { status: response.status, nodes: [...parsed.body.childNodes] };
}
