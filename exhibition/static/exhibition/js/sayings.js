// @ts-check
/** The sentences that a page says of its own accord, each in its place, and again when the language changes. */

import { said } from "./sentences.js";

export class Sayings {
  /** @param {Record<string, HTMLElement>} places */
  constructor(places) {
    this.places = places;
    /** By place: how what stands there is said now. @type {Map<string, () => string>} */
    this.spoken = new Map();
  }

  /**
   * @param {string} place
   * @param {string} key  of a sentence, or "" for silence
   * @param {Record<string, number>} [figures]
   * @param {string} [sentence]  the server's own, which knows better, and stays as it is
   */
  say(place, key, figures, sentence) {
    this.spoken.set(place, () => sentence || (key ? said(key, figures) : ""));
    this.#speak(place);
  }

  again() {
    for (const place of this.spoken.keys()) {
      this.#speak(place);
    }
  }

  silence() {
    for (const place of Object.keys(this.places)) {
      this.say(place, "");
    }
  }

  /** @param {string} place */
  #speak(place) {
    this.places[place].textContent = this.spoken.get(place)?.() ?? "";
  }
}
