// @ts-check
/** A picture taken at a terminal: the mirror, three, two, one, and the one frame that is held. */

import { Camera, countDown, whyNot } from "./camera.js";
import { grab } from "./picture.js";

/**
 * @typedef {object} Studio
 * @property {HTMLVideoElement} video
 * @property {HTMLElement} count  shows and says the numbers
 * @property {import("./going.js").Going} going
 * @property {() => void} onOpen  the mirror is there
 * @property {() => void} onCount  the count begins
 * @property {(picture: Blob) => void} onTaken  the camera is off again
 * @property {(key: string) => void} onTrouble  `key` names it
 */

export class Shooting {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.camera = new Camera(studio.video, () => studio.onTrouble("camera_unplugged"));
  }

  async open() {
    try {
      if (await this.camera.open()) {
        this.studio.onOpen();
      }
    } catch (error) {
      this.studio.onTrouble(navigator.mediaDevices ? whyNot(error) : "camera_missing");
    }
  }

  close() {
    this.camera.close();
    this.studio.count.textContent = "";
  }

  async shoot() {
    const { video, count, going, onCount, onTaken } = this.studio;
    const signal = going.begin();
    onCount();
    const finished = await countDown((left) => (count.textContent = String(left)), signal);
    count.textContent = "";
    if (!finished) {
      return;
    }
    const picture = await grab(video);
    if (!signal.aborted) {
      this.close();
      onTaken(picture);
    }
  }
}
