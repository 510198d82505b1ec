// @ts-check
/**
 * Entries of the dictionary and the machine's page, read on a screen that has no way off it. They cover the picture
 * wholly: no word that is read here ever stands in one frame with a face.
 */

/** What may be read here; every other link leads nowhere. */
const READABLE = /^\/(hierarchy|machine|visits)\//;

/**
 * @param {object} page
 * @param {HTMLDialogElement} page.dialog
 * @param {() => void} page.onLost  the server could not be reached
 * @returns {() => void}  closes and forgets what was read
 */
export function readWithinThePage({ dialog, onLost }) {
  const text = /** @type {HTMLElement} */ (dialog.querySelector("[data-reading-text]"));
  const back = /** @type {HTMLElement} */ (dialog.querySelector("[data-reading-back]"));
  /** Where this reader has been. @type {string[]} */
  let trail = [];

  /**
   * @param {string} address
   * @param {RequestInit} [request]
   */
  const show = async (address, request) => {
    const response = await fetch(address, { cache: "no-store", ...request });
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = parsed.querySelector("main");
    main?.querySelector("[role=search], form.search")?.remove(); // it would want a keyboard
    text.replaceChildren(...(main?.childNodes ?? []));
    back.hidden = trail.length < 2;
    if (!dialog.open) {
      dialog.showModal();
    }
    text.scrollTop = 0;
    text.focus();
  };

  /** @param {string} address */
  const open = (address) => {
    trail.push(address);
    return show(address).catch(onLost);
  };

  const forget = () => {
    trail = [];
    text.replaceChildren();
    dialog.close();
  };

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link) {
      return;
    }
    event.preventDefault();
    const address = new URL(/** @type {HTMLAnchorElement} */ (link).href);
    if (address.origin === location.origin && READABLE.test(address.pathname)) {
      open(address.pathname + address.search);
    }
  });
  dialog.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    show(form.action, { method: "POST", body: new FormData(form) }).catch(onLost);
  });
  dialog.addEventListener("close", forget);
  dialog.querySelector("[data-reading-close]")?.addEventListener("click", forget);
  back.addEventListener("click", () => {
    trail.pop();
    show(trail[trail.length - 1]).catch(onLost);
  });
  return forget;
}
