// @ts-check
/** How the machine is, asked now and then by a screen on which nobody is busy. */

const LOOKS_AGAIN_MS = 10_000;

/** @typedef {"sound" | "broken" | "cut"} Health  cut: the server itself cannot be reached */

/** @returns {Promise<Health>} */
async function look() {
  try {
    const { not_ready: missing } = await (await fetch("/readyz", { cache: "no-store" })).json();
    return missing.length ? "broken" : "sound";
  } catch {
    return "cut";
  }
}

/**
 * @param {() => boolean} wanted  whether this is the moment
 * @param {(health: Health) => void} tell
 * @returns {() => Promise<void>}  looks at once
 */
export function watchHealth(wanted, tell) {
  const once = async () => {
    const health = await look();
    if (wanted()) {
      tell(health);
    }
  };
  setInterval(() => wanted() && once(), LOOKS_AGAIN_MS);
  return once;
}
