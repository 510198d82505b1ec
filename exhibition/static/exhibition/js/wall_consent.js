// @ts-check
/**
 * What is asked before a picture goes to the wall, just what would be shown there; and, after a yes, its time there.
 *
 * @typedef {{words: string[], drawing: import("./boxes.js").Drawing}} Question
 */

import { draw } from "./boxes.js";
import { Refusal, submit } from "./sending.js";

export class WallConsent {
  /**
   * @param {object} terminal
   * @param {HTMLElement} terminal.place  where the words stand
   * @param {HTMLElement} terminal.layer  where the picture's box is drawn
   * @param {import("./going.js").Going} terminal.going
   * @param {(seconds: number) => void} terminal.onHanging  how many are left, again and again
   * @param {(key: string, sentence?: string) => void} terminal.onEnd
   */
  constructor({ place, layer, going, onHanging, onEnd }) {
    this.words = /** @type {HTMLElement} */ (place.querySelector("[data-wall-words]"));
    /** @type {NodeListOf<HTMLElement>} */
    this.worded = place.querySelectorAll("[data-wall-worded]");
    /** @type {NodeListOf<HTMLElement>} */
    this.wordless = place.querySelectorAll("[data-wall-wordless]");
    this.layer = layer;
    this.going = going;
    this.onHanging = onHanging;
    this.onEnd = onEnd;
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
    this.worded.forEach((one) => (one.hidden = words.length === 0));
    this.wordless.forEach((one) => (one.hidden = words.length > 0));
  }

  /** @param {string} visit @param {Blob} photo */
  async hang(visit, photo) {
    const signal = this.going.begin();
    try {
      const { seconds } = await submit(`/terminal/visits/${visit}/wall/`, { photo }, signal);
      this.going.until(Date.now() + seconds * 1000, this.onHanging, () => this.onEnd("ended_after_wall"));
    } catch (error) {
      if (!signal.aborted) {
        this.onEnd("wall_network", error instanceof Refusal ? error.message : "");
      }
    }
  }

  wipe() {
    this.layer.replaceChildren();
    this.words.textContent = "";
  }
}
