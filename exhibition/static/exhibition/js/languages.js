// @ts-check
/** Another language without leaving the page: a picture that is on it would be gone. */

/**
 * @param {object} page
 * @param {() => boolean} page.wanted  whether there is something to lose
 * @param {() => Promise<void>} page.spoken  called when the page's own words have changed
 * @param {() => void} page.lost  called when the server could not be reached
 */
export function speakTheChosenLanguage({ wanted, spoken, lost }) {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!("languages" in form.dataset) || !wanted()) {
      return;
    }
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    change(form.action, body).then(spoken).catch(lost);
  });
}

/** Speak `language` again, without being asked to. @param {string} language */
export async function goBackTo(language) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-languages]"));
  if (form && document.documentElement.lang !== language) {
    const body = new FormData(form);
    body.set("language", language);
    await change(form.action, body);
  }
}

/**
 * @param {string} address
 * @param {FormData} body
 */
async function change(address, body) {
  const chosen = document.activeElement?.closest("[data-languages]");
  const response = await fetch(address, { method: "POST", body });
  if (!response.ok) {
    throw new Error(`No page in another language: ${response.status}`);
  }
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  document.documentElement.lang = next.documentElement.lang;
  document.title = next.title;
  for (const selector of [".head", ".foot", "[data-languages]", "#said"]) {
    replace(document.querySelector(selector), next.querySelector(selector));
  }
  const theirs = next.querySelectorAll("[data-words]");
  document.querySelectorAll("[data-words]").forEach((ours, n) => translate(ours, theirs[n]));
  if (chosen) {
    /** @type {HTMLElement | null} */ (document.querySelector("[data-languages] [aria-pressed=true]"))?.focus();
  }
}

/**
 * @param {Element} ours
 * @param {Element} theirs
 */
function translate(ours, theirs) {
  const name = theirs.getAttribute("aria-label");
  if (name) {
    ours.setAttribute("aria-label", name);
  }
  ours.replaceChildren(...theirs.childNodes);
}

/**
 * @param {Element | null} ours
 * @param {Element | null} theirs
 */
function replace(ours, theirs) {
  if (ours && theirs) {
    ours.replaceWith(theirs);
  }
}
