// @ts-check
/** A page in phases: one attribute says where its visitor is, and only what belongs there is seen. */

/** @template {string} Phase */
export class Phases {
  /**
   * @param {HTMLElement} root  elements below it name in `data-in` the phases that they belong to
   * @param {Phase} first
   */
  constructor(root, first) {
    this.root = root;
    /** @type {Phase} */
    this.now = first;
  }

  /**
   * @param {Phase} next
   * @param {string[]} also  other names that hold at the same time
   */
  enter(next, ...also) {
    this.now = next;
    this.root.dataset.phase = next;
    const names = [next, ...also];
    for (const element of this.root.querySelectorAll("[data-in]")) {
      const belongs = (element.getAttribute("data-in") ?? "").split(" ").some((name) => names.includes(name));
      /** @type {HTMLElement} */ (element).hidden = !belongs;
    }
  }
}
