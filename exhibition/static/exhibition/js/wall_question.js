// @ts-check
/**
 * What is asked before a picture goes to the wall: just what would be shown there, the picture with its box and words.
 *
 * @typedef {{words: string[], drawing: import("./boxes.js").Drawing}} Question
 */

import { draw } from "./boxes.js";

export class WallQuestion {
  /**
   * @param {HTMLElement} place
   * @param {HTMLElement} layer  where the picture's box is drawn
   */
  constructor(place, layer) {
    this.layer = layer;
    this.words = /** @type {HTMLElement} */ (place.querySelector("[data-wall-words]"));
    this.wordless = /** @type {HTMLElement} */ (place.querySelector("[data-wall-wordless]"));
  }

  /** Where the picture is sent. @param {string} visit */
  address(visit) {
    return `/terminal/visits/${visit}/wall/`;
  }

  /**
   * @param {string} visit
   * @returns {Promise<Question | null>}  nothing where nothing may be asked
   */
  async ask(visit) {
    const response = await fetch(`/terminal/visits/${visit}/question/`, { cache: "no-store" });
    const question = response.ok ? await response.json() : { asked: false };
    return question.asked ? question : null;
  }

  /** @param {Question} question */
  show({ words, drawing }) {
    draw(this.layer, drawing);
    this.words.textContent = words.join(", ");
    this.words.hidden = words.length === 0;
    this.wordless.hidden = words.length > 0;
  }

  wipe() {
    this.layer.replaceChildren();
    this.words.textContent = "";
  }
}
