// @ts-check
/**
 * Follow a visit to its end: over the websocket while there is one, by asking now and then while there is none.
 *
 * @typedef {{seq: number, epoch: string, type: string, ahead?: number, seconds?: number}} VisitEvent
 */

const ENDS = new Set(["result", "failed", "deleted"]);
const POLL_MS = 1500;
const LONGEST_PAUSE_MS = 4000;

/**
 * Resolves when the visit has ended, or `signal` is aborted.
 *
 * @param {object} visit
 * @param {string} visit.websocket  path of the socket
 * @param {() => Promise<boolean>} visit.hasEnded  asks the server; rejects while it cannot be reached
 * @param {(event: VisitEvent) => void} visit.onEvent
 * @param {AbortSignal} visit.signal
 * @returns {Promise<void>}
 */
export function follow({ websocket, hasEnded, onEvent, signal }) {
  return new Promise((resolve) => {
    /** @type {WebSocket | null} */
    let socket = null;
    /** @type {{epoch: string, after: number} | null} */
    let last = null;
    let failures = 0;
    /** @type {number | undefined} */
    let reconnect;
    /** @type {number | undefined} */
    let poll;

    const end = () => {
      clearTimeout(reconnect);
      clearTimeout(poll);
      signal.removeEventListener("abort", end);
      if (socket) {
        socket.onclose = socket.onmessage = null;
        socket.close();
      }
      resolve();
    };

    const ask = async () => {
      const ended = await hasEnded().catch(() => false);
      if (signal.aborted) {
        return;
      }
      if (ended) {
        end();
      } else {
        poll = setTimeout(ask, POLL_MS);
      }
    };

    const connect = () => {
      const address = new URL(websocket, location.href);
      address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
      socket = new WebSocket(address);
      socket.onopen = () => {
        if (last) {
          socket?.send(JSON.stringify({ type: "resume", ...last }));
        }
      };
      socket.onmessage = (message) => {
        /** @type {VisitEvent} */
        const event = JSON.parse(message.data);
        failures = 0;
        last = { epoch: event.epoch, after: event.seq };
        onEvent(event);
        if (ENDS.has(event.type)) {
          end();
        }
      };
      socket.onclose = () => {
        failures += 1;
        // Half of the pause is chance, so that a hall full of browsers does not come back in one instant.
        const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
        reconnect = setTimeout(connect, pause);
      };
    };

    signal.addEventListener("abort", end);
    connect();
    poll = setTimeout(ask, POLL_MS);
  });
}
