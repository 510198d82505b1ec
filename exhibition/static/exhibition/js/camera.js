// @ts-check
/** The camera: opened only when somebody presses the button, closed as soon as it is not needed. */

export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {() => void} [onLost]  called when an open camera is taken away: unplugged, or given to somebody else
   */
  constructor(video, onLost) {
    this.video = video;
    this.onLost = onLost;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.wanted = false;
  }

  /**
   * Open it; false when it was closed again before it had opened.
   *
   * @returns {Promise<boolean>}
   */
  async open() {
    this.wanted = true;
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } },
    });
    if (!this.wanted) {
      stop(stream);
      return false;
    }
    this.stream = stream;
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.stream === stream && this.onLost?.());
    }
    this.video.srcObject = stream;
    await this.video.play();
    return true;
  }

  close() {
    this.wanted = false;
    if (this.stream) {
      stop(this.stream);
    }
    this.stream = null;
    this.video.srcObject = null;
  }
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) {
    track.stop();
  }
}

/**
 * Three, two, one.
 *
 * @param {(left: number) => void} say
 * @param {AbortSignal} signal  ends it early
 * @returns {Promise<boolean>}  whether it came to its end
 */
export async function countDown(say, signal) {
  for (let left = 3; left > 0; left -= 1) {
    say(left);
    await new Promise((done) => {
      const timer = setTimeout(done, 1000);
      signal.addEventListener("abort", () => (clearTimeout(timer), done(null)), { once: true });
    });
    if (signal.aborted) {
      return false;
    }
  }
  return true;
}

/**
 * The key of the sentence that says why the camera did not open.
 *
 * @param {unknown} error
 */
export function whyNot(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return "camera_refused";
  }
  return name === "NotFoundError" || name === "OverconstrainedError" ? "camera_missing" : "camera_failed";
}
