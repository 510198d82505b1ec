// @ts-check
/** What happens around a visit: the network and the machine come and go, and visitors walk away. */

import { watchHealth } from "./health.js";
import { watchForIdleness } from "./idle.js";
import { hold } from "./screen.js";

/**
 * @param {object} terminal
 * @param {string} terminal.websocket
 * @param {HTMLDialogElement} terminal.idleDialog
 * @param {() => boolean} terminal.isFree  nobody is in a visit
 * @param {(key: string) => void} terminal.tell
 * @param {() => void} terminal.onQuiet  nobody is there any more
 * @param {() => void} terminal.onRevoked  this is no terminal any more
 * @returns {{look: () => void, letGo: () => void}}  look how the machine is; let the line go
 */
export function watchSurroundings({ websocket, idleDialog, isFree, tell, onQuiet, onRevoked }) {
  const look = watchHealth(isFree, showHealth);
  let cut = false;

  const { letGo } = hold({
    websocket,
    onEvent: () => null,
    onConnected: () => {
      if (cut) {
        tell(isFree() ? "" : "network_back");
        look();
      }
      cut = false;
    },
    onLost: () => {
      cut = true;
      if (isFree()) {
        showHealth("cut");
      } else {
        tell("network_lost");
      }
    },
    onRefused: onRevoked,
  });

  watchForIdleness({ dialog: idleDialog, asks: () => !isFree(), onQuiet });
  return { look, letGo };
}

/** Only what fits how things are is seen at the beginning. @param {import("./health.js").Health} health */
export function showHealth(health) {
  for (const element of document.querySelectorAll("[data-when]")) {
    /** @type {HTMLElement} */ (element).hidden = element.getAttribute("data-when") !== health;
  }
}
