// @ts-check
/** What is going on and may be broken off: a countdown, a visit being followed, a clock. */

const LOOK_MS = 250;

export class Going {
  constructor() {
    this.now = new AbortController();
  }

  get signal() {
    return this.now.signal;
  }

  /** End whatever is going on; what begins now is another thing. @returns {AbortSignal} */
  begin() {
    this.now.abort();
    this.now = new AbortController();
    return this.now.signal;
  }

  /** @param {number} milliseconds @param {() => void} deed  not done when something else began before */
  later(milliseconds, deed) {
    const timer = setTimeout(deed, milliseconds);
    this.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  /**
   * @param {number} end  in milliseconds since the epoch
   * @param {(seconds: number) => void} say  how many are left, again and again
   * @param {() => void} deed  done at the end
   */
  until(end, say, deed) {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      say(left);
      this.later(LOOK_MS, () => this.until(end, say, deed));
    } else {
      deed();
    }
  }
}
