// @ts-check
/** The answer beside the picture: gates opened and closed, boxes drawn, everything wiped on request. */

import { draw } from "./boxes.js";
import * as pieces from "./pieces.js";

/**
 * @param {HTMLElement} place  where the answer stands
 * @param {HTMLElement} layer  where its boxes are drawn
 * @param {{onDeleted: (reached: boolean) => void, onLost: () => void}} events
 */
export function answerIn(place, layer, { onDeleted, onLost }) {
  /** What stood where a revealed word now stands. @type {Map<string, Element>} */
  const closed = new Map();

  /** @param {Node[]} nodes */
  const show = (nodes) => {
    closed.clear();
    place.replaceChildren(...nodes);
    const drawing = place.querySelector("#drawing");
    if (drawing) {
      draw(layer, JSON.parse(drawing.textContent ?? ""));
    }
    /** @type {HTMLElement | null} */ (place.querySelector("h2, [role=alert]"))?.focus();
  };

  const wipe = () => {
    closed.clear();
    place.replaceChildren();
    layer.replaceChildren();
  };

  /** @param {HTMLFormElement} form */
  const reveal = async (form) => {
    const gate = labelOf(form);
    const { status, nodes } = await pieces.send(form);
    const number = gate.dataset.label ?? "";
    const opened = nodes
      .filter((node) => node instanceof HTMLElement)
      .map((node) => node.querySelector(`[data-label="${CSS.escape(number)}"]`))
      .find((found) => found !== null);
    if (status === 200 && opened) {
      closed.set(number, gate);
      swap(gate, opened);
    } else {
      show(nodes);
    }
  };

  /** @param {HTMLFormElement} form */
  const hide = (form) => {
    const opened = labelOf(form);
    const gate = closed.get(opened.dataset.label ?? "");
    if (gate) {
      swap(opened, gate);
    }
    return Boolean(gate);
  };

  /** @param {HTMLFormElement} form */
  const remove = async (form) => {
    const reached = await pieces.send(form).then(
      ({ status }) => status === 200 || status === 410,
      () => false,
    );
    onDeleted(reached);
  };

  place.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    if ("delete" in form.dataset) {
      remove(form);
    } else if ("hide" in form.dataset && hide(form)) {
      // Hidden here at once, whether or not the server can be told.
      pieces.send(form).catch(onLost);
    } else {
      reveal(form).catch(onLost);
    }
  });

  return { show, wipe };
}

/**
 * @param {Element} element
 * @returns {HTMLElement}
 */
function labelOf(element) {
  return /** @type {HTMLElement} */ (element.closest("[data-label]"));
}

/**
 * Put `next` where `current` stands, and the reader at its word.
 *
 * @param {Element} current
 * @param {Element} next
 */
function swap(current, next) {
  current.replaceWith(next);
  /** @type {HTMLElement | null} */ (next.querySelector(".word"))?.focus();
}
