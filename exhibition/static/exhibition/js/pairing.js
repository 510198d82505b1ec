// @ts-check
/** A device that shows its code asks now and then whether it has become a screen, and then becomes it. */

const ASK_AGAIN_MS = 2000;

const code = /** @type {HTMLElement} */ (document.querySelector("[data-pairing]"));

async function ask() {
  const answer = await fetch(String(code.dataset.pairing), {
    headers: { Accept: "application/json" },
    cache: "no-store",
  });
  /** @type {{state: string, address?: string}} */
  const { state, address } = await answer.json();
  if (state === "paired" && address) {
    location.replace(address);
  } else if (state === "expired") {
    location.reload(); // and show a new code
  }
}

/** Ask for ever: a server that is away is back sooner or later. */
function askAgain() {
  ask()
    .catch(() => {})
    .finally(() => setTimeout(askAgain, ASK_AGAIN_MS));
}

askAgain();
