// @ts-check
/**
 * The long-lived line of a screen: terminal, wall or dashboard. The server first says how things stand (a snapshot),
 * then what changes. Each change is passed on once and in order; after a break the line asks for what it missed.
 *
 * @typedef {{type: string, seq: number, epoch: string, [field: string]: any}} ScreenEvent
 */

const OPENING_MS = 5000;
const LONGEST_SILENCE_MS = 25_000; // the server says that it is still here every 20 s
const LONGEST_PAUSE_MS = 3000;
const REFUSED = 4403;

/**
 * Hold the line until it is let go or refused.
 *
 * @param {object} line
 * @param {string} line.websocket  path of the socket
 * @param {(event: ScreenEvent) => void} line.onEvent  the snapshot, and what changes after it
 * @param {() => void} [line.onConnected]  the server speaks again, just before `onEvent` says what
 * @param {(heard: Date) => void} [line.onLost]  once a break, as soon as it is noticed; when the server was last heard
 * @param {() => void} line.onRefused  this screen is no longer, or not yet, what it wants to be; the line is let go
 * @returns {{forget: () => void, letGo: () => void}}  `forget` what was heard: after a break the line then begins with
 *   a snapshot, and does not ask for what it missed
 */
export function hold({ websocket, onEvent, onConnected, onLost, onRefused }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {{epoch: string, after: number} | null} */
  let last = null;
  let connected = false;
  let failures = 0;
  let heard = new Date();
  /** @type {number | undefined} */
  let silence;
  /** @type {number | undefined} */
  let reconnect;

  const hangUp = () => {
    clearTimeout(silence);
    clearTimeout(reconnect);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    socket = null;
  };

  const letGo = () => {
    hangUp();
    removeEventListener("online", connect);
    removeEventListener("offline", connect);
  };

  const refused = () => {
    letGo();
    onRefused();
  };

  const lost = () => {
    hangUp();
    if (connected) {
      connected = false;
      onLost?.(heard);
    }
    failures += 1;
    // Half of the pause is chance, so that a house full of screens does not come back in one instant.
    reconnect = setTimeout(connect, Math.min(LONGEST_PAUSE_MS, 125 * 2 ** failures) * (0.5 + Math.random() / 2));
  };

  /** @param {ScreenEvent} event */
  const isNews = (event) =>
    event.type === "snapshot" || !last || event.epoch !== last.epoch || event.seq > last.after;

  /** @param {ScreenEvent} event */
  const hear = (event) => {
    failures = 0;
    heard = new Date();
    clearTimeout(silence);
    silence = setTimeout(lost, LONGEST_SILENCE_MS);
    if (!connected) {
      connected = true;
      onConnected?.();
    }
    if (event.type === "revoked") {
      refused();
    } else if (event.type !== "still-here" && isNews(event)) {
      last = { epoch: event.epoch, after: event.seq };
      onEvent(event);
    }
  };

  // Also when the computer says that its network has come or gone: a line within the same computer is back at once.
  const connect = () => {
    hangUp();
    const address = new URL(websocket, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const opening = new WebSocket(address);
    socket = opening;
    silence = setTimeout(lost, OPENING_MS);
    opening.onopen = () => {
      if (last) {
        opening.send(JSON.stringify({ type: "resume", ...last }));
      }
    };
    opening.onmessage = (message) => hear(JSON.parse(message.data));
    opening.onclose = ({ code }) => (code === REFUSED ? refused() : lost());
  };

  addEventListener("online", connect);
  addEventListener("offline", connect);
  connect();
  return { forget: () => (last = null), letGo };
}
